"""Looks at fields that an administrator has marked: collected while a request is answered, written before it goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from bodega.kernel.record import RecordType, told_by
from bodega.kernel.scope import arranged
from bodega.platform.audit.log import About, Kind, note
from bodega.platform.audit.models import MarkedField

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

MOST = 200
"""So many records are named in an entry; it counts all of them."""


@dataclass
class Look:
    """What was read of one type: the stable ids of marked fields, and of which records."""

    fields: set[str] = field(default_factory=set)
    ids: dict[int, None] = field(default_factory=dict)
    count: int = 0
    """How many there are, where not all of their ids are known."""


Looks = dict[str, Look]
"""By the key of the type."""
_seen: ContextVar[Looks | None] = ContextVar("looks", default=None)


@contextmanager
def looking() -> Iterator[Looks]:
    """Inside, looks are collected, to be written down by whoever knows for whom it is read.

    Elsewhere, in jobs and reactions, the program reads for itself and nothing is.
    """
    seen: Looks = {}
    token = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(token)


def collect(type_: RecordType, names: Iterable[str], ids: Iterable[int]) -> None:
    """Told by the kernel of everything that is read."""
    seen = _seen.get()
    if seen is not None and (fields := marked(type_, names)):
        look = seen.setdefault(type_.key, Look())
        look.fields |= fields
        look.ids.update(dict.fromkeys(ids))


def marked(type_: RecordType, names: Iterable[str]) -> set[str]:
    """The marked ones among these fields, and those that can be read out of them, by their stable ids."""
    telling: Mapping[str, Collection[str]] = arranged(("marked", type_.key), lambda: telling_of(type_))
    return {key for name in names for key in telling.get(name, ())} if telling else set()


def telling_of(type_: RecordType) -> dict[str, Collection[str]]:
    """By the name of a field and by its stable id, the marked ones that it tells."""
    marks = {key for one in type_.covers.split() or [type_.key] for key in marks_by_type().get(one, ())}
    kinds = type_.whole.fields().values() if marks else ()
    found = [(kind, told) for kind in kinds if (told := {kind.key, *told_by(kind)} & marks)]
    return {name: told for kind, told in found for name in (kind.name, kind.key)}


def marks_by_type() -> Mapping[str, Collection[str]]:
    return arranged("marks", read_marks)


def read_marks() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key, name in MarkedField.objects.filter(deleted_at=None).values_list("type", "field"):
        found.setdefault(key, set()).add(name)
    return found


def write(seen: Looks, *, actor: Actor | None) -> None:
    """One entry for all that was looked at together."""
    if not seen:
        return
    ids = [f"{key}#{pk}" for key, look in seen.items() for pk in look.ids]
    records = sum(max(look.count, len(look.ids)) for look in seen.values())
    fields = {key: sorted(look.fields) for key, look in seen.items()}
    details = {"fields": fields, "records": records, "ids": [*islice(ids, MOST)]}
    note(Kind.LOOKED, actor=actor, about=about(seen), details=details)


def about(seen: Looks) -> About:
    """The record, where it is one; the type, where all are of one."""
    if len(seen) > 1:
        return About()
    ((key, look),) = seen.items()
    return About(key, next(iter(look.ids)) if len(look.ids) == 1 else None)
