"""Gives the loaded company what it knows of its people, with its history: few are known well, most hardly.

    BODEGA_DATABASE_URL=… python -m bench.facts 300000

Half of it says when somebody's contract with a competitor ends. As with the timeline, what is written is what the door
would write for an import.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from django.db import transaction

from bench.timeline import ACT, BATCH, BEGUN, PAST, PERSON, WHO, Person, add, pass_by
from bodega.apps.memory.models import CURRENT, SURE, Fact
from bodega.apps.memory.queries import FACT, topics
from bodega.apps.memory.reactions import stand_again
from bodega.kernel.kinds.dates import iso
from bodega.kernel.models import Change, ChangeRow
from bodega.kernel.raw import new_ids
from bodega.kernel.registry import type_of
from bodega.lib import clock
from bodega.lib.text import fold

SAID = {
    "likes": ("Tea without sugar", "Sailing on the fjord", "To be called by the first name", "Early meetings"),
    "size": ("S", "M", "L", "XL"),
    "decides": ("Together with the board", "Alone", "Asks the workshop first", "Only after the fair"),
    "call_after": ("After ten", "Never on Fridays", "In the afternoon"),
}
CONTRACT = "contract_end"
ENDS, SPAN = date(2025, 1, 1), timedelta(days=5 * 365)


class Known(NamedTuple):
    """One fact: its id, and what it says of whom."""

    id: int
    about: Person
    topic: int
    text: str
    day: date | None
    at: datetime


def main(count: int) -> None:
    found = type_of(PERSON).every().order_by("pk").values_list("pk", "organisation_id", "owner_id")
    people = [Person(*row) for row in found.iterator(chunk_size=BATCH)]
    told = some(random.Random(6), people, count)
    while batch := [*islice(told, BATCH)]:
        with transaction.atomic():
            write([Known(pk, *rest) for pk, rest in zip(new_ids(Fact, len(batch)), batch, strict=True)])
    pass_by(stand_again)


def some(chance: random.Random, people: Sequence[Person], count: int) -> Iterator[tuple[Any, ...]]:
    """Nobody is told twice of one topic."""
    known = {topic.key: topic.pk for topic in topics().values()}
    done: set[tuple[int, str]] = set()
    while len(done) < count:
        about = people[int(chance.random() ** 2 * len(people))]
        word = CONTRACT if len(done) % 2 else chance.choice([*SAID])
        if (about.id, word) in done:
            continue
        done.add((about.id, word))
        day = ENDS + SPAN * chance.random() if word == CONTRACT else None
        text = day.isoformat() if day else chance.choice(SAID[word])
        yield about, known[word], text, day, BEGUN + PAST * chance.random()


def write(known: Sequence[Known]) -> None:
    now = clock.now()
    acts = [part for at in range(0, len(known), ACT) for part in acted(known[at : at + ACT], now)]
    add(Fact, [[one.about.owner, "", now, now, None, 1, {}, False, False, *of(one)] for one in known],
        "owner_id external_id created_at updated_at deleted_at version custom private sensitive id party_id topic_id"
        " text text_key day heard_at words sure standing")  # fmt: skip
    add(ChangeRow, [[FACT, one.id, 1, act, None, news(one)] for one, act in acts],
        "type record_id version change_id old new")  # fmt: skip


def of(one: Known) -> tuple[Any, ...]:
    return one.id, one.about.id, one.topic, one.text, fold(one.text), one.day, one.at, "", SURE, CURRENT


def acted(part: Sequence[Known], now: datetime) -> Iterator[tuple[Known, int]]:
    """The facts of one act, and its id."""
    act = Change._base_manager.create(
        at=now, actor=WHO, type=FACT, verb="created", surface="import", batch="bench.facts", count=len(part)
    )
    return ((one, act.pk) for one in part)


def news(one: Known) -> dict[str, Any]:
    told = {"party": str(one.about.id), "topic": str(one.topic), "text": one.text, "heard_at": iso(one.at)}
    return told | ({"day": one.day.isoformat()} if one.day else {})


if __name__ == "__main__":
    main(int(sys.argv[1]))
