"""Tells ground that gave way, a full disk or a database that is away, from a fault of ours: it mends itself."""

from __future__ import annotations

import errno
import sqlite3
from enum import Enum

import psycopg

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
# The second is SQLite's word for it where the index of its write-ahead log has to grow.
SQLITE_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
POSTGRES_FULL = "53100"
POSTGRES_AWAY = ("08", "57P", "53300", "55P03", "40P01")
"""How the states begin: a connection that broke, a server that stops or starts, no connection left, others at work."""


class Outage(Enum):
    """What is missing: room, or a database that answers in time."""

    FULL = "full"
    AWAY = "away"


def outage_of(error: BaseException | None) -> Outage | None:
    """What was missing where the error, or one that it came from, arose; None where the fault is in the program."""
    while error is not None:
        if found := _meaning(error):
            return found
        error = error.__cause__ or error.__context__
    return None


def _meaning(error: BaseException) -> Outage | None:
    match error:
        case sqlite3.Error(sqlite_errorcode=code) if code in SQLITE_FULL:
            return Outage.FULL
        case sqlite3.Error(sqlite_errorcode=code) if code & 0xFF == sqlite3.SQLITE_BUSY:
            return Outage.AWAY
        case OSError(errno=number) if number in NO_ROOM:
            return Outage.FULL
        case psycopg.Error(sqlstate=str(state)):
            return Outage.FULL if state == POSTGRES_FULL else Outage.AWAY if state.startswith(POSTGRES_AWAY) else None
        case psycopg.OperationalError():  # without a state: a connection that was lost, or never came about
            return Outage.AWAY
    return None
