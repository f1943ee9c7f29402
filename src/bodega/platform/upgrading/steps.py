"""The steps that a database lacks, one by one: each is made whole and written down, so a kill costs one at most."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from bodega.lib import clock
from bodega.platform.indexes.jobs import keep_indexes
from bodega.platform.jobs.declare import enqueue
from bodega.platform.upgrading.models import Installed
from bodega.platform.upgrading.patience import clear, patient, persist

FIRST = "0.1.0"
"""The one release that did not write down what it was."""
LOCK = 4_190_312
"""The number of the lock on PostgreSQL that the one upgrade holds."""


def missing() -> list[tuple[str, str]]:
    """App and name of each, in the order in which they are to be made. OperationalError where there is no database."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [(step.app_label, step.name) for step, _backwards in plan]


def unknown() -> list[str]:
    """Steps that a newer version of the program has made."""
    loader = MigrationLoader(connection)
    ours = (step for step in loader.applied_migrations if step[0] in loader.migrated_apps)
    return sorted(f"{app} {name}" for app, name in ours if (app, name) not in loader.graph.nodes)


def is_empty() -> bool:
    """Whether nobody has made any table of ours."""
    return not MigrationRecorder(connection).applied_migrations()


def program() -> str:
    """The version of this program; empty when it runs from its source without being installed."""
    try:
        return version("bodega")
    except PackageNotFoundError:
        return ""


def installed() -> str:
    """The version that the database is of."""
    if Installed._meta.db_table not in connection.introspection.table_names():
        return FIRST
    last = Installed.objects.order_by("-pk").first()
    return last.version if last else FIRST


def make(key: tuple[str, str]) -> None:
    """Makes one step, or leaves things so that it can be made again.

    Raises OperationalError when it got no lock for ten minutes, and whatever the step raises.
    """

    def once() -> None:
        executor = MigrationExecutor(connection)
        step = executor.loader.graph.nodes[key]
        # SQLite changes tables in transactions; PostgreSQL makes indexes beside the work only outside of them.
        step.atomic = step.atomic or connection.vendor == "sqlite"
        if not step.atomic:
            clear(step)
        with patient(step):
            executor.migrate([key])

    persist(once)


def finish() -> None:
    """What follows when every step is made: Django's own tables of types, indexes of custom fields, the version."""
    call_command("migrate", verbosity=0, interactive=False)
    enqueue(keep_indexes, key="keep_indexes")
    write_down()


def write_down() -> None:
    if program() and installed() != program():
        Installed.objects.create(version=program(), at=clock.now())


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Inside, no other upgrade of this installation is at work. Raises BlockingIOError."""
    if connection.vendor == "sqlite":
        with (folder / "upgrade.lock").open("w") as held:
            flock(held, LOCK_EX | LOCK_NB)
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise BlockingIOError
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
