"""How PostgreSQL is changed while people read: what waits for a lock waits so shortly that nobody behind it notices."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from django.db import OperationalError, connection
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations import AddIndex, Migration
from django.db.models import Index, Model

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


@contextmanager
def patient() -> Iterator[None]:
    """Inside, migrations change PostgreSQL so. SQLite needs nothing: its readers wait for nobody."""
    usual = connection.SchemaEditorClass
    if connection.vendor == "postgresql":
        connection.SchemaEditorClass = PatientEditor
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
