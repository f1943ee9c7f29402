"""Rows as the database holds them, in and out, without a model instance or a statement per row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import orjson
from django.db import connection, models
from django.db.models.fields import DateField, DateTimeField

from bodega.kernel.columns import FixedField

Adapter = Callable[[Any], Any]


@cache
def columns_of(model: Any) -> Mapping[str, models.Field[Any, Any]]:
    """The model's columns by attribute name (`owner_id`)."""
    return {field.attname: field for field in model._meta.concrete_fields}


def raw_of(record: models.Model, column: str) -> Any:
    """A model instance's value as the database holds it."""
    value = getattr(record, column)
    field = columns_of(type(record)).get(column)
    return field.get_prep_value(value) if isinstance(field, FixedField) else value


def raw_values(query: models.QuerySet[Any], names: Sequence[str]) -> Iterable[Sequence[Any]]:
    """Rows of raw values: fixed decimals stay integers, as `Kind.unpack` expects them."""
    known = columns_of(query.model)  # type: ignore[arg-type]  # a model class is hashable; its stub does not say so
    fixed = {at: found for at, name in enumerate(names) if isinstance(found := known.get(name), FixedField)}
    rows: Iterable[Sequence[Any]] = query.values_list(*names)
    if not fixed:
        return rows
    return ([fixed[at].get_prep_value(value) if at in fixed else value for at, value in enumerate(row)] for row in rows)


def fixed(make: Callable[[], models.QuerySet[Any]]) -> Callable[[], list[tuple[Any, ...]]]:
    """A question that is always the same, made into SQL once: for the look-ups with which every request begins.

    The rows are as the driver gives them: JSON is text, and SQLite says 0 and 1 for no and yes.
    """
    statement = cache(lambda: make().query.sql_with_params())  # noqa: PLW0108  (made when first asked for, not when declared)

    def rows() -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(*statement())
            return [*cursor.fetchall()]

    return rows


def adapter(field: models.Field[Any, Any]) -> Adapter | None:
    """What turns a raw Python value into a parameter of this database; None where nothing has to be done."""
    if isinstance(field, models.JSONField):
        return to_json_text
    if isinstance(field, DateTimeField):
        return lru_cache(maxsize=1_000)(connection.ops.adapt_datetimefield_value)
    if isinstance(field, DateField):
        return lru_cache(maxsize=1_000)(connection.ops.adapt_datefield_value)
    return None


def to_json_text(value: Any) -> str | None:
    if value is None:
        return None
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # whole numbers of more than 64 bits
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows with one COPY or executemany. `columns` are attribute names; nothing is checked here."""
    fields = [columns_of(model)[name] for name in columns]
    adapters = [(at, found) for at, field in enumerate(fields) if (found := adapter(field))]
    quote = connection.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(field.column or '') for field in fields)})"
    adapted = adapt(rows, adapters)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in adapted:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(fields))})", [*adapted])


def update(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[int, Sequence[Any]]]) -> None:
    """Set `columns` of the rows with these ids; the caller holds their locks. One statement where all get the same."""
    fields = [columns_of(model)[name] for name in columns]
    adapters = [(at, found) for at, field in enumerate(fields) if (found := adapter(field))]
    quote = connection.ops.quote_name
    to_set = ", ".join(f"{quote(field.column or '')} = %s" for field in fields)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {to_set} WHERE id = %s"
    parameters = [
        (*values, pk) for (pk, _), values in zip(rows, adapt((row for _, row in rows), adapters), strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, parameters)


def adapt(rows: Iterable[Sequence[Any]], adapters: Sequence[tuple[int, Adapter]]) -> Iterable[Sequence[Any]]:
    for row in rows:
        made = [*row]
        for at, to_parameter in adapters:
            made[at] = to_parameter(made[at])
        yield made


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids for rows about to be inserted, so that their history can be written beside them. Inside a transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
    return [*range(first, first + count)]
