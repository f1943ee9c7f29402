"""Every question that a test asks of rows which not everybody may see comes through the door for reading, or fails.

What `RecordType.every` begins carries a mark in its SQL. A statement that names a protected table without the mark has
gone round the door; the few modules that may are listed here with why.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest
from django.db import connections, models
from django.db.models.sql import Query

from bodega.kernel.record import RecordType
from bodega.kernel.registry import DECLARED

MARK = "/* by the door */"
ASKS = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)
EXCUSED = {
    "tests": "look at what is there",
    "bench": "compares with plain SQL",
    "bodega.platform": "copies, checks and purges are of whole tables",
    "bodega.surfaces.search.making": "what is searched is made of every record, and asked through the door",
    "bodega.surfaces.transfer.runs": "bytes that any record stands for are kept",
    "bodega.apps.sales.drafting": "a stage in which any deal stands may not go",
}
"""Modules that may ask without the door, and why."""
PASSING_ON = (__name__, "bodega.kernel.raw", "bodega.platform.sqlite")
"""These only hand on what others ask."""


class Marked(Query):
    """A query whose SQL says that the door began it."""

    def get_compiler(self, *args: Any, **given: Any) -> Any:
        compiler: Any = super().get_compiler(*args, **given)
        plain = compiler.as_sql

        def as_sql(*args: Any, **given: Any) -> Any:
            sql, params = plain(*args, **given)
            return f"{sql} {MARK}", params

        compiler.as_sql = as_sql
        return compiler


def marked(every: Callable[..., models.QuerySet[Any]]) -> Callable[..., models.QuerySet[Any]]:
    def made(self: RecordType, **given: Any) -> models.QuerySet[Any]:
        found = every(self, **given)
        found.query = found.query.chain(Marked)
        return found

    return made


@cache
def protected_tables() -> re.Pattern[str]:
    names = {type_.model._meta.db_table for type_ in DECLARED.values() if type_.is_protected or type_.within}
    return re.compile(rf'(?:FROM|JOIN)\s+"?({"|".join(sorted(names))})\b', re.IGNORECASE)


def look(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    if isinstance(sql, str) and ASKS.match(sql) and MARK not in sql and protected_tables().search(sql) and who():
        raise AssertionError(f"{who()} asked without the door: {sql[:300]}")
    return execute(sql, params, many, context)


def who() -> str:
    """The module of ours that asks; nothing where it may."""
    frame = sys._getframe(1)
    while frame:
        name = frame.f_globals.get("__name__", "")
        if name.split(".")[0] in ("bodega", "tests", "bench") and not name.startswith(PASSING_ON):
            return "" if any(name.startswith(one) for one in EXCUSED) else name
        frame = frame.f_back  # type: ignore[assignment]
    return ""


@pytest.fixture(autouse=True, scope="session")
def _guarded() -> Iterator[None]:
    plain = RecordType.every
    RecordType.every = marked(plain)  # type: ignore[method-assign]
    yield
    RecordType.every = plain  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _watched() -> Iterator[None]:
    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(look))
        yield
