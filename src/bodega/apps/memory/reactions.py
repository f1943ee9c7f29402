"""How facts stand is kept in step with what happens to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bodega.apps.activity import composing
from bodega.apps.memory import asking
from bodega.apps.memory.actions import stand
from bodega.apps.memory.jobs import ask_language_model
from bodega.apps.memory.queries import FACT, SENSITIVE
from bodega.apps.memory.suggesting import suggest
from bodega.kernel.actors import system
from bodega.kernel.events import Event, on
from bodega.kernel.registry import type_of
from bodega.platform.jobs.declare import enqueue

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor


TELLING = {"text", "about", "participants", "private", "deleted_at"}
VERBS = ("created", "changed", "deleted", "restored", "undone", "settled", "withdrawn")


@on(*(f"{key}.{verb}" for key in (FACT, SENSITIVE) for verb in VERBS))
def stand_again(events: Sequence[Event], *, actor: Actor) -> None:
    """Where a fact moved from one party or topic to another, both places."""
    for type_ in map(type_of, (FACT, SENSITIVE)):
        told = [event for event in events if event.type == type_.key]
        rows = type_.every().filter(pk__in={event.record_id for event in told})
        held = {pk: place for pk, *place in rows.values_list("pk", "party", "topic")}
        places = {(party, topic) for party, topic in held.values()}
        for event in told:
            if event.old and event.record_id in held:
                party, topic = held[event.record_id]
                places.add((event.old.get("party") or party, event.old.get("topic") or topic))
        if places:
            stand(type_, places)


@on("activity.note.created", "activity.note.changed", "activity.note.undone", "activity.note.restored", but="import")
def suggest_facts(events: Sequence[Event], *, actor: Actor) -> None:
    """What is written down of a touch may tell something that is worth keeping."""
    told = {event.record_id: event.change_id for event in events if event.new and event.new.keys() & TELLING}
    suggest(told, actor=actor)
    for note, change in told.items() if asking.chosen() else ():
        enqueue(ask_language_model, key=f"language model {note} {change}", note=note)


def suggest_at_once(note: int) -> None:
    suggest([note], actor=system("suggestions"))


composing.AT_ONCE.append(suggest_at_once)
