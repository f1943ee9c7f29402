"""What is looked up once per request, job or chunk: options, custom fields, rates. It does not outlive that."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_held: ContextVar[dict[Hashable, Any] | None] = ContextVar("scope", default=None)


@contextmanager
def scope() -> Iterator[None]:
    """Remember look-ups until the end of the block. Blocks within a block share the outer one."""
    if _held.get() is not None:
        yield
        return
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def remembered(key: Hashable, look_up: Callable[[], T]) -> T:
    held = _held.get()
    if held is None:
        return look_up()
    if key not in held:
        held[key] = look_up()
    found: T = held[key]
    return found


def forget() -> None:
    """After a write that such look-ups depend on."""
    held = _held.get()
    if held is not None:
        held.clear()
