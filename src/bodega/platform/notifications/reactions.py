"""People hear a moment later of what concerns them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bodega.kernel.events import Event, on
from bodega.platform.notifications import telling

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor


@on("*.*", but="import")
def tell(events: Sequence[Event], *, actor: Actor) -> None:
    """What is imported did not happen today: whoever began an import is told when it is done."""
    telling.tell(events)
