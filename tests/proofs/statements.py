"""The shape of a statement: what is left of it without its values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

TOKEN = re.compile(
    r"""(?P<literal>'(?:[^']|'')*'|%s|%\(\w+\)s|\$\d+|(?<![\w.])\d+(?:\.\d+)?(?!\w))"""
    r"""|(?P<remark>--[^\n]*|/\*.*?\*/)|(?P<word>"(?:[^"]|"")*"|\w+)|(?P<sign>[^\w\s])""",
    re.DOTALL,
)
RUN = re.compile(r"\?(?: , \?)+")
SAVED = ("SAVEPOINT", "RELEASE", "ROLLBACK")


def tokens(sql: str) -> list[str]:
    """Its words and signs; values are `?`."""
    if sql.startswith(SAVED):
        return sql.split(" ", 1)[:1]
    return ["?" if found.lastgroup == "literal" else found[0] for found in TOKEN.finditer(sql)]


def shape(sql: str) -> str:
    """The same for statements that differ in values, and in how many values a list has."""
    return RUN.sub("?", " ".join(tokens(sql)))


class Heard:
    """The statements that reach the database, with their parameters apart."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.statements.append(str(sql))
        return execute(sql, params, many, context)


@contextmanager
def heard() -> Iterator[Heard]:
    ear = Heard()
    with connection.execute_wrapper(ear):
        yield ear
