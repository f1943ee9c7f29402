"""The record types there are: those in code, and those that an administrator made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bodega.kernel.scope import arranged

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

DECLARED: dict[str, RecordType] = {}
DOUBLED: list[RecordType] = []


class UnknownType(LookupError):
    """No record type has that key."""


def declare(found: RecordType) -> None:
    """Called by RecordType itself; a second one with the same key is a start-up error, told by `kernel.checks`."""
    if found.key in DECLARED:
        DOUBLED.append(found)
    DECLARED.setdefault(found.key, found)


def type_of(key: str) -> RecordType:
    """The record type with that key, with all its fields. Raises UnknownType."""
    found = DECLARED.get(key) or custom_types().get(key)
    if found is None:
        raise UnknownType(f"There is no record type {key!r}.")
    return found


def type_for(key: str, *, actor: Actor) -> RecordType:
    """The record type with that key as the actor knows it. Raises UnknownType."""
    return type_of(key).for_(actor)


def by_slug(slug: str, *, actor: Actor) -> RecordType | None:
    return next((found.for_(actor) for found in every_type() if found.slug == slug), None)


def every_type() -> list[RecordType]:
    return [*DECLARED.values(), *custom_types().values()]


def custom_types() -> dict[str, RecordType]:
    from bodega.kernel.customising import custom_record_types  # a cycle: it makes record types

    return arranged("custom types", custom_record_types)
