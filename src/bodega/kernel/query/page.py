"""A page of a sorted list that costs the same wherever it stands; how many rows there are, and their sums.

Rows without a value come last, whichever way the list is sorted. They are asked for by a second query, so that both use
an index from its beginning.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal as Number
from functools import cached_property
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, F, QuerySet, Sum, Value
from django.db.models.lookups import IsNull
from django.utils.translation import gettext as _

from bodega.kernel import access
from bodega.kernel.actors import system
from bodega.kernel.kinds import Asking, Kind, Money
from bodega.kernel.kinds.numbers import LARGEST
from bodega.kernel.kinds.texts import storable
from bodega.kernel.query.fields import fields
from bodega.kernel.query.tree import QuestionError
from bodega.kernel.raw import Slot, Statement, columns_of
from bodega.kernel.reading import Row
from bodega.kernel.record import RecordType, kept, seen_as
from bodega.kernel.registry import type_of
from bodega.kernel.scope import arranged
from bodega.lib import clock
from bodega.lib.expressions import RowCompare

ALWAYS_SORTABLE = ("id", "created_at")
LATELY, LONG_AGO = timedelta(minutes=1), datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the cursors of the pages around them (None at the ends)."""

    rows: list[Row]
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class Cursor:
    """Where a row stands: its raw value in the sort order (None among those without one) and its id."""

    value: Any
    id: int


class Way(NamedTuple):
    """One stretch of a list, in one direction: the rows with a value or those without, from its start or a cursor."""

    filled: bool
    falling: bool
    behind: bool


def page(
    type_: RecordType,
    rows: QuerySet[Any],
    *,
    sort: str,
    names: Iterable[str],
    size: int = 50,
    after: str | None = None,
    before: str | None = None,
) -> Page:
    """The rows after, or before, a cursor (the first ones without) by `sort`: a field, with a dash for falling.

    Ties are ordered by id. Raises QuestionError for a field without a sort order and for a damaged cursor.
    """
    order = Order(type_, sort)
    forward = before is None
    at = order.cursor(after or "" if before is None else before)
    found = order.walk(rows, at, forward=forward, limit=size + 1, names=[*names])
    more, shown = len(found) > size, found[:size]
    if not forward:
        shown.reverse()
    behind, ahead = (at is not None, more) if forward else (more, True)
    return Page(
        shown,
        next=order.mark(shown[-1]) if ahead and shown else None,
        previous=order.mark(shown[0]) if behind and shown else None,
    )


def heads(
    type_: RecordType, lists: Sequence[QuerySet[Any]], *, sort: str, names: Iterable[str], size: int
) -> list[Page]:
    """The first page of each of several lists, in two queries. `sort` must have a value in every row."""
    order = Order(type_, sort)
    way = Way(filled=True, falling=order.falling, behind=False)
    firsts = [order.stretch(rows, way).values("pk")[: size + 1] for rows in lists]
    parts = [type_.every().filter(pk__in=ids).values_list("pk", Value(at)) for at, ids in enumerate(firsts)]
    where = dict(parts[0].union(*parts[1:], all=True)) if parts else {}
    rows = type_.every().filter(pk__in=where).annotate(sorted_by=order.key)
    found: list[list[Row]] = [[] for _rows in lists]
    for row in type_.read(rows.order_by(*order.sides(falling=order.falling)), [*names], position="sorted_by"):
        found[where[row.id]].append(row)
    return [
        Page(rows[:size], next=order.mark(rows[size - 1]) if len(rows) > size else None, previous=None)
        for rows in found
    ]


def neighbours(type_: RecordType, rows: QuerySet[Any], pk: int, *, sort: str) -> tuple[int | None, int | None]:
    """The ids before and after a record in a list, whether or not it is itself in it. Raises QuestionError."""
    order = Order(type_, sort)
    here = type_.read(type_.every().filter(pk=pk).annotate(sorted_by=order.key), [], position="sorted_by")
    at = order.cursor(order.mark(here[0])) if here else None
    if at is None:
        return None, None
    sides = [order.walk(rows, at, forward=forward, limit=1, names=[]) for forward in (False, True)]
    before, after = (found[0].id if found else None for found in sides)
    return before, after


class Order:
    """One way of sorting a type."""

    def __init__(self, type_: RecordType, sort: str) -> None:
        name = sort.removeprefix("-")
        able = name in (*type_.sortable, *ALWAYS_SORTABLE) or sort == type_.board_sort
        kind = fields(type_).get(name) if able else None
        if kind is None or not kind.sortable:
            can = ", ".join([*type_.sortable, *ALWAYS_SORTABLE])
            raise QuestionError(
                _("“%(name)s” has no sort order; there is one for %(can)s.") % {"name": name, "can": can}
            )
        self.type, self.sort, self.falling, self.kind = type_, sort, sort.startswith("-"), kind

    @cached_property
    def key(self) -> Any:
        return self.kind.sort_expression(Asking(system("sort")))

    @cached_property
    def has_gaps(self) -> bool:
        """Whether rows may be without a value."""
        column = columns_of(self.type.model).get(getattr(self.key, "name", ""))
        return column is None or column.null

    def walk(self, rows: QuerySet[Any], at: Cursor | None, *, forward: bool, limit: int, names: list[str]) -> list[Row]:
        """Rows from the cursor on: first those with a value, then those without, or backwards."""
        stretches = [True, False] if self.has_gaps else [True]
        stretches = stretches if forward else stretches[::-1]
        begin = stretches.index(at.value is not None) if at else 0
        found: list[Row] = []
        for number, filled in enumerate(stretches[begin:]):
            if len(found) < limit:
                start = at if number == 0 else None
                way = Way(filled, self.falling == forward, start is not None)
                found += self.some(rows, start, way, limit=limit - len(found), names=names)
        return found

    def some(self, rows: QuerySet[Any], at: Cursor | None, way: Way, *, limit: int, names: list[str]) -> list[Row]:
        """The first rows of a stretch. Where nothing is asked of them the statement is kept, for lists open with it."""
        reading, seen = self.type.reading(tuple(names), "sorted_by"), seen_as(rows)

        def made() -> Statement:
            return Statement(self.stretch(rows, way)[:limit], reading.columns)

        key = ("stretch", seen, self.sort, reading.names, way, limit)
        statement = kept(key, made) if seen else made()
        return reading.rows(statement.ask(value=at and at.value, pk=at and at.id))

    def stretch(self, rows: QuerySet[Any], way: Way) -> QuerySet[Any]:
        """The rows with, or without, a value, behind a cursor, whose value and pk are slots."""
        found: QuerySet[Any] = rows.annotate(sorted_by=self.key)
        if self.has_gaps:
            found = found.filter(IsNull(self.key, not way.filled))
        if way.behind:
            value = Slot("value", output_field=self.kind.bind(None).output_field)
            sides = [(self.key, value)] if way.filled else []
            left, right = zip(*sides, (F("pk"), Slot("pk", output_field=BigIntegerField())), strict=True)
            found = found.filter(RowCompare([*left], "<" if way.falling else ">", [*right]))
        return found.order_by(*self.sides(falling=way.falling, filled=way.filled))

    def sides(self, *, falling: bool, filled: bool = True) -> list[Any]:
        """What the rows are ordered by."""
        sides = [self.key, F("pk")] if filled else [F("pk")]
        return [side.desc() if falling else side.asc() for side in sides]

    # ---- cursors -----------------------------------------------------------------------------------------------

    def mark(self, row: Row) -> str:
        """The cursor of a row, as a word for an address."""
        raw = self.kind.pack(row.position)[0] if isinstance(row.position, Number) else row.position
        raw = raw.isoformat() if hasattr(raw, "isoformat") else raw
        return urlsafe_b64encode(json.dumps([self.sort, raw, row.id]).encode()).decode().rstrip("=")

    def cursor(self, mark: str) -> Cursor | None:
        if not mark:
            return None
        try:
            sort, value, pk = json.loads(urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
            if sort != self.sort:
                return None
            return Cursor(None if value is None and self.has_gaps else self.checked(value), whole(pk))
        except (ValueError, TypeError, ValidationError):
            raise QuestionError(_("The address of this page is damaged. Start again from the first page.")) from None

    def checked(self, value: Any) -> Any:
        """The raw value of a cursor. Raises ValueError, TypeError or ValidationError for one that was made by hand."""
        if value is None:
            raise ValueError(value)
        if isinstance(value, str):
            storable(value)
        prepared = self.kind.bind(value).output_field.get_prep_value(value)
        return whole(prepared) if isinstance(prepared, int) else prepared


def whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST:
        raise ValueError(value)
    return value


# ---- counts and sums -----------------------------------------------------------------------------------------------


def count(rows: QuerySet[Any], *, limit: int = 10_000) -> tuple[int, bool]:
    """How many rows, at most `limit`; and whether there are more. Where there were more lately, and nothing is asked of
    the rows, they are not counted again."""

    def made() -> Statement:
        return Statement(apart_by_index(rows)[: limit + 1], ["pk"], "SELECT COUNT(*) FROM ({}) AS found")

    key, many, now = ("count", seen_as(rows), limit), arranged("many", dict[Hashable, datetime]), clock.now()
    if now - many.get(key, LONG_AGO) < LATELY:
        return limit, True
    counted = (kept(key, made) if seen_as(rows) else made()).ask()
    found = counted[0][0] if counted else 0
    if seen_as(rows) and found > limit:
        many[key] = now
    return min(found, limit), found > limit


def apart_by_index(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Part by part, where nothing is asked of the rows, by rules neither."""
    type_key, verb, reach = seen_as(rows) or ("", "", None)
    if verb != "view" or not isinstance(reach, access.Reach) or reach.ruled:
        return rows.order_by()
    return access.in_parts(type_of(str(type_key)), reach)


def sums(rows: QuerySet[Any], kind: Kind) -> dict[str, Any]:
    """The sum of a field by currency (of one that is no money: by the empty word). Empty where there is no value."""
    asking = Asking(system("sum"))
    total = Sum(kind.expression(asking), output_field=BigIntegerField())
    if isinstance(kind, Money):
        groups = rows.order_by().values(unit=kind.expression(asking, "_currency", "text")).annotate(total=total)
        found = {
            unit: kind.unpack([int(raw), unit]) for unit, raw in groups.values_list("unit", "total") if raw is not None
        }
        return dict(sorted(found.items()))
    raw = rows.order_by().aggregate(total=total)["total"]
    return {} if raw is None else {"": kind.unpack([int(raw)])}
