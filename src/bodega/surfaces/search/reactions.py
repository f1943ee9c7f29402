"""Whatever has happened to a record, it can be found a moment later by what it says now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bodega.kernel.events import Event, on
from bodega.platform.jobs.declare import enqueue
from bodega.surfaces.search.jobs import refresh, soon
from bodega.surfaces.search.making import indexed_types, is_unread, renew

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

FEW = 100
"""More at once is left to the job, which does it for less."""
SHAPES = {"kernel.field", "kernel.type"}
UNMADE = {"deleted", "restored", "undone"}
RIGHTS = {"kernel.role", "kernel.user"}


@on("*.*", but="import")
def keep(events: Sequence[Event], *, actor: Actor) -> None:
    """A fixed number of statements for each type. Imports are left to `fill`: a million events cost too much."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        wanted.setdefault(event.type, set()).add(event.record_id)
    if any(event.type in SHAPES and event.verb in UNMADE for event in events):
        enqueue(refresh, key=f"search:{max(event.change_id for event in events)}")
    if any(event.type in RIGHTS for event in events) and any(map(is_unread, indexed_types())):
        soon()
    if sum(map(len, wanted.values())) > FEW:
        soon()
        return
    for type_ in indexed_types():
        if type_.key in wanted:
            renew(type_, wanted[type_.key])
