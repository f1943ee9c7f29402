"""How the rows of a table go out of a database and into it, as lines that are the same for both engines."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection as default
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from bodega.lib.copy_text import float_text, normal_json, pack, unpack
from bodega.platform.copies.shape import BYTES, FLOAT, JSON, MOMENT, PLAIN, TEXT, YESNO, Column, Table
from bodega.platform.sqlite.statistics import describe

ROWS = 1_000
"""Rows that SQLite gives at a time."""
BLOCK = 1_000_000
"""Bytes that are handed on together, or a row more."""

Blocks = Iterable[bytes]


class Database(ABC):
    """A connection, for copying: reads inside `snapshot` or `writing`, writes inside `writing`."""

    SETTINGS: Sequence[str] = ()

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def quote(self, *names: str) -> str:
        return ", ".join(map(self.connection.ops.quote_name, names))

    @contextmanager
    def snapshot(self, tables: Sequence[Table], *, frozen: bool = False) -> Iterator[None]:
        """One moment of the whole database. `frozen`: nobody writes as long as it lasts."""
        for statement in self.beginning(tables, frozen=frozen):
            self.run(statement)
        try:
            yield
        finally:
            self.run("ROLLBACK")

    @abstractmethod
    def beginning(self, tables: Sequence[Table], *, frozen: bool) -> list[str]: ...

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction in which rows can be read back, too; references may point at what comes later."""
        with self.connection.constraint_checks_disabled(), transaction.atomic(using=self.connection.alias):
            for statement in self.SETTINGS:
                self.run(statement)
            yield

    @abstractmethod
    def read(self, table: Table, *, loaded: bool = False) -> Iterator[bytes]:
        """The rows in the order of their keys, in blocks of whole lines. `loaded`: by `load`, and not changed since."""

    @abstractmethod
    def last_id(self, table: Table) -> int:
        """The highest id that was ever given, be its row there or not."""

    @abstractmethod
    def empty(self, tables: Sequence[Table]) -> None: ...

    @abstractmethod
    def load(self, table: Table, blocks: Blocks) -> None: ...

    @abstractmethod
    def count_on_from(self, table: Table, last: int) -> None:
        """The next id will be higher than `last`."""

    @contextmanager
    def without_indexes(self, tables: Sequence[Table]) -> Iterator[None]:
        """Indexes and references are taken away and made anew at the end, which is far cheaper than keeping them."""
        drop, make = self.around(tables)
        for statement in drop:
            self.run(statement)
        yield
        for statement in make:
            self.run(statement)

    @abstractmethod
    def around(self, tables: Sequence[Table]) -> tuple[list[str], list[str]]:
        """What takes indexes and references away, and what makes them anew."""

    @abstractmethod
    def tidy(self) -> None:
        """What the planner has to know of the new rows; outside of any transaction."""


class Sqlite(Database):
    READ: Mapping[str, str] = {
        PLAIN: "CAST({0} AS text)",
        TEXT: "{0}",
        YESNO: "CAST({0} AS text)",
        MOMENT: "CASE WHEN length({0}) > 19 THEN rtrim(rtrim({0}, '0'), '.') ELSE {0} END",
        FLOAT: "copied_float({0})",
        JSON: "CASE WHEN {0} IN ('{{}}', '[]') THEN {0} ELSE copied_json({0}) END",
        BYTES: r"'\x' || lower(hex({0}))",
    }
    WRITE: Mapping[str, str] = {
        PLAIN: "?{0}",
        TEXT: "?{0}",
        YESNO: "?{0}",
        # Compared as text, so that all six digits have to be there.
        MOMENT: "CASE WHEN length(?{0}) > 19 THEN substr(?{0} || '00000', 1, 26) ELSE ?{0} END",
        FLOAT: "restored_float(?{0})",
        JSON: "?{0}",
        BYTES: "restored_bytes(?{0})",
    }

    FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
        "copied_float": float_text,
        "copied_json": normal_json,
        "restored_float": float,
        "restored_bytes": lambda text: bytes.fromhex(text[2:]),
    }

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        super().__init__(connection)
        connection.ensure_connection()
        self.driver: sqlite3.Connection = connection.connection
        for name, function in self.FUNCTIONS.items():
            self.driver.create_function(name, 1, unless_null(function), deterministic=True)

    def beginning(self, tables: Sequence[Table], *, frozen: bool) -> list[str]:
        # A reader's moment begins with its first question.
        return ["BEGIN IMMEDIATE"] if frozen else ["BEGIN", "SELECT count(*) FROM sqlite_master"]

    def read(self, table: Table, *, loaded: bool = False) -> Iterator[bytes]:
        # JSON came in its normal form, and is kept as it came.
        forms = {**self.READ, JSON: "{0}"} if loaded else self.READ
        columns = ", ".join(forms[column.form].format(self.quote(column.name)) for column in table.columns)
        order = self.quote(*(key.name for key in table.keys))
        cursor = self.driver.execute(f"SELECT {columns} FROM {self.quote(table.name)} ORDER BY {order}")
        while rows := cursor.fetchmany(ROWS):
            yield pack(rows)

    def last_id(self, table: Table) -> int:
        rows = self.run("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
        return rows[0][0] if rows else 0

    def empty(self, tables: Sequence[Table]) -> None:
        for table in tables:
            self.run(f"DELETE FROM {self.quote(table.name)}")

    def load(self, table: Table, blocks: Blocks) -> None:
        names = self.quote(*(column.name for column in table.columns))
        values = ", ".join(self.WRITE[column.form].format(at) for at, column in enumerate(table.columns, 1))
        statement = f"INSERT INTO {self.quote(table.name)} ({names}) VALUES ({values})"
        with self.connection.wrap_database_errors:
            for block in blocks:
                self.driver.executemany(statement, unpack(block))

    def count_on_from(self, table: Table, last: int) -> None:
        self.run("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
        self.run("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, last])

    def around(self, tables: Sequence[Table]) -> tuple[list[str], list[str]]:
        names = {table.name for table in tables}
        rows = self.run("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        found = [(name, statement) for table, name, statement in rows if table in names]
        return [f"DROP INDEX {self.quote(name)}" for name, _ in found], [statement for _, statement in found]

    def tidy(self) -> None:
        with self.connection.cursor() as cursor:
            describe(cursor)


class Postgres(Database):
    READ: Mapping[str, str] = {
        PLAIN: "{0}",
        TEXT: "{0}",
        YESNO: "{0}::int",
        MOMENT: "{0} AT TIME ZONE 'UTC'",
        FLOAT: "{0}",
        JSON: "{0}",
        BYTES: "{0}",
    }
    SETTINGS = (
        "SET LOCAL timezone = 'UTC'",
        "SET LOCAL datestyle = 'ISO'",
        "SET LOCAL extra_float_digits = 1",
        "SET LOCAL bytea_output = 'hex'",
        "SET LOCAL work_mem = '64MB'",
        "SET LOCAL maintenance_work_mem = '256MB'",
    )
    REFERENCES = """
        SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
        WHERE contype = 'f' AND conrelid = ANY(%s::regclass[]) ORDER BY conrelid, conname"""
    INDEXES = """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        ORDER BY indexrelid"""

    def beginning(self, tables: Sequence[Table], *, frozen: bool) -> list[str]:
        begin = ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", *self.SETTINGS]
        # The locks come before the first question, with which the moment begins.
        lock = f"LOCK TABLE {self.quote(*(table.name for table in tables))} IN SHARE MODE"
        return [*begin, "SET LOCAL lock_timeout = '10s'", lock] if frozen else begin

    def read(self, table: Table, *, loaded: bool = False) -> Iterator[bytes]:
        columns = ", ".join(self.READ[column.form].format(self.quote(column.name)) for column in table.columns)
        order = ", ".join(map(self.in_order, table.keys))
        statement = f"COPY (SELECT {columns} FROM {self.quote(table.name)} ORDER BY {order}) TO STDOUT"
        lines, size = [], 0
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            for line in copy:
                lines.append(line)
                size += len(line)
                if size >= BLOCK:
                    yield b"".join(lines)
                    lines, size = [], 0
        if lines:
            yield b"".join(lines)

    def in_order(self, key: Column) -> str:
        """By code point, as SQLite has it."""
        return self.quote(key.name) + (' COLLATE "C"' if key.form == TEXT else "")

    def last_id(self, table: Table) -> int:
        sequence = self.run("SELECT pg_get_serial_sequence(%s, %s)", [self.quote(table.name), table.keys[0].name])[0][0]
        last, is_given = self.run(f"SELECT last_value, is_called FROM {sequence}")[0]
        return last if is_given else 0

    def empty(self, tables: Sequence[Table]) -> None:
        self.run(f"TRUNCATE {self.quote(*(table.name for table in tables))} RESTART IDENTITY CASCADE")

    def load(self, table: Table, blocks: Blocks) -> None:
        names = self.quote(*(column.name for column in table.columns))
        statement = f"COPY {self.quote(table.name)} ({names}) FROM STDIN"
        with self.connection.cursor() as cursor, self.connection.wrap_database_errors, cursor.copy(statement) as copy:
            for block in blocks:
                copy.write(block)

    def count_on_from(self, table: Table, last: int) -> None:
        names = [self.quote(table.name), table.keys[0].name]
        self.run("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [*names, last])

    def around(self, tables: Sequence[Table]) -> tuple[list[str], list[str]]:
        names = [[self.quote(table.name) for table in tables]]
        references, indexes = self.run(self.REFERENCES, names), self.run(self.INDEXES, names)
        drop = [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in references]
        drop += [f"DROP INDEX {name}" for name, _ in indexes]
        make = [statement for _, statement in indexes]
        make += [f"ALTER TABLE {table} ADD CONSTRAINT {name} {says}" for table, name, says in references]
        return drop, make

    def tidy(self) -> None:
        self.run("VACUUM (ANALYZE)")


def unless_null(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else function(value)


def database(connection: BaseDatabaseWrapper) -> Database:
    return Sqlite(connection) if connection.vendor == "sqlite" else Postgres(connection)


@contextmanager
def another_connection() -> Iterator[Database]:
    """One beside the one that this thread uses, so that a long copy is in nobody's way."""
    made = default.copy()
    try:
        yield database(made)
    finally:
        made.close()
