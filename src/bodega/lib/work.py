"""What is being worked at here and now (a request, a job), so that a log line or a new job can name it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import uuid4

SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")


def new_id() -> str:
    return uuid4().hex


def sane_id(given: str) -> str:
    """The id that somebody before us gave, where it is one; else a new one."""
    return given if SANE.fullmatch(given) else new_id()


@dataclass(slots=True)
class Work:
    """`id` is that of the request it began with; `what` the route of a request or the name of a job.

    `address` is where a request comes from.
    """

    id: str = field(default_factory=new_id)
    what: str = ""
    address: str = ""
    user_id: int | None = None
    statements: int = 0
    seconds: float = 0.0
    """Spent in the database."""


_current: ContextVar[Work | None] = ContextVar("work", default=None)


def current() -> Work | None:
    return _current.get()


@contextmanager
def at(work: Work) -> Iterator[Work]:
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)
