"""How long people who read wait while PostgreSQL is upgraded under them, at the size that is there.

    BODEGA_DATA_DIR=… BODEGA_DATABASE_URL=… python -m tests.proofs.upgrade

The database is that of an earlier version, and a copy: it is changed. Four readers ask for single rows without a pause,
first with nothing else going on, then during `bodega upgrade`, then while the largest table gets a column and an index,
with somebody who has been reading it for three seconds before. Printed is the longest that any reader waited.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import django
import psycopg

TABLES = ("parties_party", "kernel_changerow", "activity_timelinerow", "jobs_job")


class Reader:
    """Asks one table for one row after the other and keeps the longest wait, in ms."""

    def __init__(self, table: str) -> None:
        self.table, self.longest, self.count, self.over = table, 0.0, 0, Event()
        self.thread = Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self) -> None:
        with psycopg.connect(os.environ["BODEGA_DATABASE_URL"], autocommit=True) as database:
            while not self.over.is_set():
                started = time.perf_counter()
                database.execute(f"SELECT 1 FROM {self.table} LIMIT 1").fetchone()  # type: ignore[call-overload]
                self.longest = max(self.longest, (time.perf_counter() - started) * 1000)
                self.count += 1
                time.sleep(0.002)


@contextmanager
def readers(during: str) -> Iterator[None]:
    reading, started = [Reader(table) for table in TABLES], time.perf_counter()
    try:
        yield
    finally:
        for one in reading:
            one.over.set()
            one.thread.join()
        waits = ", ".join(f"{one.table} {one.longest:.0f}" for one in reading)
        count = sum(one.count for one in reading)
        print(f"{during} ({time.perf_counter() - started:.0f} s, {count:,} reads), longest wait in ms: {waits}")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bodega.web.settings")
    django.setup()
    with readers("nothing else"):
        time.sleep(20)
    with readers("bodega upgrade"):
        subprocess.run(
            [sys.executable, "-m", "bodega", "upgrade", "--no-backup"], check=True, stdout=subprocess.DEVNULL
        )
    for during, step in steps():
        with readers(during), someone_reading(3):
            step()


def steps() -> Iterator[tuple[str, Callable[[], None]]]:
    """What a later version may bring, made as an upgrade makes it."""
    from django.db import connection
    from django.db.models import CharField, Index

    from bodega.apps.activity.models import TimelineRow
    from bodega.platform.upgrading.patience import patient, persist

    column, index = CharField(max_length=60, null=True), Index(fields=["at", "id"], name="tried_index")
    column.set_attributes_from_name("tried")

    def add_column() -> None:
        with patient(), connection.schema_editor() as editor:
            editor.add_field(TimelineRow, column)

    def add_index() -> None:
        with patient(), connection.schema_editor(atomic=False) as editor:
            editor.add_index(TimelineRow, index)

    yield "a column", lambda: persist(add_column)
    yield "an index", lambda: persist(add_index)


@contextmanager
def someone_reading(seconds: float) -> Iterator[None]:
    """A transaction that has read every table and stays open for a while."""
    ready = Event()

    def read() -> None:
        with psycopg.connect(os.environ["BODEGA_DATABASE_URL"]) as database:
            for table in TABLES:
                database.execute(f"SELECT 1 FROM {table} LIMIT 1")  # type: ignore[call-overload]
            ready.set()
            time.sleep(seconds)

    thread = Thread(target=read, daemon=True)
    thread.start()
    ready.wait()
    yield
    thread.join()


if __name__ == "__main__":
    main()
