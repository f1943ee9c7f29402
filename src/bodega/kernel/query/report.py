"""Groups of records with their numbers: by stage, by month, by the sector of the account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN
from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Case, Count, DateField, F, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Trunc
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from bodega.kernel.kinds import Asking, Choice, Date, Kind, Moment, Money, Place, Reference, Show
from bodega.kernel.kinds.base import is_null
from bodega.kernel.looks import looked_at
from bodega.kernel.parts import Part
from bodega.kernel.query.ask import outer, pointing
from bodega.kernel.query.fields import Source, beyond, named, single, unknown
from bodega.kernel.query.fields import field as field_of
from bodega.kernel.query.tree import QuestionError
from bodega.kernel.raw import Statement
from bodega.kernel.record import RecordType, load_labels, seen_as
from bodega.kernel.tallies import MANY, rows_for
from bodega.lib.expressions import AsTime, FirstDay
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
    """Group the rows `by` fields (`stage`, `account.sector`, `closed_on.month`): one query of at most `limit` lines.

    Measures are `count`, `sum amount`, `average amount`. A field of the lines (`stays.stage`, `average stays.days`)
    makes lines what is counted. Raises QuestionError for what cannot be grouped or added up.
    """
    type_ = type_.for_(actor)
    held = parts_in(type_, [*by, *(words.partition(" ")[2] for words in measures)])
    asking = Asking(actor, alias=f"{held.parent}__" if held else "")
    if held:
        rows = held.rows.filter(**{f"{held.parent}_id__in": rows.order_by().values("pk")})
    groupings = [Grouping.of(type_, words, actor=actor) for words in by]
    asked = [Measure.of(type_, words) for words in measures]
    found: dict[tuple[Any, ...], list[Tally]] = {}
    tally, rows = in_tally(type_, rows, groupings, asked) or (None, rows)
    grouped = [] if tally is None else lines(type_, tally, groupings, asked, asking=asking, limit=limit, tallied=True)
    grouped += [] if rows is None else lines(type_, rows.order_by(), groupings, asked, asking=asking, limit=limit)
    values = [one.values({row[f"key{at}"] for row in grouped}, actor=actor) for at, one in enumerate(groupings)]
    for row in grouped:
        key = tuple([held[row[f"key{at}"]] for at, held in enumerate(values)])
        for at, tally in enumerate(found.setdefault(key, [Tally() for _measure in asked])):
            tally.add(row.get(f"unit{at}"), row.get(f"sum{at}"), row[f"many{at}"])
    each = [(one, set(held.values())) for one, held in zip(groupings, values, strict=True)]
    show = load_labels(Show(actor), (to for one, held in each for value in held for to in one.kind.points_at(value)))
    labels = [{value: one.label(value, show) for value in held} for one, held in each]
    ranks = [
        {value: one.rank(value, told[value]) for value in held} for (one, held), told in zip(each, labels, strict=True)
    ]
    return [
        Group(key, tuple([told[value] for told, value in zip(labels, key, strict=True)]), results(asked, found[key]))
        for key in sorted(found, key=lambda key: [of[value] for of, value in zip(ranks, key, strict=True)])
    ]


def parts_in(type_: RecordType, asked: Sequence[str]) -> Part | None:
    """The lines that are asked about, if any: `stays` in `stays.days`. Raises QuestionError for lines of two sorts."""
    heads = (named(type_, words.split(".")[0]) for words in asked if "." in words)
    found = {pair[1].name: pair[1] for pair in heads if pair and isinstance(pair[1], Part)}
    if len(found) > 1 or any(part.where for part in found.values()):
        refuse(_("“%(names)s” cannot be counted together.") % {"names": ", ".join(sorted(found))})
    return next(iter(found.values()), None)


def lines(
    type_: RecordType,
    rows: QuerySet[Any],
    groupings: Sequence[Grouping],
    asked: Sequence[Measure],
    *,
    asking: Asking,
    limit: int,
    tallied: bool = False,
) -> list[dict[str, Any]]:
    """The GROUP BY: `key0…` and currencies `unit0…` with `sum0…` and the number of values `many0…`.

    Groups are put in order when they are there: PostgreSQL would else sort all rows first, to have the groups in order.
    """
    keys = {f"key{at}": grouping.expression(type_, asking) for at, grouping in enumerate(groupings)}
    units = {f"unit{at}": measure.unit(asking) for at, measure in enumerate(asked) if isinstance(measure.kind, Money)}
    sums = {f"sum{at}": measure.total(asking) for at, measure in enumerate(asked) if measure.kind}
    counts = {f"many{at}": measure.many(asking, tallied=tallied) for at, measure in enumerate(asked)}
    if not keys and not units:
        return [rows.aggregate(**sums, **counts)]
    names = [*keys, *units, *sums, *counts]
    order = f"ORDER BY {', '.join(str(at + 1) for at in range(len(keys)))}" if keys else ""
    around = f"WITH found AS MATERIALIZED ({{}}) SELECT * FROM found {order} LIMIT {limit:d}"
    grouped = rows.values(**keys, **units).annotate(**sums, **counts)
    if tallied:
        grouped = grouped.annotate(there=Sum("many")).filter(there__gt=0)
    found = Statement(grouped, names, around).ask()
    return [dict(zip(names, row, strict=True)) for row in found]


def in_tally(
    type_: RecordType, rows: QuerySet[Any], groupings: Sequence[Grouping], asked: Sequence[Measure]
) -> tuple[Any, Any] | None:
    """What stands for the rows where they are added up already, by these fields: of the tally, and of the others."""
    if not groupings or any(len(one.path) > 1 or one.period for one in groupings):
        return None
    columns = [one.kind.column for one in groupings] + [f"{one.kind.column}{MANY}" for one in asked if one.kind]
    return rows_for(type_, seen_as(rows), columns)


def results(asked: Sequence[Measure], tallies: Sequence[Tally]) -> tuple[Any, ...]:
    return tuple([measure.result(tally) for measure, tally in zip(asked, tallies, strict=True)])


# ---- what to group by ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grouping:
    """A field to group by, perhaps of what the record refers to, perhaps by a period of time."""

    path: tuple[str, ...]
    kind: Kind
    period: str = ""

    @classmethod
    def of(cls, type_: RecordType, words: str, *, actor: Actor) -> Grouping:
        path: list[tuple[str, Kind]] = []
        at: Source | None = type_
        period = ""
        for word in words.split("."):
            if path and isinstance(path[-1][1], Date) and word in PERIODS:
                period = word
                break
            if path and not isinstance(at, Place | Part) and single(path[-1][1]) is None:
                at = None
            path.append((at and named(at, word)) or refuse(unknown(at or type_, word)))
            if isinstance(at, RecordType):
                looked_at(at, [path[-1][1].name], ())
            at = beyond(path[-1][1], actor=actor)
        kind = path[-1][1]
        if not kind.groupable:
            refuse(_("“%(name)s” cannot be grouped by.") % {"name": words})
        return cls(tuple(key for key, _kind in path), kind, period)

    def expression(self, type_: RecordType, asking: Asking) -> Any:
        found = value_of(type_, self.path, asking)
        if not self.period:
            return found
        zone = asking.actor.zone if isinstance(self.kind, Moment) else None
        stored = AsTime(found, is_moment=zone is not None) if self.kind.custom else found
        if zone is None:
            return FirstDay(stored, self.period)
        return Trunc(stored, self.period, output_field=DateField(), tzinfo=zone)

    def values(self, raw: set[Any], *, actor: Actor) -> dict[Any, Any]:
        """What stands for each. Of what administrators arrange the statement does not say what the actor may see."""
        kind = single(self.kind)
        if kind and kind.target.admin:
            seen = kind.target.labels(raw - {None}, actor)
            return {one: one if one is None or one in seen else HIDDEN for one in raw}
        return {one: one if self.period else self.kind.unpack([one]) for one in raw}

    def label(self, value: Any, show: Show) -> str:
        return period_label(value, self.period) if self.period else self.kind.text(value, show=show)

    def rank(self, value: Any, label: str) -> Any:
        """What comes first: as the options stand, by name, by time; nothing comes last."""
        if self.kind.is_empty(value):
            return (True, 0)
        if isinstance(self.kind, Choice):
            return (False, self.kind.sort_key(value))
        return (False, fold(label) if isinstance(value, str) or isinstance(self.kind, Reference) else value)


def refuse(message: str) -> Any:
    raise QuestionError(message)


def value_of(source: Source, path: Sequence[str], asking: Asking) -> Any:
    """The SQL of the field at the end of a path; behind a reference only what the actor may see."""
    kind = field_of(source, path[0])
    target = beyond(kind, actor=asking.actor)
    if isinstance(kind, Part):
        return value_of(kind, path[1:], Asking(asking.actor, asking.now))
    if isinstance(target, Place) and len(path) > 1:
        return field_of(target, path[1]).expression(asking)
    column = kind.expression(asking)
    if not isinstance(target, RecordType):
        return column
    if len(path) == 1:
        if target.admin:  # few, and known by name: which of them are hidden is found out of the groups, not row by row
            return column
        seen = When(pointing(kind, target.rows(asking.actor), asking), then=column)
        return Case(
            When(is_null(column), then=Value(None)), seen, default=Value(HIDDEN), output_field=BigIntegerField()
        )
    rows = target.rows(asking.actor).filter(Exact(F("pk"), outer(column)))
    return Subquery(rows.order_by().values(asked=value_of(target, path[1:], Asking(asking.actor, asking.now)))[:1])


def period_label(first: date | None, period: str) -> str:
    """The period that begins on that day: 2026, 2026-Q1, 2026-03, 2026-W12, 2026-03-31."""
    if first is None:
        return ""
    forms = {
        "year": "%Y",
        "quarter": f"%Y-Q{(first.month + 2) // 3}",
        "month": "%Y-%m",
        "week": "%G-W%V",
        "day": "%Y-%m-%d",
    }
    return first.strftime(forms[period])


# ---- what to measure -------------------------------------------------------------------------------------------------


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
    kind: Any = None
    of_lines: bool = False

    @classmethod
    def of(cls, type_: RecordType, words: str) -> Measure:
        way, _space, name = words.partition(" ")
        if words == "count":
            return cls(way)
        if way not in ("sum", "average"):
            refuse(_("“%(words)s” is not a measure: count, sum FIELD or average FIELD.") % {"words": words})
        held = parts_in(type_, [name])
        source, word = (held, name.partition(".")[2]) if held else (type_, name)
        key, kind = named(source, word) or refuse(unknown(source, word))
        if not kind.measurable or key == "id":
            refuse(_("“%(name)s” cannot be added up.") % {"name": name})
        looked_at(type_, [held.name if held else kind.name], ())
        return cls(way, kind, held is not None)

    def unit(self, asking: Asking) -> Any:
        return self.kind.expression(self.within(asking), "_currency", "text")

    def total(self, asking: Asking) -> Any:
        return Sum(self.kind.expression(self.within(asking)), output_field=BigIntegerField())

    def many(self, asking: Asking, *, tallied: bool) -> Any:
        """How many values there are."""
        if tallied:
            return Sum(f"{self.kind.column}{MANY}" if self.kind else "many", output_field=BigIntegerField())
        return Count(self.kind.expression(self.within(asking)) if self.kind else "*")

    def within(self, asking: Asking) -> Asking:
        """A field of the lines stands in the row itself, one of their record beyond it."""
        return Asking(asking.actor, asking.now) if self.of_lines else asking

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
        minor = tally.sums[unit]
        if self.way == "average":
            minor = int((Number(minor) / tally.many[unit]).to_integral_value(ROUND_HALF_EVEN))
        return Amount(minor, unit)
