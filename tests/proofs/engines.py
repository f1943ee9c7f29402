"""The two databases from outside: plain SQL on them, what they burn, what they do by themselves after a load."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import psycopg

TICK = os.sysconf("SC_CLK_TCK")


def cpu_of(pid: int) -> float:
    """Seconds of the processor that a running process has used, to the nanosecond (its own clock in Linux)."""
    return time.clock_gettime((~pid << 3) | 2)


class Engine(Protocol):
    """`mark` stands before a parameter; `run` takes a statement to its last row."""

    word: str
    mark: str
    slack: float
    """What this engine may take of a goal."""

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]: ...

    def cpu(self) -> float:
        """Seconds of the processor used by processes of the database."""
        ...

    def rest(self) -> None:
        """What the database does by itself in the minutes after a load."""
        ...

    def is_idle(self) -> bool:
        """Whether nobody else is in a transaction that writes."""
        ...

    def close(self) -> None: ...


class Sqlite:
    word, mark, slack = "sqlite", "?", 1.5

    def __init__(self, path: Path, pragmas: dict[str, str]) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=60)
        for name, value in pragmas.items():
            self.connection.execute(f"PRAGMA {name}={value}")

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement, parameters).fetchall()

    def cpu(self) -> float:
        return 0.0

    def rest(self) -> None:
        self.run("PRAGMA wal_checkpoint(TRUNCATE)")

    def is_idle(self) -> bool:
        self.run("PRAGMA busy_timeout = 0")
        try:
            self.run("BEGIN IMMEDIATE")
            self.run("ROLLBACK")
        except sqlite3.OperationalError:
            return False
        finally:
            self.run("PRAGMA busy_timeout = 60000")
        return True

    def close(self) -> None:
        self.connection.close()


class Postgres:
    word, mark, slack = "postgres", "%s", 1.0

    def __init__(self, url: str, options: str = "") -> None:
        self.url, self.options = url, options
        self.connect()

    def connect(self) -> None:
        self.connection = psycopg.connect(self.url, autocommit=True, options=self.options)
        status = Path(f"/proc/{self.connection.info.backend_pid}/status").read_text()
        self.parent = int(status.split("PPid:")[1].split()[0])

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        cursor = self.connection.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []

    def cpu(self) -> float:
        """Of every process of the server; those that have ended (parallel workers) by the tick of 10 ms."""
        alive = Path(f"/proc/{self.parent}/task/{self.parent}/children").read_text().split()
        ended = Path(f"/proc/{self.parent}/stat").read_text().rpartition(")")[2].split()[13:15]
        try:
            return sum(map(cpu_of, map(int, alive))) + sum(map(int, ended)) / TICK
        except OSError:  # one has ended meanwhile, and is now among those
            return self.cpu()

    def rest(self) -> None:
        self.run("VACUUM (ANALYZE)")
        self.run("CHECKPOINT")

    def is_idle(self) -> bool:
        others = "state <> 'idle' AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        return self.run(f"SELECT count(*) FROM pg_stat_activity WHERE {others}") == [(0,)]

    def close(self) -> None:
        self.connection.close()
