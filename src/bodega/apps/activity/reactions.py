"""What happens elsewhere comes onto the timelines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bodega.apps.activity.projection import project
from bodega.kernel.events import Event, on

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor


@on("*.created", "*.moved", "*.won", "*.lost", "*.reopened", "*.done", "*.restored")
def tell(events: Sequence[Event], *, actor: Actor) -> None:
    """One line for each thing that a person would tell of. Imports are history, not something that happened today."""
    project([event for event in events if event.surface != "import"])
