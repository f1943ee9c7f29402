"""A list sorted by several fields: no index helps with that, so it is for as many records as are counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.lookups import Exact, GreaterThan, IsNull, LessThan
from django.utils.translation import gettext as _

from bodega.kernel import query
from bodega.kernel.query.page import ALWAYS_SORTABLE, Order
from bodega.kernel.record import RecordType

MOST = 10_000
"""Records that are put in order by several fields."""
FIELDS = 3


def others(text: str, type_: RecordType, *, first: str) -> list[str]:
    """The further orders in an address: those there are, each field once."""
    found = {first.strip("-"): first}
    for sort in text.split(","):
        if sort.removeprefix("-") in (*type_.sortable, *ALWAYS_SORTABLE):
            found.setdefault(sort.removeprefix("-"), sort)
    return [*found.values()][1:FIELDS]


def all_of(rows: QuerySet[Any], first: str, text: str, type_: RecordType) -> list[str]:
    """By all that the rows are sorted by: by the first alone where there are too many."""
    then = others(text, type_, first=first)
    return [first, *(then if then and not query.count(rows, limit=MOST)[1] else [])]


def page(
    type_: RecordType,
    rows: QuerySet[Any],
    *,
    sorts: Sequence[str],
    names: Iterable[str],
    size: int,
    after: str = "",
    before: str = "",
) -> query.Page:
    """As `query.page`; a cursor is the id of a row, which stands where it stands now. Raises QuestionError."""
    orders, forward = [Order(type_, sort) for sort in sorts], not before
    named = rows.annotate(**{f"by{at}": order.key for at, order in enumerate(orders)})
    mark = after or before
    if mark and not (mark.isascii() and mark.isdigit() and len(mark) < 19):
        raise query.QuestionError(_("The address of this page is damaged. Start again from the first page."))
    here = named.filter(pk=int(mark)).values(*(f"by{at}" for at in range(len(orders))), "pk").first() if mark else None
    found = named.filter(beyond(orders, here, forward=forward)) if here else named
    shown = type_.read(found.order_by(*sides(orders, forward=forward))[: size + 1], [*names])
    more, shown = len(shown) > size, shown[:size]
    if not forward:
        shown.reverse()
    behind, ahead = (here is not None, more) if forward else (more, True)
    return query.Page(
        shown,
        next=str(shown[-1].id) if ahead and shown else None,
        previous=str(shown[0].id) if behind and shown else None,
    )


def sides(orders: Sequence[Order], *, forward: bool) -> list[Any]:
    """What the rows are ordered by: those without a value last, ties by id."""
    found = []
    ends: dict[str, bool] = {"nulls_last": True} if forward else {"nulls_first": True}
    for at, order in enumerate(orders):
        key = F(f"by{at}")
        found.append(key.desc(**ends) if order.falling == forward else key.asc(**ends))
    falls = orders[-1].falling == forward
    return [*found, F("pk").desc() if falls else F("pk").asc()]


def beyond(orders: Sequence[Order], here: dict[str, Any], *, forward: bool) -> Q:
    """The rows after this one, or before it: the first field in which they differ says so."""
    ways, same = [], Q()
    for at, order in enumerate(orders):
        key, value = F(f"by{at}"), here[f"by{at}"]
        ways.append(same & past(order, key, value, forward=forward))
        same &= Q(IsNull(key, True)) if value is None else Q(Exact(key, bound(order, value)))
    compare = LessThan if orders[-1].falling == forward else GreaterThan
    ways.append(same & Q(compare(F("pk"), Value(here["pk"]))))
    return reduce(or_, ways)


def past(order: Order, key: F, value: Any, *, forward: bool) -> Q:
    if value is None:  # these stand last
        return Q(pk__in=()) if forward else Q(IsNull(key, False))
    compare = LessThan if order.falling == forward else GreaterThan
    further = Q(compare(key, bound(order, value)))
    return further | Q(IsNull(key, True)) if forward else further


def bound(order: Order, value: Any) -> Value:
    return Value(value, output_field=order.kind.bind(None).output_field)
