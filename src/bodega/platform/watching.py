"""Counts the statements of a piece of work, and logs those that took long."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import connection

from bodega.lib.work import Work, at

logger = logging.getLogger(__name__)
LONGEST = 2_000
"""Characters of a statement that are logged."""
_LITERAL = re.compile(r"'(?:[^']|'')*'")
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@contextmanager
def watched(work: Work) -> Iterator[Work]:
    """What the block asks of the database is counted in `work`, and everything it logs is known as its."""
    slow = settings.BODEGA_SLOW_QUERY_MS / 1000 or float("inf")

    def counted(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001
        started = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took = perf_counter() - started
            work.statements += 1
            work.seconds += took
            if took >= slow:
                told = {"statement": without_values(sql), "ms": round(took * 1000)}
                logger.warning("slow statement", extra=told)

    with at(work), connection.execute_wrapper(counted):
        yield work


def without_values(sql: str) -> str:
    """The statement as one line. Values are parameters and not in it; a text that is in it all the same is masked."""
    return _LITERAL.sub("'…'", " ".join(str(sql).split()))[:LONGEST]
