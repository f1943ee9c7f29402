"""Finds records of every type: how far the actor sees and how common the words are decide the way that is gone.

Nobody can rank a hundred thousand hits for the price of a key stroke. So it is estimated how many there are, from the
newest of each type. Where they are few, all of them are ranked. Where they are many, what begins with the text is, and
the newest that have it; whoever wants another types more. Somebody who sees only little has all of that looked through.
Either way the answer depends on the data alone, and is the same on both databases.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from bodega.kernel import access
from bodega.kernel.record import RecordType
from bodega.surfaces.search import statements
from bodega.surfaces.search.making import book, found_types, is_long, without
from bodega.surfaces.search.statements import Reach, Sql
from bodega.surfaces.search.words import Asked, asked

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

MANY = 5_000
"""Hits, by the estimate, that are not all ranked."""
LITTLE = 5_000
"""Records that somebody sees who has all of them looked through."""


@dataclass(frozen=True)
class Hits:
    """The best of one type, the best first."""

    type: RecordType
    ids: Sequence[int]


@dataclass(frozen=True)
class Found:
    """`groups` are in the order of their best hits, texts behind names. With `is_part`, more may fit than these."""

    groups: Sequence[Hits]
    is_part: bool = False
    is_whole: bool = True
    """Whether all records have been read in: not in the first minutes of an installation, a version or a copy."""


def find(text: str, *, actor: Actor, most: int) -> Found:
    """At most so many records of each type that the actor may see and that have all the words of the text."""
    seen = [without(type_, actor.masks) for type_ in sorted(found_types(), key=standing)]
    wanted, types = asked(text), {book(type_): type_ for type_ in seen}
    reaches = reaches_of(types.values(), actor=actor)
    if not wanted.terms or not reaches:
        return Found([])
    expected = dict(rows_of(statements.estimates(types, wanted)))
    many = {long: sum(expected[key] or 0 for key in types if is_long(types[key]) == long) for long in (False, True)}
    ways = [way(reach, wanted, many[reach.is_long] // statements.SAMPLE) for reach in reaches]
    ranked = rows_of(statements.ranked(wanted, [sql for sql, _is_part in ways], most=most))
    groups: dict[str, list[Any]] = {}
    for key, pk, tier in sorted(ranked, key=lambda row: row[2]):
        groups.setdefault(key, []).append((tier, pk))
    best = sorted(groups, key=lambda key: (is_long(types[key]), groups[key][0][0], [*types].index(key)))
    hits = [Hits(types[key], [pk for _tier, pk in groups[key]]) for key in best]
    return Found(hits, is_part=any(is_part for _sql, is_part in ways), is_whole=bool(expected[""]))


def standing(type_: RecordType) -> tuple[bool, bool]:
    """Names before texts, and customers before those who work here."""
    return is_long(type_), type_.admin


def reaches_of(types: Iterable[RecordType], *, actor: Actor) -> list[Reach]:
    """What the actor sees: the types that are looked through together, names apart from long texts."""
    found: dict[tuple[bool, access.Reach | None], list[str]] = {}
    for type_ in types:
        sight = access.reach_of(type_, actor, "view")
        if sight != access.NOTHING:
            found.setdefault((is_long(type_), sight), []).append(book(type_))
    return [Reach(long, tuple(keys), sight) for (long, sight), keys in found.items()]


def way(reach: Reach, wanted: Asked, many: int) -> tuple[Sql, bool]:
    """The candidates of a reach, and whether there may be more, where an index of letters has so many hits."""
    few = reach.sight is not None and not (reach.sight.everything and reach.sight.ruled is None)
    if few and rows_of(statements.counted(reach, most=LITTLE))[0][0] < LITTLE:
        return statements.looked_through(reach, wanted), False
    if wanted.indexed and many < MANY:
        return statements.by_index(reach, wanted), False
    return statements.first_and_newest(reach, wanted), True


def rows_of(sql: Sql) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.values)
        return [*cursor.fetchall()]
