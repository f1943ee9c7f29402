"""A field that shall be found fast gets its index in the background."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bodega.kernel.events import Event, on
from bodega.platform.indexes.jobs import keep_indexes

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor


@on("kernel.field.created", "kernel.field.changed", "kernel.field.deleted", "kernel.field.restored")
def index_fields(events: Sequence[Event], *, actor: Actor) -> None:
    keep_indexes.enqueue()
