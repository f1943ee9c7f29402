"""Which tables a copy is made of, and in what form each column goes into it; read off the migrations that were made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.models import Field, Model

PLAIN, TEXT, YESNO, MOMENT, FLOAT, JSON, BYTES = "plain", "text", "yesno", "moment", "float", "json", "bytes"

FORMS: Mapping[str, str] = {
    **dict.fromkeys(["AutoField", "BigAutoField", "BigIntegerField", "IntegerField", "SmallIntegerField"], PLAIN),
    **dict.fromkeys(["CharField", "SlugField", "TextField"], TEXT),
    "DateField": PLAIN,
    "BinaryField": BYTES,
    "BooleanField": YESNO,
    "DateTimeField": MOMENT,
    "FloatField": FLOAT,
    "JSONField": JSON,
}
"""The form of every sort of column that there is."""

LEFT_OUT: Mapping[str, str] = {
    **dict.fromkeys(
        ["auth_group", "auth_group_permissions", "auth_permission", "django_content_type"],
        "made by every installation itself, and asked for by nobody",
    ),
    **dict.fromkeys(["accounts_session", "django_session"], "whoever has a copy shall not be signed in by it"),
    "search_entry": "made anew from the records, which takes less than to copy it",
    "jobs_worker": "the processes of the original are not at work on the copy",
}


@dataclass(frozen=True)
class Column:
    """A column and its form: what has to be done so that both databases say the same."""

    name: str
    form: str


@dataclass(frozen=True)
class Table:
    """Columns are in the order of their names, rows in that of `keys`. `numbered`: the database gives the ids."""

    name: str
    columns: tuple[Column, ...]
    keys: tuple[Column, ...]
    numbered: bool


@dataclass(frozen=True)
class Shape:
    """The tables of one state of the program: the newest migration of each app says which."""

    steps: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]


class UnknownSteps(Exception):
    """A newer version of the program has made migrations that this one does not know; says which."""


def shape_of(connection: BaseDatabaseWrapper) -> Shape:
    """The shape that a database has, be it behind this version. Raises UnknownSteps where it is ahead."""
    loader = MigrationLoader(connection)
    applied = {step for step in loader.applied_migrations if step[0] in loader.migrated_apps}
    refuse_unknown(loader, applied)
    last = (step for step in applied if not any(child.key in applied for child in inside(loader, step)))
    return shape_at([*last])


def shape_at(steps: Sequence[tuple[str, str]]) -> Shape:
    """The shape after these migrations, the newest of each app. Raises UnknownSteps."""
    loader = MigrationLoader(None)
    refuse_unknown(loader, steps)
    models = loader.project_state([*steps]).apps.get_models(include_auto_created=True)
    tables = (table_of(model) for model in models if model._meta.managed and model._meta.db_table not in LEFT_OUT)
    return Shape(tuple(sorted(steps)), tuple(sorted(tables, key=lambda table: table.name)))


def refuse_unknown(loader: MigrationLoader, steps: Iterable[tuple[str, str]]) -> None:
    if unknown := sorted(f"{app} {name}" for app, name in steps if (app, name) not in loader.graph.nodes):
        raise UnknownSteps(", ".join(unknown))


def inside(loader: MigrationLoader, step: tuple[str, str]) -> list[Any]:
    """The migrations of the same app that come right after this one."""
    return [child for child in loader.graph.node_map[step].children if child.key[0] == step[0]]


def table_of(model: type[Model]) -> Table:
    fields = [field for field in model._meta.concrete_fields if field.column]
    columns = sorted(map(column_of, fields), key=lambda column: column.name)
    keys = tuple(map(column_of, model._meta.pk_fields))
    numbered = any("AutoField" in field.get_internal_type() for field in fields)
    return Table(model._meta.db_table, tuple(columns), keys, numbered)


def column_of(field: Field[Any, Any]) -> Column:
    held: Field[Any, Any] = getattr(field, "target_field", field)
    return Column(str(field.column), FORMS[held.get_internal_type()])
