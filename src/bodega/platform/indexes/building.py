"""The index of a custom field: its name, its SQL, and whether it is there."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

from bodega.kernel.customising import kind_of_field
from bodega.kernel.models import CustomField
from bodega.kernel.registry import every_type, type_of
from bodega.lib.expressions import json_sql

PREFIX = "field_index_"


def index_name(field: CustomField) -> str:
    return f"{PREFIX}{field.pk}"


def create_sql(field: CustomField) -> str:
    """CREATE INDEX over the very expression that questions compare; without a lock on PostgreSQL."""
    kind, type_, quote = kind_of_field(field), type_of(field.type), connection.ops.quote_name
    column = json_sql(connection.vendor, quote("custom"), field.key, kind.storage)
    how = "CONCURRENTLY " if connection.vendor == "postgresql" else ""
    names = {column.name: column.column or "" for column in type_.model._meta.concrete_fields}
    only = "".join(f" AND {quote(names[name])} = {literal(value)}" for name, value in type_.where.items())
    return (
        f"CREATE INDEX {how}IF NOT EXISTS {quote(index_name(field))} ON {quote(type_.model._meta.db_table)} "
        f"({column}, id) WHERE deleted_at IS NULL{only}"
    )


def literal(value: object) -> str:
    """A value of a type's `where`, which comes from code or is an id."""
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def drop_sql(field: CustomField) -> str:
    how = "CONCURRENTLY " if connection.vendor == "postgresql" else ""
    return f"DROP INDEX {how}IF EXISTS {connection.ops.quote_name(index_name(field))}"


def existing() -> set[str]:
    """The names of the custom fields' indexes that are there and usable."""
    queries = {
        "postgresql": "SELECT c.relname FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid "
        "WHERE c.relname LIKE 'field_index_%' AND i.indisvalid",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'field_index_%'",
    }
    with connection.cursor() as cursor:
        cursor.execute(queries[connection.vendor])
        return {row[0] for row in cursor.fetchall()}


def wanted() -> list[CustomField]:
    """Not of lists, which no index helps, nor of a type that is in the trash."""
    known = {type_.key for type_ in every_type()}
    fields = CustomField._base_manager.filter(indexed=True, deleted_at=None, type__in=known)
    return [*fields.exclude(Q(kind__in=["tags", "choices"]))]


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
