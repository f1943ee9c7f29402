"""Rows as the database holds them, in and out, without a model instance or a statement per row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, islice
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.fields import DateField, DateTimeField

from bodega.kernel.columns import FixedField
from bodega.lib import prepared

Adapter = Callable[[Any], Any]
FEW = 8
"""Rows that PostgreSQL takes in a statement; for more a COPY is cheaper."""


@cache
def columns_of(model: Any) -> Mapping[str, models.Field[Any, Any]]:
    """The model's columns by attribute name (`owner_id`)."""
    return {field.attname: field for field in model._meta.concrete_fields}


def raw_of(record: models.Model, column: str) -> Any:
    """A model instance's value as the database holds it."""
    value = getattr(record, column)
    field = columns_of(type(record)).get(column)
    return field.get_prep_value(value) if isinstance(field, FixedField) else value


def instance(model: Any, raw: Mapping[str, Any]) -> Any:
    """The model instance of a whole row as the database holds it."""
    fields = columns_of(model)
    values = (f.from_db_value(raw[name]) if isinstance(f, FixedField) else raw[name] for name, f in fields.items())
    return model.from_db(connection.alias, [*fields], [*values])


class Slot(models.Value):
    """A parameter that is named where a statement is made, and given each time it is asked."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


def is_slot(parameter: Any) -> bool:
    return isinstance(parameter, Slot)


class Statement:
    """A query made into SQL once, to be asked many times: the ORM takes longer to write most of ours than to ask them.

    Rows are raw values: fixed decimals stay integers, as `Kind.unpack` expects them. `around` is SQL with `{}` for it.
    """

    def __init__(self, query: models.QuerySet[Any], names: Sequence[str], around: str = "{}") -> None:
        compiler: Any = query.values_list(*names).query.get_compiler(connection=connection)
        try:
            statement, parameters = compiler.as_sql()
        except EmptyResultSet:
            self.sql = ""
            return
        self.sql, self.parameters, self.is_kept = prepared.settled(around.format(statement), parameters, is_slot)
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        self.converters = [
            (at, [one for one in converters if getattr(one, "__func__", one) is not FixedField.from_db_value], column)
            for at, (converters, column) in compiler.get_converters(columns).items()
        ]

    def ask(self, **given: Any) -> list[Sequence[Any]]:
        if not self.sql:
            return []
        with prepared.cursor(is_kept=self.is_kept) as cursor:
            values = [self.given(given, one) if is_slot(one) else one for one in self.parameters]
            found = cursor.execute(self.sql, values).fetchall()
        return [self.converted(row) for row in found] if self.converters else found

    def given(self, given: Mapping[str, Any], slot: Slot) -> Any:
        value, is_sqlite = given[slot.value], connection.vendor == "sqlite"
        if isinstance(value, list):  # of ids: to have the driver look at each takes as long as to find the rows
            return ("[%s]" if is_sqlite else "{%s}") % ",".join(map(str, value))
        return connection.ops.adapt_unknown_value(value) if is_sqlite else value

    def converted(self, row: Sequence[Any]) -> Sequence[Any]:
        made = [*row]
        for at, converters, column in self.converters:
            for convert in converters:
                made[at] = convert(made[at], column, connection)
        return made


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


def named(model: type[models.Model], columns: Sequence[str]) -> tuple[str, list[str], list[tuple[int, Adapter]]]:
    """The table and these columns as SQL names them, and what turns values into parameters, by their place."""
    fields, quote = [columns_of(model)[name] for name in columns], connection.ops.quote_name
    adapters = [(at, found) for at, field in enumerate(fields) if (found := adapter(field))]
    return quote(model._meta.db_table), [quote(field.column or "") for field in fields], adapters


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows with one statement or COPY, or executemany. `columns` are attribute names; nothing is checked here."""
    table, names, adapters = named(model, columns)
    into, marks = f"{table} ({', '.join(names)})", f"({', '.join(['%s'] * len(names))})"
    adapted = iter(adapt(rows, adapters))
    few = [*islice(adapted, FEW + 1)]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"INSERT INTO {into} VALUES {marks}", [*few, *adapted])
        elif len(few) > FEW:
            with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in chain(few, adapted):
                    copy.write_row(row)
        elif few:
            every = ", ".join([marks] * len(few))
            cursor.execute(f"INSERT INTO {into} VALUES {every}", [*chain.from_iterable(few)])


def insert_one(model: type[models.Model], values: Mapping[str, Any]) -> int:
    """Write one row; the id that the table gave it."""
    table, names, adapters = named(model, [*values])
    into, marks = f"{table} ({', '.join(names)})", ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        for row in adapt([[*values.values()]], adapters):
            cursor.execute(f"INSERT INTO {into} VALUES ({marks}) RETURNING id", row)
        return int(cursor.fetchone()[0])


def update(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[int, Sequence[Any]]]) -> None:
    """Set `columns` of the rows with these ids; the caller holds their locks. One statement where all get the same."""
    table, names, adapters = named(model, columns)
    statement = f"UPDATE {table} SET {', '.join(f'{name} = %s' for name in names)} WHERE id = %s"
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
