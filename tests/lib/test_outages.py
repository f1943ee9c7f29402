"""A full disk and a database that is away are told from faults, through what was raised on top of them."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from bodega.lib.outages import Outage, outage_of


def over(cause: BaseException) -> Exception:
    """As a database layer passes an error on."""
    try:
        raise LookupError("on top") from cause
    except LookupError as error:
        return error


def sqlite_full() -> sqlite3.Error:
    """A real one: a database that may not have another page."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE filled (text)")
    connection.execute("PRAGMA max_page_count = 3")
    try:
        connection.execute("INSERT INTO filled VALUES (?)", ["x" * 100_000])
    except sqlite3.Error as error:
        return error
    finally:
        connection.close()
    raise AssertionError("it was not full")


def sqlite_busy(path: Path) -> sqlite3.Error:
    """A real one: somebody else is writing."""
    with closing(sqlite3.connect(path)) as writer, closing(sqlite3.connect(path, timeout=0)) as late:
        writer.execute("BEGIN IMMEDIATE")
        try:
            late.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            return error
    raise AssertionError("both could write")


def nobody_there() -> psycopg.Error:
    try:
        psycopg.connect("postgresql://127.0.0.1:1/nothing", connect_timeout=2)
    except psycopg.Error as error:
        return error
    raise AssertionError("somebody answered")


def test_a_full_disk_is_known_whoever_meets_it() -> None:
    for error in (sqlite_full(), OSError(errno.ENOSPC, "No space left on device"), errors.DiskFull()):
        assert (outage_of(error), outage_of(over(error))) == (Outage.FULL, Outage.FULL)


def test_a_database_that_is_away_or_busy_is_known(tmp_path: Path) -> None:
    away = [nobody_there(), errors.CannotConnectNow(), errors.AdminShutdown(), errors.TooManyConnections()]
    for error in (*away, sqlite_busy(tmp_path / "busy.sqlite3"), errors.LockNotAvailable(), errors.DeadlockDetected()):
        assert (outage_of(error), outage_of(over(error))) == (Outage.AWAY, Outage.AWAY)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("no"),
        FileNotFoundError(errno.ENOENT, "gone"),
        sqlite3.OperationalError("no such table"),
        errors.UndefinedTable(),
        errors.QueryCanceled(),
        errors.UniqueViolation(),
    ],
)
def test_a_fault_is_a_fault(error: Exception) -> None:
    assert (outage_of(error), outage_of(over(error)), outage_of(None)) == (None, None, None)


def careless() -> None:
    try:
        raise errors.DiskFull
    except errors.DiskFull:
        raise KeyError("while it was handled")  # noqa: B904


def test_what_went_wrong_because_of_it_belongs_to_it() -> None:
    with pytest.raises(KeyError) as raised:
        careless()
    assert outage_of(raised.value) is Outage.FULL
