"""What happens elsewhere comes onto the timelines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bodega.apps.activity.actions import NOTE, TASK
from bodega.apps.activity.closeness import standing, weigh
from bodega.apps.activity.projection import project, put_right
from bodega.apps.activity.promising import PROMISE
from bodega.apps.activity.upcoming import concerned, keep
from bodega.kernel.events import Event, on
from bodega.platform.notifications.mentions import linked_in

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

PLACED = {"about", "participants", "happened_at"}
"""The fields that say on which timelines an interaction stands, and where in them."""
WRITTEN = ("created", "changed", "deleted", "restored", "undone", "reopened")
UPON = {TASK: ("done", "stopped"), PROMISE: ("kept", "broken", "released", "rescheduled")}
"""What happens to something that is to be done, beside what happens to every record."""


@on(
    "*.created", "*.moved", "*.won", "*.lost", "*.reopened", "*.done", "*.restored",
    "*.kept", "*.broken", "*.released", "*.rescheduled",
)  # fmt: skip
def tell(events: Sequence[Event], *, actor: Actor) -> None:
    """One line for each thing that a person would tell of. What is imported is not news, but for interactions."""
    project([event for event in events if event.surface != "import" or event.type == NOTE])
    weigh(standing(event.record_id for event in events if event.type == NOTE))


@on("activity.note.changed", "activity.note.undone")
def put_notes_right(events: Sequence[Event], *, actor: Actor) -> None:
    """What was about the wrong customer, or with somebody else, leaves their timeline."""
    ids = {event.record_id for event in events}
    before = standing(ids)
    put_right({event.record_id for event in events if event.new and (event.new.keys() & PLACED or mentions(event))})
    weigh(before | standing(ids))


def mentions(event: Event) -> bool:
    """Whether other customers are mentioned than before."""
    return linked_in((event.new or {}).get("text")) != linked_in((event.old or {}).get("text"))


@on("activity.note.deleted")
def weigh_without(events: Sequence[Event], *, actor: Actor) -> None:
    """What was thrown away did not bring anybody closer."""
    weigh(standing(event.record_id for event in events))


@on(*(f"{key}.{verb}" for key, verbs in UPON.items() for verb in (*WRITTEN, *verbs)))
def keep_next_due(events: Sequence[Event], *, actor: Actor) -> None:
    """When something about a record is due next follows from its tasks and promises."""
    keep(concerned(events))
