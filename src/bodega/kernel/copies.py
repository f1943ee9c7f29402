"""What is seen through a parent and listed on its own holds copies of the columns that say who may see the parent.

So its lists are asked like those of the parent, without looking at it. The door for writing keeps the copies in step,
in the same transaction; `platform.administration.jobs` checks them each night. Of a parent in the trash nobody sees
what hangs on it: it is private then, and nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import connection

from bodega.kernel.registry import DECLARED
from bodega.lib.expressions import one_of_ids

if TYPE_CHECKING:
    from bodega.kernel.drafts import Draft
    from bodega.kernel.record import RecordType

THERE = "CASE WHEN parent.deleted_at IS NULL THEN parent.{0} END"
COPIED = {name: THERE.format(name) for name in ("owner_id", "team_set", "territory_id")}
COPIED["private"] = "parent.private OR parent.deleted_at IS NOT NULL"
"""What each column of a child is to hold."""


def follow(type_: RecordType, drafts: Sequence[Draft], *, new: bool) -> None:
    """After these drafts were written: their own copies, and those of what hangs on them."""
    if type_.is_copied and (placed := [draft for draft in drafts if f"{type_.within}_id" in draft.columns]):
        keep(type_, {draft.columns[f"{type_.within}_id"] for draft in placed})
        copy(type_, "child.id", [draft.id for draft in placed if draft.id])
    if not new:
        moved = [draft.id for draft in drafts if draft.id and draft.columns.keys() & {*COPIED, "deleted_at"}]
        for child in DECLARED.values() if moved else ():
            if child.is_copied and type_ in child.parents:
                copy(child, f"child.{child.within}_id", moved)


def keep(type_: RecordType, ids: Iterable[int]) -> None:
    """Until the end of the transaction nobody changes who may see these parents, not knowing of their new children."""
    if connection.features.has_select_for_update:
        parents = type_.declared[type_.within].target.every().filter(pk__in=ids)  # type: ignore[attr-defined]
        [*parents.order_by("pk").select_for_update(no_key=True).values_list("pk")]


def copy(type_: RecordType, column: str, ids: Sequence[int]) -> None:
    """For the children whose column is one of these ids."""
    if ids:
        mend(type_, one_of_ids(column, ids))


def mend(type_: RecordType, which: str = "TRUE") -> int:
    """Brings the children in step of which this SQL is true, `child` being their table; how many were not."""
    quote = connection.ops.quote_name
    same = "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
    table, parents = (quote(one.model._meta.db_table) for one in (type_, type_.parents[0]))
    parent = f"{parents} AS parent WHERE parent.id = child.{quote(type_.within + '_id')}"
    in_step = " AND ".join(f"child.{name} {same} ({value})" for name, value in COPIED.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS child SET ({', '.join(COPIED)}) = (SELECT {', '.join(COPIED.values())} FROM {parent})"
            f" WHERE {which} AND NOT EXISTS (SELECT 1 FROM {parent} AND {in_step})"
        )
        return int(cursor.rowcount)
