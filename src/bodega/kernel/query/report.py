"""Groups of records with their numbers: by stage, by month, by the sector of the account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN
from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Case, Count, DateField, F, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Trunc
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from bodega.kernel.expressions import AsTime
from bodega.kernel.kinds import Asking, Choice, Date, Kind, Moment, Money, Place, Reference, Show
from bodega.kernel.kinds.base import IsNull
from bodega.kernel.query.ask import outer, pointing
from bodega.kernel.query.fields import Source, beyond, named, single, unknown
from bodega.kernel.query.fields import field as field_of
from bodega.kernel.query.tree import QuestionError
from bodega.kernel.record import RecordType, load_labels
from bodega.lib.money import Money as Amount
from bodega.lib.text import fold

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

PERIODS = ("day", "week", "month", "quarter", "year")
HIDDEN = 0
"""Stands for every record that the actor may not see, so that they are one group."""


@dataclass(frozen=True)
class Group:
    """One line: the values it was grouped by, what people read for them, and the measures in the order asked.

    A count is a whole number; sums and averages are amounts by currency for money, else a number or None.
    """

    keys: tuple[Any, ...]
    labels: tuple[str, ...]
    measures: tuple[Any, ...]


def report(
    type_: RecordType,
    rows: QuerySet[Any],
    *,
    by: Sequence[str] = (),
    measures: Sequence[str] = ("count",),
    actor: Actor,
    limit: int = 1000,
) -> list[Group]:
    """Group the rows `by` fields (`stage`, `account.sector`, `closed_on.month`) in one query.

    Measures are `count`, `sum amount`, `average amount`. Raises QuestionError for what cannot be grouped or added up.
    """
    asking = Asking(actor)
    groupings = [Grouping.of(type_, words) for words in by]
    asked = [Measure.of(type_, words) for words in measures]
    keys = {f"key{at}": grouping.expression(type_, asking) for at, grouping in enumerate(groupings)}
    units = {f"unit{at}": found for at, measure in enumerate(asked) if (found := measure.unit(asking)) is not None}
    sums = {f"sum{at}": found for at, measure in enumerate(asked) if (found := measure.total(asking)) is not None}
    counts = {f"many{at}": Count(measure.counted(asking)) for at, measure in enumerate(asked)}
    query = rows.order_by().values(**keys, **units).annotate(**sums, **counts)
    if not keys and not units:
        query = [rows.order_by().aggregate(**sums, **counts)]
    found: dict[tuple[Any, ...], list[Tally]] = {}
    for row in query if isinstance(query, list) else query.order_by(*keys)[:limit]:
        key = tuple(grouping.value(row[f"key{at}"]) for at, grouping in enumerate(groupings))
        for at, tally in enumerate(found.setdefault(key, [Tally() for _measure in asked])):
            tally.add(row.get(f"unit{at}", ""), row.get(f"sum{at}"), row[f"many{at}"])
    return labelled(found, groupings, asked, actor=actor)


def labelled(
    found: Mapping[tuple[Any, ...], list[Tally]],
    groupings: Sequence[Grouping],
    asked: Sequence[Measure],
    *,
    actor: Actor,
) -> list[Group]:
    """The groups with their labels, in the order people expect: that of the options, of the names, of time."""
    pointed = [
        target
        for key in found
        for grouping, value in zip(groupings, key, strict=True)
        for target in grouping.kind.points_at(value)
    ]
    show = load_labels(Show(actor), pointed)
    groups = [
        Group(
            key,
            tuple(grouping.label(value, show) for grouping, value in zip(groupings, key, strict=True)),
            tuple(measure.result(tally) for measure, tally in zip(asked, tallies, strict=True)),
        )
        for key, tallies in found.items()
    ]
    return sorted(
        groups, key=lambda group: [g.rank(*pair) for g, *pair in zip(groupings, group.keys, group.labels, strict=True)]
    )


# ---- what to group by ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grouping:
    """A field to group by, perhaps of what the record refers to, perhaps by a period of time."""

    path: tuple[str, ...]
    kind: Kind
    period: str = ""

    @classmethod
    def of(cls, type_: RecordType, words: str) -> Grouping:
        path: list[str] = []
        at: Source | None = type_
        kind: Kind | None = None
        for word in words.split("."):
            if isinstance(kind, Date) and word in PERIODS:
                return cls(tuple(path), kind, word)
            pair = named(at, word) if at else None
            if pair is None or at is None:
                raise QuestionError(unknown(at or type_, word))
            if kind is not None and not isinstance(kind, Place) and single(kind) is None:
                raise QuestionError(
                    _("“%(name)s” may have several values and cannot be grouped by.") % {"name": kind.name}
                )
            path.append(pair[0])
            kind = pair[1]
            at = beyond(kind)
        if kind is None or not kind.groupable:
            raise QuestionError(_("“%(name)s” cannot be grouped by.") % {"name": words})
        return cls(tuple(path), kind)

    def expression(self, type_: RecordType, asking: Asking) -> Any:
        found = value_of(type_, self.path, asking)
        if not self.period:
            return found
        zone = asking.actor.zone if isinstance(self.kind, Moment) else None
        stored = AsTime(found, is_moment=zone is not None) if self.kind.custom else found
        return Trunc(stored, self.period, output_field=DateField(), tzinfo=zone)

    def value(self, raw: Any) -> Any:
        return raw if self.period else self.kind.unpack([raw])

    def label(self, value: Any, show: Show) -> str:
        return period_label(value, self.period) if self.period else self.kind.text(value, show=show)

    def rank(self, value: Any, label: str) -> Any:
        """What comes first; nothing comes last."""
        if self.kind.is_empty(value):
            return (True, 0)
        if isinstance(self.kind, Choice):
            return (False, self.kind.sort_key(value))
        return (False, fold(label) if isinstance(value, str) or isinstance(self.kind, Reference) else value)


def value_of(source: Source, path: Sequence[str], asking: Asking) -> Any:
    """The SQL of the field at the end of a path; behind a reference only what the actor may see."""
    kind = field_of(source, path[0])
    target = beyond(kind)
    if isinstance(kind, Place):
        return field_of(kind, path[1]).expression(asking)
    if len(path) == 1 or not isinstance(target, RecordType):
        return seen(kind, target, asking) if isinstance(target, RecordType) else kind.expression(asking)
    rows = target.rows(asking.actor).filter(Exact(F("pk"), outer(kind.expression(asking))))
    return Subquery(rows.order_by().values(asked=value_of(target, path[1:], asking))[:1])


def seen(kind: Kind, target: RecordType, asking: Asking) -> Any:
    """The id referred to, or HIDDEN."""
    column = kind.expression(asking)
    return Case(
        When(IsNull(column), then=Value(None)),
        When(pointing(kind, target.rows(asking.actor), asking), then=column),
        default=Value(HIDDEN),
        output_field=BigIntegerField(),
    )


def period_label(first: date | None, period: str) -> str:
    """The period that begins on that day: 2026, 2026-Q1, 2026-03, 2026-W12, 2026-03-31."""
    if first is None:
        return ""
    week = first.isocalendar()
    return {
        "year": f"{first:%Y}", "quarter": f"{first:%Y}-Q{(first.month + 2) // 3}", "month": f"{first:%Y-%m}",
        "week": f"{week.year}-W{week.week:02}", "day": first.isoformat(),
    }[period]  # fmt: skip


# ---- what to measure ---------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """Sums and numbers of values of one group, by currency."""

    sums: dict[str, int] = field(default_factory=dict)
    many: dict[str, int] = field(default_factory=dict)

    def add(self, unit: str | None, raw: Any, many: int) -> None:
        if many:
            self.sums[unit or ""] = self.sums.get(unit or "", 0) + int(raw or 0)
            self.many[unit or ""] = self.many.get(unit or "", 0) + many


@dataclass(frozen=True)
class Measure:
    """`count`, or the sum or the average of a field."""

    way: str
    kind: Kind | None = None

    @classmethod
    def of(cls, type_: RecordType, words: str) -> Measure:
        way, _space, name = words.partition(" ")
        if way == "count" and not name:
            return cls(way)
        if way not in ("sum", "average"):
            raise QuestionError(
                _("“%(words)s” is not a measure: count, sum FIELD or average FIELD.") % {"words": words}
            )
        pair = named(type_, name)
        if pair is None:
            raise QuestionError(unknown(type_, name))
        if not pair[1].measurable or pair[1].name == "id":
            raise QuestionError(_("“%(name)s” cannot be added up.") % {"name": name})
        return cls(way, pair[1])

    def unit(self, asking: Asking) -> Any:
        return self.kind.expression(asking, "_currency", "text") if isinstance(self.kind, Money) else None

    def total(self, asking: Asking) -> Any:
        return Sum(self.kind.expression(asking), output_field=BigIntegerField()) if self.kind else None

    def counted(self, asking: Asking) -> Any:
        return self.kind.expression(asking) if self.kind else F("pk")

    def result(self, tally: Tally) -> Any:
        if self.kind is None:
            return sum(tally.many.values())
        if isinstance(self.kind, Money):
            return {unit: self.amount(unit, tally) for unit in sorted(tally.sums)}
        if not tally.many:
            return None
        total = self.kind.unpack([tally.sums[""]])
        return total if self.way == "sum" else round(Number(total) / tally.many[""], 4)

    def amount(self, unit: str, tally: Tally) -> Amount:
        if self.way == "sum":
            return Amount(tally.sums[unit], unit)
        minor = Number(tally.sums[unit]) / tally.many[unit]
        return Amount(int(minor.to_integral_value(ROUND_HALF_EVEN)), unit)
