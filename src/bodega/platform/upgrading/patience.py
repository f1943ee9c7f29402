"""How a large database is changed while people read: no lock is waited for or kept longer than they bear."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

from django.db import OperationalError, connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations import AddIndex, Migration, RunPython, RunSQL
from django.db.models import Index, Model

from bodega.platform.sqlite.base import SchemaEditor
from bodega.platform.sqlite.statistics import describe

LONGEST_WAIT = "100ms"
"""Whoever comes after us waits as long as we do, a reader as well."""
LOCK_NOT_AVAILABLE = "55P03"
PATIENCE = 600.0
"""Seconds in which a step tries to get its locks, a short moment each time."""
LONGEST_PAUSE = 5.0


class PatientEditor(DatabaseSchemaEditor):
    """A step in a transaction waits shortly and gives up; one outside of it makes and drops indexes beside the work."""

    def __enter__(self) -> Self:
        entered = super().__enter__()
        if self.atomic_migration:
            self.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
        return entered

    def add_index(self, model: type[Model], index: Index, concurrently: bool = False) -> None:  # noqa: FBT001, FBT002  (Django's)
        super().add_index(model, index, concurrently=concurrently or not self.atomic_migration)

    def remove_index(self, model: type[Model], index: Index, concurrently: bool = False) -> None:  # noqa: FBT001, FBT002  (Django's)
        super().remove_index(model, index, concurrently=concurrently or not self.atomic_migration)


class FrugalEditor(SchemaEditor):
    """Asks SQLite whether every reference holds only after rows were moved: at a million it takes half a minute."""

    has_moved_rows = False

    def _remake_table(self, *given: Any, **more: Any) -> None:
        self.has_moved_rows = True
        super()._remake_table(*given, **more)  # type: ignore[misc]  # the stubs leave it out

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        if self.has_moved_rows:
            super().__exit__(kind, error, traceback)
            return
        BaseDatabaseSchemaEditor.__exit__(self, kind, error, traceback)
        self.connection.enable_constraint_checking()
        if kind is None:
            with self.connection.cursor() as cursor:
                describe(cursor)


@contextmanager
def patient(step: Migration | None = None) -> Iterator[None]:
    """Inside, migrations change the database so; of `step` it is known whether it has code that writes rows."""
    usual = connection.SchemaEditorClass
    if connection.vendor == "postgresql":
        connection.SchemaEditorClass = PatientEditor
    elif step is not None and not any(isinstance(one, RunPython | RunSQL) for one in step.operations):
        connection.SchemaEditorClass = FrugalEditor
    try:
        yield
    finally:
        connection.SchemaEditorClass = usual


def persist(step: Callable[[], None]) -> None:
    """Tries a step until it gets its locks. Raises OperationalError when it got none for ten minutes."""
    until, pause = time.monotonic() + PATIENCE, 0.1
    while True:
        try:
            return step()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE or time.monotonic() > until:
                raise
        time.sleep(pause)
        pause = min(LONGEST_PAUSE, pause * 2)


def clear(step: Migration) -> None:
    """Drop what a step outside of a transaction has left behind when it was broken off: indexes, valid or not."""
    for operation in step.operations:
        if isinstance(operation, AddIndex):
            with connection.cursor() as cursor:
                name = connection.ops.quote_name(operation.index.name)
                cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
