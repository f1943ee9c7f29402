"""Statements that are asked again and again: PostgreSQL plans them once for each connection, since planning takes it
longer than answering most of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from psycopg.sql import Literal

MARK = re.compile("%%|%s")


def settled(
    statement: str, parameters: Sequence[Any], is_open: Callable[[Any], bool]
) -> tuple[str, Sequence[Any], bool]:
    """With the parameters written into it that are the same each time: a plan that is kept knows them then, and that an
    index of some rows (`status = 'open'`) serves it. Those that are open are left; and whether it is to be prepared."""
    if connection.vendor != "postgresql" or not any(map(is_open, parameters)):
        return statement, parameters, False
    connection.ensure_connection()
    coming, left = iter(parameters), list[Any]()

    def written(mark: re.Match[str]) -> str:
        if mark[0] == "%%":
            return mark[0]
        one = next(coming)
        if is_open(one):
            left.append(one)
            return mark[0]
        return Literal(one).as_string(connection.connection).replace("%", "%%")

    return MARK.sub(written, statement), left, True


def cursor(*, is_kept: bool) -> Any:
    """For a statement that is kept and asked again, or for any other."""
    planned_once = getattr(connection, "prepared_cursor", None)
    return planned_once() if is_kept and planned_once else connection.cursor()
