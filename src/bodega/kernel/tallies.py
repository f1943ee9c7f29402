"""Roll-ups that reports are made of: the records of a type, counted and added up by who may see them.

A tally is a journal: each change writes down what its records no longer count for, and what they count for now. So its
sums are exact at any moment, and two who write at once do not wait for each other. `platform.tallies` folds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bodega.kernel import access
from bodega.kernel.raw import columns_of, insert
from bodega.kernel.sharing import NOT_SHARED

if TYPE_CHECKING:
    from bodega.kernel.drafts import Draft
    from bodega.kernel.record import RecordType

MANY = "_many"
"""`amount_many` says how many amounts there are in the sum of `amount`; `many` how many records."""


def sums_of(tally: Any) -> list[str]:
    """The columns that are added up."""
    return [name.removesuffix(MANY) for name in columns_of(tally) if name.endswith(MANY)]


def keys_of(tally: Any) -> list[str]:
    """The columns that are the same for all records of a row."""
    added = {column for name in sums_of(tally) for column in (name, name + MANY)}
    return [name for name in columns_of(tally) if name not in {"id", "many", *added}]


@contextmanager
def kept(type_: RecordType, drafts: Sequence[Draft]) -> Iterator[None]:
    """Around what writes these drafts, whose rows are locked: what they no longer count for, and count for now."""
    if type_.tally is None:
        yield
        return
    counted = {"deleted_at", *columns_of(type_.tally)}
    touched = [draft for draft in drafts if draft.is_new or draft.columns.keys() & counted]
    found: dict[tuple[Any, ...], list[int]] = {}
    add(found, type_, [draft.raw for draft in touched if not draft.is_new], -1)
    yield
    add(found, type_, [draft.raw for draft in touched], 1)
    keys, sums = keys_of(type_.tally), sums_of(type_.tally)
    rows = [[*key, *numbers] for key, numbers in found.items() if any(numbers)]
    insert(type_.tally, [*keys, "many", *sums, *(name + MANY for name in sums)], rows)


def add(
    found: dict[tuple[Any, ...], list[int]], type_: RecordType, rows: Iterable[Mapping[str, Any]], sign: int
) -> None:
    """To `found`, by the keys of the tally: how many rows, what they add up to, and how many values that is."""
    keys, sums = keys_of(type_.tally), sums_of(type_.tally)
    for row in rows:
        if row["deleted_at"] is None:
            values = [row[name] for name in sums]
            numbers = [1, *(value or 0 for value in values), *(int(value is not None) for value in values)]
            held = found.setdefault(tuple(row[name] for name in keys), [0] * len(numbers))
            for at, number in enumerate(numbers):
                held[at] += sign * number


def rows_for(type_: RecordType, seen: Sequence[Any] | None, columns: Iterable[str]) -> tuple[Any, Any] | None:
    """What stands for all that somebody may view (`record.seen_as`): rows of the tally, and the records that are shared
    with them alone. None where the tally does not tell these columns, or a rule asks for others."""
    tally = type_.tally
    if tally is None or seen is None or seen[1] != "view" or not {*columns} <= {*columns_of(tally)}:
        return None
    reach, rows = seen[2], tally._base_manager.all()
    if reach is None:
        return rows, None
    if reach.ruled:
        return None
    found = rows.filter(access.rows_in(type_, replace(reach, shared=NOT_SHARED)))
    return found, None if reach.shared.is_empty else type_.every(deleted=False).filter(access.apart(reach)[-1])
