"""Start-up checks: a declaration that names what is not there is told with an id, before anybody meets it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core import checks
from django.db import models

from bodega.kernel import registry
from bodega.kernel.columns import MoneyField, OptionField
from bodega.kernel.events import check_reactions
from bodega.kernel.kinds import Computed, Reference
from bodega.kernel.record import RecordType
from bodega.lib.text import closest

Problems = Iterator[checks.CheckMessage]


@checks.register
def check_record_types(app_configs: Any, **_options: Any) -> Sequence[checks.CheckMessage]:
    doubled = [
        checks.Error(f"the key {found.key!r} is declared twice", obj=found, id="record.E002")
        for found in registry.DOUBLED
    ]
    return [
        *doubled,
        *(problem for found in registry.DECLARED.values() for problem in check(found)),
        *check_reactions(),
    ]


def check(type_: RecordType) -> Problems:
    yield from check_names(type_)
    yield from check_columns(type_)
    yield from check_within(type_)
    yield from check_references(type_)
    yield from check_sorts(type_)


def check_names(type_: RecordType) -> Problems:
    """record.E001: a list of names that names a field which the type does not have."""
    known = type_.declared
    named = {
        "columns": type_.columns,
        "sorts": type_.sorts,
        "board": type_.board,
        "card": type_.card,
        "facts": type_.facts,
        "lead": type_.lead,
        "within": type_.within,
        "match": type_.match.replace(",", " "),
        "search": type_.search,
        **{f"form[{title}]": names for title, names in type_.form.items()},
    }
    for where, names in named.items():
        for name in names.split():
            if name.removeprefix("-").split(".")[0] not in known and name not in ("id", "created_at"):
                near = closest(name, [*known])
                hint = f"Did you mean {near!r}?" if near else f"It has {' '.join(sorted(known))}."
                yield checks.Error(
                    f"{where} names {name!r}, which {type_.key} does not have", hint=hint, obj=type_, id="record.E001"
                )
    for kind in known.values():
        for name in kind.needs if isinstance(kind, Computed) else ():
            if name not in known:
                yield checks.Error(
                    f"{kind.name} needs {name!r}, which {type_.key} does not have", obj=type_, id="record.E001"
                )


def check_columns(type_: RecordType) -> Problems:
    """record.E003: money without its currency and worth beside it; record.E006: an option column without its set."""
    names = {field.name for field in type_.model._meta.concrete_fields}
    for column in type_.model._meta.concrete_fields:
        if isinstance(column, MoneyField) and not {f"{column.name}_currency", f"{column.name}_base"} <= names:
            yield checks.Error(
                f"{column.name} needs {column.name}_currency and {column.name}_base beside it",
                obj=type_,
                id="record.E003",
            )
        if isinstance(column, OptionField) and not column.options:
            yield checks.Error(f"{column.name} names no set of options", obj=type_, id="record.E006")


def check_within(type_: RecordType) -> Problems:
    """record.E007: a type that is seen through a parent, without the columns for copies of the parent's."""
    if type_.within and not (type_.is_copied or type_.is_talk):
        yield checks.Error(
            f"{type_.key} is within {type_.within}, so its model is to be a Child", obj=type_, id="record.E007"
        )


def check_references(type_: RecordType) -> Problems:
    """record.E004: a reference to a type that is not declared."""
    for kind in type_.declared.values():
        to = kind.to if isinstance(kind, Reference) else ""
        if to and to not in registry.DECLARED:
            yield checks.Error(f"{kind.name} refers to {to!r}, which is not a record type", obj=type_, id="record.E004")


def check_sorts(type_: RecordType) -> Problems:
    """record.E005: a sort without an index ("sort by anything" does not hold at a million rows)."""
    indexed = {index_column(index) for index in type_.model._meta.indexes} | {
        index_column(index, 1) for index in type_.model._meta.indexes
    }
    for name in type_.sorts.split():
        kind = type_.declared.get(name)
        if kind is not None and type_.timeline and not {kind.sort_column, *kind.columns} & indexed:
            yield checks.Error(
                f"sorts names {name!r}, which no index of {type_.key} begins with", obj=type_, id="record.E005"
            )


def index_column(index: models.Index, at: int = 0) -> str:
    names = [name.lstrip("-") for name in index.fields]
    return names[at] if len(names) > at else ""
