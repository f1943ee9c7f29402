"""What stands on which day: of each day the first records and how many there are, all by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from bodega.kernel.actors import Actor, system
from bodega.kernel.kinds import Asking, Date, Kind, Moment
from bodega.kernel.raw import Slot, Statement
from bodega.kernel.record import RecordType, kept, seen_as
from bodega.lib import dates

MOST = 99
"""Records of one day that are counted."""
MORNING = time(9)
"""When something begins that was put on a day."""


def dates_of(type_: RecordType) -> list[Date]:
    """The dates by which its records can stand on a calendar: those with an index, what people plan by first."""
    found = [kind for kind in type_.named_fields(" ".join(type_.sortable)) if isinstance(kind, Date)]
    return sorted(found, key=lambda kind: not is_planned(kind))


def is_planned(kind: Kind) -> bool:
    """Whether people set it, rather than the program."""
    return kind.writable and kind.editable


@dataclass(frozen=True)
class Held:
    """The first records of a day, in order, and how many it has; `over` where it has more than are counted."""

    ids: list[int]
    count: int
    over: bool


class Days(Statement):
    """What is asked of one day, said again for each of them."""

    def __init__(self, one: QuerySet[Any], many: int) -> None:
        super().__init__(one, ["placed_by", "pk"])
        single, self.one = self.sql, self.parameters if self.sql else ()
        self.sql = " UNION ALL ".join(
            f"SELECT {at} AS day, one_{at}.* FROM ({single}) AS one_{at}"  # noqa: S608  (numbers, and SQL of our own)
            for at in range(many if single else 0)
        )

    def of(self, edges: Sequence[Any]) -> list[list[int]]:
        """The ids of each day, in order; one edge more than there are days."""
        found: list[list[int]] = [[] for _edge in edges[1:]]
        if not self.sql:
            return found
        spans = [dict(zip(("first", "after"), edges[at:], strict=False)) for at in range(len(found))]
        given = [self.given(span, one) if isinstance(one, Slot) else one for span in spans for one in self.one]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, given)
            rows = cursor.fetchall()
        for at, _value, pk in sorted(rows):
            found[at].append(pk)
        return found


def held(
    type_: RecordType, rows: QuerySet[Any], kind: Date, days: Sequence[date], *, size: int, actor: Actor
) -> list[Held]:
    """Of each of these days, which follow each other, the first `size` records."""
    several = ("days", seen_as(rows), kind.key, len(days))
    asked = kept(several, lambda: on_days(rows, kind, len(days))) if seen_as(rows) else on_days(rows, kind, len(days))
    found = asked.of([edge(kind, day, actor=actor) for day in [*days, days[-1] + timedelta(days=1)]])
    return [Held(ids[:size], min(len(ids), MOST), len(ids) > MOST) for ids in found]


def on_days(rows: QuerySet[Any], kind: Date, many: int) -> Days:
    column: Any = kind.sort_expression(Asking(system("calendar")))
    field = kind.bind(None).output_field
    first, after = (Slot(name, output_field=field) for name in ("first", "after"))
    one = rows.annotate(placed_by=column).filter(GreaterThanOrEqual(column, first), LessThan(column, after))
    return Days(one.order_by(column, "pk")[: MOST + 1], many)


def edge(kind: Date, day: date, *, actor: Actor) -> Any:
    """The raw value with which the day begins where the person is."""
    begins = dates.edges(day, day, zone=actor.zone)[0] if isinstance(kind, Moment) else day
    return kind.bind(None).output_field.get_prep_value(kind.pack(begins)[0])


def day_of(kind: Date, value: Any, *, actor: Actor) -> date:
    """The day on which a value stands where the person is."""
    found: date = value.astimezone(actor.zone).date() if isinstance(kind, Moment) else value
    return found


def put_on(kind: Date, day: date, *, actor: Actor, before: datetime | date | None = None) -> Any:
    """The value that stands on this day; what has a time of day keeps it."""
    if not isinstance(kind, Moment):
        return day
    at = before.astimezone(actor.zone).time() if isinstance(before, datetime) else MORNING
    return kind.parse(datetime.combine(day, at), actor=actor)
