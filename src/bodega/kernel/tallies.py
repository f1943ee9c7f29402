"""Roll-ups that reports are made of: the records of a type, counted and added up by who may see them.

A tally is a journal: each change writes down what its records no longer count for, and what they count for now. So its
sums are exact at any moment, and two who write at once do not wait for each other. `platform.tallies` folds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import connection

from bodega.kernel import access
from bodega.kernel.raw import columns_of
from bodega.kernel.sharing import NOT_SHARED
from bodega.lib.expressions import one_of_ids

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
    """Around what writes these drafts, whose rows are locked."""
    if type_.tally is None:
        yield
        return
    counted = {"deleted_at", *columns_of(type_.tally)}
    touched = [draft for draft in drafts if draft.is_new or draft.columns.keys() & counted]
    note(type_, [draft.id for draft in touched if draft.id], "-")
    yield
    note(type_, [draft.id for draft in touched if draft.id], "+")


def note(type_: RecordType, ids: Iterable[int], sign: str) -> None:
    """Write down what these records count for, or no longer do."""
    if not (wanted := [*ids]):
        return
    quote = connection.ops.quote_name
    keys, sums = ([quote(name) for name in names] for names in (keys_of(type_.tally), sums_of(type_.tally)))
    numbers = [quote(name + MANY) for name in sums_of(type_.tally)]
    totals = [f"{sign}COALESCE(SUM({name}), 0)" for name in sums] + [f"{sign}COUNT({name})" for name in sums]
    into, taken = ", ".join([*keys, "many", *sums, *numbers]), ", ".join([*keys, f"{sign}COUNT(*)", *totals])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(type_.tally._meta.db_table)} ({into})"
            f" SELECT {taken} FROM {quote(type_.model._meta.db_table)}"
            f" WHERE deleted_at IS NULL AND {one_of_ids('id', wanted)} GROUP BY {', '.join(keys)}"
        )


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
