"""A tally as it should be: what is wrong in it, and its journal folded."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Sum

from bodega.kernel.raw import insert
from bodega.kernel.record import RecordType
from bodega.kernel.tallies import MANY, keys_of, sums_of
from bodega.lib.expressions import InList


def numbers_of(tally: Any) -> list[str]:
    """The columns that are added up, the numbers of records and of values among them."""
    return ["many", *sums_of(tally), *(name + MANY for name in sums_of(tally))]


def wrong(type_: RecordType) -> list[tuple[Any, ...]]:
    """What has to be added to be exact: keys, then numbers. One statement, so it is of one moment.

    Whoever writes meanwhile keeps what is right as right, and what is wrong as wrong as it was.
    """
    tally, quote = type_.tally, connection.ops.quote_name
    keys, numbers, sums = ([quote(name) for name in names(tally)] for names in (keys_of, numbers_of, sums_of))
    values = [f"COALESCE({name}, 0)" for name in sums]
    counted = ["1", *values, *(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in sums)]
    there = ", ".join([*keys, *(f"{one} AS {name}" for one, name in zip(counted, numbers, strict=True))])
    held = ", ".join([*keys, *(f"-{name} AS {name}" for name in numbers)])
    only = "".join(f" AND {quote(name)} = %s" for name in type_.where)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join([*keys, *(f'SUM({name})' for name in numbers)])} FROM"
            f" (SELECT {there} FROM {quote(type_.model._meta.db_table)} WHERE deleted_at IS NULL{only}"
            f" UNION ALL SELECT {held} FROM {quote(tally._meta.db_table)}) AS both_sides"
            f" GROUP BY {', '.join(keys)} HAVING {' OR '.join(f'SUM({name}) <> 0' for name in numbers)}",
            [*type_.where.values()],
        )
        return [*cursor.fetchall()]


def mend(type_: RecordType) -> int:
    """Add what is missing, take away what is too much; how many rows that took. None, unless somebody wrote records
    past the door."""
    found = wrong(type_)
    with transaction.atomic():
        insert(type_.tally, [*keys_of(type_.tally), *numbers_of(type_.tally)], found)
    return len(found)


def grown(type_: RecordType) -> list[int | None]:
    """The owners of whose records some are told by more than one row."""
    rows = type_.tally._base_manager.values(*keys_of(type_.tally)).annotate(rows=Count("pk")).filter(rows__gt=1)
    return [*dict.fromkeys(rows.order_by("owner_id").values_list("owner_id", flat=True))]


@transaction.atomic
def fold(type_: RecordType, owner: int | None) -> int:
    """One row for each of the owner's keys; how many rows fewer there are. Rows that come meanwhile stay."""
    tally = type_.tally
    keys, numbers = keys_of(tally), numbers_of(tally)
    rows = tally._base_manager.filter(owner_id=owner)
    ids = [*rows.values_list("pk", flat=True)]
    held = tally._base_manager.filter(InList(F("pk"), ids))
    summed = {f"sum_{name}": Sum(name) for name in numbers}
    folded = [*held.order_by().values(*keys).annotate(**summed).exclude(sum_many=0).values_list(*keys, *summed)]
    held.delete()
    insert(tally, [*keys, *numbers], folded)
    return len(ids) - len(folded)
