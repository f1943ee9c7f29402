"""Questions that are given up before they cost much: what is nice to know need not be known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from django.db import OperationalError, connection, transaction

STEPS, AT_ONCE = 2_000_000, 50_000
"""Instructions of SQLite, a tenth of a second or less, and after how many of them it asks whether to go on."""
MILLISECONDS = 100
"""On PostgreSQL, which waits for others rather than taking a processor of ours."""


class TookLongError(Exception):
    """The question was given up."""


@contextmanager
def sparing() -> Iterator[None]:
    """Inside, a statement that takes long ends with TookLongError."""
    connection.ensure_connection()
    with on_sqlite() if connection.vendor == "sqlite" else on_postgres():
        yield


@contextmanager
def on_sqlite() -> Iterator[None]:
    steps = count(1)
    connection.connection.set_progress_handler(lambda: next(steps) * AT_ONCE == STEPS, AT_ONCE)
    try:
        yield
    except OperationalError as ended:
        raise (TookLongError() if "interrupted" in str(ended) else ended) from None
    finally:
        connection.connection.set_progress_handler(None, 0)


@contextmanager
def on_postgres() -> Iterator[None]:
    try:
        with transaction.atomic():
            usual = set_timeout(f"{MILLISECONDS}ms")
            yield
            set_timeout(usual)
    except OperationalError as ended:
        raise (TookLongError() if getattr(ended.__cause__, "sqlstate", "") == "57014" else ended) from None


def set_timeout(text: str) -> str:
    """Until the transaction ends; what it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)", [text])
        return str(cursor.fetchone()[0])
