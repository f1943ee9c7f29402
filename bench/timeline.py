"""Gives the loaded company its timeline: interactions with people, with their history and where they stand.

    BODEGA_DATABASE_URL=… python -m bench.timeline 2000000

Every second one is about one of 200 customers, and in every tenth a second person took part. What is written is what
the door and the reaction would write for an import of these, by one COPY or executemany for each table and batch: by
the door it would take half an hour.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bodega.web.settings")
django.setup()

from django.db import connection, models, transaction  # noqa: E402  (Django first)

from bodega.apps.activity.closeness import weigh_all  # noqa: E402
from bodega.apps.activity.models import Entry, Note, TimelineRow  # noqa: E402
from bodega.apps.activity.reactions import tell  # noqa: E402
from bodega.kernel import events  # noqa: E402
from bodega.kernel.kinds.dates import iso  # noqa: E402
from bodega.kernel.models import Change, ChangeRow, Consumer  # noqa: E402
from bodega.kernel.raw import insert, new_ids  # noqa: E402
from bodega.kernel.registry import type_of  # noqa: E402
from bodega.lib import clock  # noqa: E402
from bodega.platform import delivering  # noqa: E402

NOTE, PERSON, ORGANISATION = "activity.note", "parties.person", "parties.organisation"
WHO = "bench"
CUSTOMERS = 200
BATCH, ACT = 20_000, 500
"""Notes of one transaction, and of one act of it."""
BEGUN, PAST = datetime(2025, 1, 1, tzinfo=UTC), timedelta(days=680)
CHANNELS = ("call", "email", "meeting", "note")
DIRECTIONS = ("in", "out", "out", "")
TEXTS = (
    "Called about order {0}; wants an answer by Friday.",
    "Sent the price list for {1}, asked for {0} pieces.",
    "The last delivery of {1} came late, promised a credit note over {0}.",
    "Met at the fair, interested in {1} from next year on.",
    "Asked whether {1} can be had in another colour.",
    "Prefers to be called in the morning; order {0} is settled.",
)
GOODS = "timber rope paint lamps engines sails ovens chairs windows bricks".split()


class Person(NamedTuple):
    """What a note needs to know of whom it is about."""

    id: int
    organisation: int | None
    owner: int | None


class Told(NamedTuple):
    """One note: its id, and what it says."""

    id: int
    about: Person
    channel: str
    text: str
    at: datetime
    direction: str = ""
    others: tuple[Person, ...] = ()
    """Who took part, beside whom it is about."""


def main(count: int) -> None:
    found = type_of(PERSON).every().order_by("pk").values_list("pk", "organisation_id", "owner_id")
    people = [Person(*row) for row in found.iterator(chunk_size=BATCH)]
    chance = random.Random(4)
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        with transaction.atomic():
            write([tell_one(chance, people, pk, at / count) for pk, at in zip(ids(len(numbers)), numbers, strict=True)])
    touch()
    pass_by(tell)
    weigh_all()


def ids(count: int) -> list[int]:
    return new_ids(Note, count)


def tell_one(chance: random.Random, people: Sequence[Person], pk: int, moment: float) -> Told:
    """The note with this id, at so much of the past; few people have most of them."""
    step = len(people) // CUSTOMERS
    about = people[step * chance.randrange(CUSTOMERS)] if pk % 2 else some(chance, people)
    text = chance.choice(TEXTS).format(chance.randrange(10, 100_000), chance.choice(GOODS))
    others = (some(chance, people),) if pk % 10 == 0 else ()
    way = chance.choice(DIRECTIONS)
    return Told(pk, about, chance.choice(CHANNELS), text, BEGUN + PAST * moment, way, others)


def some(chance: random.Random, people: Sequence[Person]) -> Person:
    return people[int(chance.random() ** 2 * len(people))]


def write(told: Sequence[Told]) -> None:
    now = clock.now()
    acts = [part for at in range(0, len(told), ACT) for part in acted(told[at : at + ACT], now)]
    entries = new_ids(Entry, len(told))
    add(Note, [[note.about.owner, "", now, now, None, 1, {}, *of(note)] for note in told],
        "owner_id external_id created_at updated_at deleted_at version custom id channel direction text happened_at"
        " minutes about_type about_id participants")  # fmt: skip
    add(ChangeRow, [[NOTE, note.id, 1, act, None, news(note)] for note, act in acts],
        "type record_id version change_id old new")  # fmt: skip
    add(Entry, [[pk, note.at, NOTE, note.id, "created", act, None, WHO, None]
                for pk, (note, act) in zip(entries, acts, strict=True)],
        "id at type record_id verb change_id user_id actor new")  # fmt: skip
    add(TimelineRow, [[kind, subject, note.at, pk] for pk, note in zip(entries, told, strict=True)
                      for kind, subject in subjects(note)],
        "subject_type subject_id at entry_id")  # fmt: skip


def add(model: type[models.Model], rows: Sequence[Sequence[Any]], columns: str) -> None:
    insert(model, columns.split(), rows)


def of(note: Told) -> tuple[Any, ...]:
    with_them = [person.id for person in note.others] or None
    return note.id, note.channel, note.direction, note.text, note.at, None, PERSON, note.about.id, with_them


def acted(part: Sequence[Told], now: datetime) -> Iterator[tuple[Told, int]]:
    """The notes of one act, and its id."""
    act = Change._base_manager.create(
        at=now, actor=WHO, type=NOTE, verb="created", surface="import", batch="bench.timeline", count=len(part)
    )
    return ((note, act.pk) for note in part)


def news(note: Told) -> dict[str, Any]:
    owner = {"owner": str(note.about.owner)} if note.about.owner else {}
    about = {"type": PERSON, "id": str(note.about.id)}
    told = {"text": note.text, "about": about, "channel": note.channel, "happened_at": iso(note.at)}
    told |= {"direction": note.direction} if note.direction else {}
    told |= {"participants": [str(person.id) for person in note.others]} if note.others else {}
    return told | owner


def subjects(note: Told) -> Iterator[tuple[str, int]]:
    """Each once, however many of its people took part."""
    there = (note.about, *note.others)
    yield from dict.fromkeys((PERSON, one.id) for one in there)
    yield from dict.fromkeys((ORGANISATION, one.organisation) for one in there if one.organisation)


def touch() -> None:
    """A touch in any channel is the last contact of everyone it concerns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE parties_party SET last_contact = touched.at FROM (SELECT t.subject_id, max(t.at) AS at"
            " FROM activity_timelinerow t JOIN activity_entry e ON e.id = t.entry_id JOIN activity_note n"
            " ON n.id = e.record_id AND e.type = %s WHERE n.channel <> 'note' GROUP BY t.subject_id) AS touched"
            " WHERE parties_party.id = touched.subject_id",
            [NOTE],
        )


def pass_by(reaction: Callable[..., None]) -> None:
    """That one has nothing left to do; the others get what has happened by the workers."""
    delivering.enlist()
    while delivering.sequence():
        pass
    head = Consumer.objects.get(name=events.SEQUENCER).position
    Consumer.objects.filter(name=f"{reaction.__module__}.{reaction.__qualname__}").update(position=head, record_id=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
