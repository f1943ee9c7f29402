"""Where a record stands in a list, so that whoever comes back from it finds the place again."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from bodega.kernel import query
from bodega.kernel.query.page import Order
from bodega.kernel.record import RecordType

ABOVE = 10
"""Rows that stand above the record where one comes back to it."""


def around(type_: RecordType, rows: QuerySet[Any], pk: int, *, sort: str) -> str:
    """The cursor of a page with the record in it; empty for the first page, and where the record is not in the list."""
    order = Order(type_, sort)
    here = type_.read(rows.filter(pk=pk).annotate(sorted_by=order.key), [], position="sorted_by")
    if not here:
        return ""
    found = query.page(type_, rows, sort=sort, names=[], size=ABOVE, before=order.mark(here[0]))
    return found.previous or ""
