"""Where a record stands in a list, so that whoever comes back from it finds the place again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from bodega.kernel import query
from bodega.kernel.query.page import Order
from bodega.kernel.record import RecordType
from bodega.surfaces.listing import sorting

ABOVE = 10
"""Rows that stand above the record where one comes back to it."""


def around(type_: RecordType, rows: QuerySet[Any], pk: int, *, sorts: Sequence[str]) -> str:
    """The cursor of a page with the record in it; empty for the first page, and where the record is not in the list."""
    if len(sorts) > 1:
        is_here = rows.filter(pk=pk).exists()
        found = sorting.page(type_, rows, sorts=sorts, names=[], size=ABOVE, before=str(pk)) if is_here else None
        return (found and found.previous) or ""
    order = Order(type_, sorts[0])
    here = type_.read(rows.filter(pk=pk).annotate(sorted_by=order.key), [], position="sorted_by")
    if not here:
        return ""
    return query.page(type_, rows, sort=sorts[0], names=[], size=ABOVE, before=order.mark(here[0])).previous or ""


def beside(type_: RecordType, rows: QuerySet[Any], pk: int, *, sorts: Sequence[str]) -> tuple[int | None, int | None]:
    """The ids before and after a record in a list. Raises QuestionError."""
    if len(sorts) == 1:
        return query.neighbours(type_, rows, pk, sort=sorts[0])
    if not rows.filter(pk=pk).exists():
        return None, None
    before = sorting.page(type_, rows, sorts=sorts, names=[], size=1, before=str(pk)).rows
    after = sorting.page(type_, rows, sorts=sorts, names=[], size=1, after=str(pk)).rows
    return before[0].id if before else None, after[0].id if after else None
