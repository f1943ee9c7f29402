"""What is looked up once: for a unit of work, or for as long as administrators leave what they arrange as it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from secrets import randbits
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection

T = TypeVar("T")
Held = dict[Hashable, Any]
KEPT = object()
EVERYTHING, SHARES = 1, 2
"""What has a number in the database: all that administrators arrange, and what is shared with whom."""
_held: ContextVar[Held | None] = ContextVar("scope", default=None)
PROCESS: dict[int, Held] = {}
"""What this process knows, under the number that the database has had since an administrator last changed anything."""


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
    """What is looked up once per request, job or chunk. It does not outlive that."""
    held = _held.get()
    return look_up() if held is None else found_in(held, key, look_up)


def arranged(key: Hashable, look_up: Callable[[], T]) -> T:
    """What depends on nothing but the records of `admin` types: kept by the process until one of them changes."""
    held = _held.get()
    if held is None:
        return look_up()
    if KEPT not in held:
        arranged_as(number())
    return found_in(held[KEPT], key, look_up)


def found_in(held: Held, key: Hashable, look_up: Callable[[], T]) -> T:
    if key not in held:
        held[key] = look_up()
    found: T = held[key]
    return found


def arranged_as(version: int | None) -> None:
    """Tell the unit of work the number in the database, where it was read with something else already."""
    held = _held.get()
    if held is None:
        return
    kept = PROCESS.get(version or 0)
    if kept is None:
        kept = {}
        if version:
            PROCESS.clear()
            PROCESS[version] = kept
    held[KEPT] = kept


def rearranged() -> None:
    """Let every process look again; in the transaction that changes what administrators arrange.

    The number is a random one: what was read under one that was rolled back is not taken for another's.
    """
    renumber(EVERYTHING)
    forget()


def renumber(what: int) -> None:
    table = arrangement().model
    table._base_manager.bulk_create(
        [table(pk=what, version=randbits(62) + 1)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["version"],
    )


def arrangement() -> Any:
    return apps.get_model("kernel", "Arrangement")._base_manager.filter(pk=1)


def number(what: int = EVERYTHING) -> int | None:
    """The one in the database, which every call of the API asks for: without the ORM."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM kernel_arrangement WHERE id = %s", [what])
        found = cursor.fetchone()
    return found[0] if found else None


def forget() -> None:
    """After a write that look-ups depend on: from here on the unit of work sees what it has written itself."""
    held = _held.get()
    if held is not None:
        held.clear()
        held[KEPT] = {}


def look_again() -> None:
    """Between two steps of what takes long: everything is looked up anew, what is arranged where it has changed."""
    held = _held.get()
    if held is not None:
        held.clear()
