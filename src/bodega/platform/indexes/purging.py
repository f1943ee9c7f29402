"""Removing for good what an administrator had removed: the values of a field, the records of a type, their history.

This is the one place past the door for writing: what is purged shall not stay in the history either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.db import connection, transaction
from django.db.models import Max, Model

from bodega.kernel.customising import kind_of_field
from bodega.kernel.models import ChangeRow, CustomField, CustomRecord, CustomType
from bodega.kernel.record import RecordType
from bodega.kernel.registry import DECLARED

CHUNK = 5_000
Progress = Callable[[int, int], None]
DROP = {
    "sqlite": "UPDATE {table} SET {column} = json_remove({column}, {keys}) WHERE {within} AND ({has})",
    "postgresql": "UPDATE {table} SET {column} = {column} - ARRAY[{keys}] WHERE {within} AND {column} ?| ARRAY[{keys}]",
}


def purge_values(field: CustomField, *, progress: Progress) -> int:
    """Remove a field that is in the trash, with all its values; how many records had one."""
    model = DECLARED[field.type].model if field.type in DECLARED else CustomRecord
    keys, count = kind_of_field(field).columns, 0
    for first, last in spans(model, progress):
        with transaction.atomic():
            count += drop(model, "custom", keys, f"id BETWEEN {first} AND {last}")
            for column in ("old", "new"):
                within = f"type = '{field.type}' AND record_id BETWEEN {first} AND {last}"
                drop(ChangeRow, column, [field.key], within)
    CustomField._base_manager.filter(pk=field.pk).exclude(deleted_at=None).delete()
    return count


def purge_records(made: CustomType, *, progress: Progress) -> int:
    """Remove a type that is in the trash, with its fields, its records and what happened to them; how many records."""
    rows, count = CustomRecord._base_manager.filter(type=made), 0
    total = rows.count()
    while ids := [*rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]]:
        with transaction.atomic():
            ChangeRow._base_manager.filter(type=made.key, record_id__in=ids).delete()
            rows.filter(pk__in=ids).delete()
        count += len(ids)
        progress(count, total)
    with transaction.atomic():
        CustomField._base_manager.filter(type=made.key).delete()
        CustomType._base_manager.filter(pk=made.pk).exclude(deleted_at=None).delete()
    return count


def purge(type_: RecordType, ids: Sequence[int]) -> None:
    """Remove records with what happened to them and what was said about them; within a transaction of the caller's."""
    for said in [one for one in DECLARED.values() if one.is_talk and not type_.is_talk]:
        about = said.every().filter(**{f"{said.within}_type": type_.key, f"{said.within}_id__in": ids})
        purge(said, [*about.values_list("pk", flat=True)])
    ChangeRow._base_manager.filter(type=type_.key, record_id__in=ids).delete()
    type_.every().filter(pk__in=ids).delete()


def spans(model: type[Model], progress: Progress) -> Iterator[tuple[int, int]]:
    """The ids of a table in stretches."""
    highest = model._base_manager.aggregate(highest=Max("pk"))["highest"] or 0
    for first in range(1, highest + 1, CHUNK):
        yield first, first + CHUNK - 1
        progress(min(first + CHUNK - 1, highest), highest)


def drop(model: type[Model], column: str, keys: Sequence[str], within: str) -> int:
    """Take keys (which are ours: a field's id and a suffix) out of a JSON column; how many rows had one."""
    quote, is_sqlite = connection.ops.quote_name, connection.vendor == "sqlite"
    name = quote(column)
    statement = DROP[connection.vendor].format(
        table=quote(model._meta.db_table),
        column=name,
        keys=", ".join(f"'$.{key}'" if is_sqlite else f"'{key}'" for key in keys),
        within=within,
        has=" OR ".join(f"json_type({name}, '$.{key}') IS NOT NULL" for key in keys),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        count: int = cursor.rowcount
        return count
