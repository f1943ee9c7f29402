"""Small files and their way in, for the tests of imports."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from django.apps import apps

from bodega.kernel import registry
from bodega.kernel.actors import Actor
from bodega.surfaces.transfer import actions, runs
from bodega.surfaces.transfer.mapping import read_step
from bodega.surfaces.transfer.models import ImportIssue, ImportRun
from bodega.surfaces.transfer.perform import perform

SMALL = 3
"""Lines at a time, so that a small file has several chunks."""


def bring(folder: Path, type_key: str, text: str | bytes, *, actor: Actor, dry: bool = False, **step: Any) -> ImportRun:
    """Import a text as a file; columns go to the fields of their names unless `columns` says otherwise."""
    made = begin(folder, type_key, text, actor=actor, dry=dry, **step)
    return perform(made, actor=actor, size=SMALL)


def begin(folder: Path, type_key: str, text: str | bytes, *, actor: Actor, dry: bool = False, **step: Any) -> ImportRun:
    data = text if isinstance(text, bytes) else text.encode()
    name = f"{hashlib.sha256(data).hexdigest()[:12]}.csv"
    (folder / name).write_bytes(data)
    columns = step.pop("columns", None) or {name: name for name in actions.columns_of(folder / name)}
    read = read_step({"type": type_key, "file": name, "columns": columns, **step})
    return actions.begin(read, folder=folder, actor=actor, dry=dry)


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    """created, changed, same, failed"""
    run.refresh_from_db()
    return (run.created, run.changed, run.same, run.failed)


def told(run: ImportRun) -> list[tuple[int, str, str]]:
    """Everything that is wrong, by line: (line, column, message)."""
    return [*ImportIssue.objects.filter(run=run).order_by("line", "pk").values_list("line", "column", "message")]


def records(type_key: str, names: str, *, actor: Actor) -> list[tuple[Any, ...]]:
    """Values of all records of a type, in the order in which they were made."""
    type_ = registry.type_of(type_key)
    found = type_.read(type_.rows(actor).order_by("pk"), names.split())
    return [tuple(row.values[name] for name in names.split()) for row in found]


def digest() -> str:
    """Of every row of every table, but for the imports themselves."""
    models = [model for model in apps.get_models() if model._meta.app_label != "transfer"]
    rows = [row for model in models for row in model._base_manager.order_by("pk").values()]
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()


def problems(run: ImportRun) -> list[tuple[int, str, str]]:
    """As a person sees them: (how many lines, value, message)."""
    return [(one.count, one.value, one.message) for one in runs.problems(run)]
