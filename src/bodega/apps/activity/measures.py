"""How many promises are kept: by person, by team, by customer, by the day for which each was promised first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum

from bodega.apps.activity.models import BROKEN, LATE, OPEN
from bodega.apps.activity.promising import PROMISE
from bodega.kernel import registry, tallies
from bodega.kernel.record import seen_as

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

ASKED = "owner status first_due_on"
MOST = 20
"""So many customers are named, those first who have waited in vain most often."""


@dataclass(frozen=True)
class Score:
    """How many promises stand how; `open` ones are overdue. Those that were released count for nothing."""

    kept: int = 0
    late: int = 0
    broken: int = 0
    open: int = 0
    released: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def all(self) -> int:
        return self.kept + self.late + self.broken + self.open

    @property
    def share(self) -> int | None:
        """Of a hundred how many were kept on the day; None where there was nothing to keep."""
        return round(100 * self.kept / self.all) if self.all else None


def may_ask(*, actor: Actor) -> bool:
    return registry.type_of(PROMISE).knows(ASKED, actor)


def by_person(start: date, end: date, *, actor: Actor) -> dict[int | None, Score]:
    """Of what was promised for a day from `start` on and before `end`, as far as the actor may see it: one statement
    over the tally, or over the promises where a rule of access asks for more than that tells."""
    type_ = registry.type_of(PROMISE)
    rows = type_.rows(actor)
    told = tallies.rows_for(type_, seen_as(rows), ["owner_id", "status", "first_due_on"])
    lots = [(rows, Count("pk"))] if told is None else [(told[0], Sum("many")), (told[1], Count("pk"))]
    found: dict[int | None, Score] = {}
    for lot, many in lots:
        if lot is not None:
            within = lot.order_by().filter(first_due_on__gte=start, first_due_on__lt=end)
            for owner, status, count in within.values_list("owner_id", "status").annotate(many=many):
                add(found, owner, status, count)
    return found


def add(found: dict[Any, Score], key: Any, status: str, count: int) -> None:
    score = found.setdefault(key, Score())
    found[key] = replace(score, **{status: getattr(score, status) + count})


def by_team(people: Mapping[int | None, Score], *, actor: Actor) -> dict[int, Score]:
    """The same by the teams in which those people are now."""
    found: dict[int, Score] = {}
    users = registry.type_of("kernel.user").rows(actor).filter(pk__in=[pk for pk in people if pk])
    for pk, teams in users.values_list("pk", "teams"):
        for team in teams or ():
            found[team] = found.get(team, Score()) + people[pk]
    return found


def by_customer(start: date, end: date, *, actor: Actor) -> dict[tuple[str, int], Score]:
    """Those whom we owe most: about whom most promises were late, broken or are overdue (two statements, and one more
    for each type of what they are about)."""
    rows = registry.type_of(PROMISE).rows(actor).order_by().exclude(about_id=None)
    within = rows.filter(first_due_on__gte=start, first_due_on__lt=end)
    owed = within.filter(status__in=[LATE, BROKEN, OPEN]).values_list("about_type", "about_id")
    first = [*owed.annotate(many=Count("pk")).order_by("-many", "about_type", "about_id")[:MOST]]
    found: dict[tuple[str, int], Score] = {(type_key, pk): Score() for type_key, pk, _many in first}
    for type_key, ids in grouped(found):
        about = within.filter(about_type=type_key, about_id__in=ids).values_list("about_id", "status")
        for pk, status, count in about.annotate(many=Count("pk")):
            add(found, (type_key, pk), status, count)
    return found


def grouped(subjects: Iterable[tuple[str, int]]) -> list[tuple[str, list[int]]]:
    found: dict[str, list[int]] = {}
    for type_key, pk in subjects:
        found.setdefault(type_key, []).append(pk)
    return [*found.items()]
