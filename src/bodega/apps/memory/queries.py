"""What is known about a customer, as far as somebody may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, QuerySet

from bodega.apps.memory.models import CURRENT, PAST, Topic
from bodega.apps.memory.settling import Said, settle
from bodega.kernel import access
from bodega.kernel.raw import Slot
from bodega.kernel.reading import Row
from bodega.kernel.registry import type_of
from bodega.kernel.scope import arranged
from bodega.lib.text import fold

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

FACT, SENSITIVE = "memory.fact", "memory.sensitive"
TOPIC, SENSITIVE_TOPIC = "memory.topic", "memory.sensitive_topic"
NAMES = (
    "topic text said_by heard_by heard_at note sure words valid_until ask_again withdrawn_at settled_at suggested_by"
).split()
NEEDED = "party topic text heard_at withdrawn_at settled_at"
MOST = 300
"""Facts about one customer that are looked at; the newest."""


def topics() -> Mapping[int, Topic]:
    """All that are not in the trash, in their order."""
    return arranged("topics", lambda: {one.pk: one for one in read_topics()})


def read_topics() -> QuerySet[Topic]:
    return Topic._base_manager.filter(deleted_at=None).order_by("order", "name_key", "pk")


def asked_of(*kinds: str, actor: Actor, verb: str = "view") -> list[Topic]:
    """The topics of which somebody may see facts (or create them) about a person, or an organisation."""
    able = {key for key in (FACT, SENSITIVE) if access.may(type_of(key), actor, verb)}
    return [
        one for one in topics().values() if one.about in ("", *kinds) and (SENSITIVE if one.sensitive else FACT) in able
    ]


@dataclass
class Known:
    """What is known on one topic: what holds, what contradicts it, and what was said before, the newest first."""

    topic: Topic
    holds: list[Row] = field(default_factory=list)
    beside: list[Row] = field(default_factory=list)
    past: list[Row] = field(default_factory=list)

    def is_stale(self, today: date) -> bool:
        """Whether it is time to ask again."""
        return any(is_over(row, today) for row in self.holds)


def is_over(row: Row, today: date) -> bool:
    return any(day is not None and day < today for day in (row.values["valid_until"], row.values["ask_again"]))


def known(party: int, *, actor: Actor) -> list[Known]:
    """By topic, in their order; one query for the facts, and one for those that are sensitive where somebody may see
    any. How they stand is worked out here: what is stored may be a moment behind."""
    by_topic: dict[int, list[Row]] = {}
    for key in (FACT, SENSITIVE):
        type_ = type_of(key)
        if access.may(type_, actor, "view") and type_.knows(NEEDED, actor):
            for row in type_.ask(newest, NAMES, actor=actor, party=party):
                by_topic.setdefault(row.values["topic"], []).append(row)
    return [sorted_out(one, by_topic[pk], party) for pk, one in topics().items() if pk in by_topic]


def newest(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(party_id=Slot("party", output_field=BigIntegerField())).order_by("-heard_at", "-pk")[:MOST]


def sorted_out(topic: Topic, rows: Sequence[Row], party: int) -> Known:
    standing = settle((said(row.id, row.values, party) for row in rows), several=topic.several)
    found = Known(topic)
    for row in rows:
        word = standing[row.id].word
        (found.holds if word == CURRENT else found.past if word == PAST else found.beside).append(row)
    return found


def said(pk: int, held: Mapping[str, Any], party: int) -> Said:
    """Where nobody is named, they said it themselves."""
    by, value = held["said_by"] or party, fold(held["text"] or "")
    return Said(pk, value, by, held["sure"] or "", held["heard_at"], held["settled_at"], held["withdrawn_at"])
