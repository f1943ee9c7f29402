"""The threads about a record, open ones first, and what was answered in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, F, QuerySet, TextField

from bodega.kernel.raw import Slot
from bodega.kernel.reading import Row
from bodega.kernel.registry import type_of
from bodega.lib.expressions import InList

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

COMMENT = "talk.comment"
TEAM = "kernel.team"
NAMES = "text author created_at edited_at resolved resolved_by thread about".split()
MOST = 100
"""Threads of a record that its page knows of: open ones first, the newest of each first."""
ANSWERS = 200
"""Answers that are read at once; the newest."""


@dataclass
class Thread:
    """What somebody began to talk about, and the answers, the oldest first."""

    first: Row
    answers: list[Row] = field(default_factory=list)
    earlier: bool = False
    """Whether there may be answers before these."""

    @property
    def is_resolved(self) -> bool:
        return bool(self.first.values["resolved"])


def is_talked_of(type_: RecordType) -> bool:
    """Whether colleagues write comments about records of this type."""
    return type_.key == TEAM or not (type_.admin or type_.covers or type_.is_talk)


def about_it(rows: QuerySet[Any]) -> QuerySet[Any]:
    about_type, about_id = Slot("type", output_field=TextField()), Slot("pk", output_field=BigIntegerField())
    found = rows.filter(about_type=about_type, about_id=about_id, thread=None)
    return found.order_by("resolved", "-pk")[:MOST]


def answering(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(InList(F("thread_id"), Slot("ids"))).order_by("-pk")[:ANSWERS]


def threads(type_: RecordType, pk: int, *, actor: Actor) -> list[Row]:
    """How the threads about a record begin (one query)."""
    return type_of(COMMENT).ask(about_it, NAMES, actor=actor, type=type_.key, pk=pk)


def answered(firsts: Sequence[Row], *, actor: Actor) -> list[Thread]:
    """These threads with what was answered in them (one query, where there are any)."""
    found = {row.id: Thread(row) for row in firsts}
    if not found:
        return []
    rows = type_of(COMMENT).ask(answering, NAMES, actor=actor, ids=[*found])
    for row in reversed(rows):
        found[row.values["thread"]].answers.append(row)
    for one in found.values():
        one.earlier = len(rows) == ANSWERS
    return [*found.values()]
