"""The threads about a record, open ones first, and what was answered in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, BooleanField, F, Q, QuerySet, TextField

from bodega.apps.activity.queries import Line, of_acts
from bodega.kernel.raw import Slot
from bodega.kernel.reading import Row
from bodega.kernel.registry import type_of
from bodega.lib.expressions import InList
from bodega.platform import lately
from bodega.platform.administration.reasons import everybody

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

COMMENT = "talk.comment"
TEAM = "kernel.team"
NAMES = "text author created_at edited_at resolved resolved_by thread about".split()
MOST = 100
"""Threads of a record that its page knows of: open ones first, the newest of each first."""
PAGE = 16
"""Posts and acts that a page of a team's stream may show, and one more."""
REACH = 20_000
"""So many acts of everybody are looked through for those of a team."""
LOGGED, FINISHED = Q(type="activity.note", verb="created"), Q(verb__in=("done", "kept", "won", "lost"))
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


def of_team(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The newest threads about a team before one of them, of those that are resolved or of the others."""
    found = rows.filter(about_type=TEAM, about_id=Slot("team", output_field=BigIntegerField()), thread=None)
    found = found.filter(resolved=Slot("resolved", output_field=BooleanField()))
    return found.filter(pk__lt=Slot("before", output_field=BigIntegerField())).order_by("-pk")[:PAGE]


def posts(team: int, *, before: int, actor: Actor) -> list[Row]:
    """What the team wrote to itself, the newest first (two queries along an index)."""
    asked = partial(type_of(COMMENT).ask, of_team, NAMES, actor=actor, team=team, before=before)
    found = [*asked(resolved=False), *asked(resolved=True)]
    return sorted(found, key=lambda row: -row.id)[:PAGE]


def acts(team: int, *, before: int, actor: Actor) -> Iterator[tuple[datetime, Line]]:
    """What the members of the team logged and finished lately, and when they did that, the newest first, as far as the
    actor may see it."""
    members = [person.pk for person in everybody().values() if person.is_active and team in person.teams]
    found = lately.acts_of(members, LOGGED | FINISHED, below=before, floor=before - REACH, actor=actor)
    while some := {act.pk: act.at for act in islice(found, PAGE)}:
        yield from ((some[line.entry.change_id], line) for line in of_acts([*some], actor=actor))


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
