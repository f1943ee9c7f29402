"""The one place that asks what time it is, so that a test or a seeding run can pin it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_pinned: ContextVar[datetime | None] = ContextVar("pinned clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _pinned.get() or datetime.now(UTC)


def today(zone: ZoneInfo | str) -> date:
    """The calendar day it is in `zone`."""
    return now().astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).date()


@contextmanager
def fixed(moment: datetime) -> Iterator[datetime]:
    """Let `now()` answer `moment` inside the block, in this context only; blocks may be nested."""
    if moment.tzinfo is None:
        raise ValueError("A clock can only be pinned to a moment with a time zone")
    token = _pinned.set(moment.astimezone(UTC))
    try:
        yield moment.astimezone(UTC)
    finally:
        _pinned.reset(token)
