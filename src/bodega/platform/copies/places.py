"""Where a copy is restored: what was there is moved aside, never removed, and comes back where the copy fails."""

from __future__ import annotations

import os
import sqlite3
from abc import ABC, abstractmethod
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

from bodega.lib import clock
from bodega.platform.copies.backup import keep_name


class InUse(Exception):
    """Somebody has the database open; says what to do."""


class Place(ABC):
    """The database at an address: `begin`, fill what is at `draft_url`, then `accept` or `discard`."""

    draft_url: str

    def __init__(self, url: str) -> None:
        self.url = url
        self.stamp = f"{clock.now():%Y%m%d_%H%M%S}"

    @abstractmethod
    def has_people(self) -> bool:
        """Whether somebody may work with what is there; True as well where it cannot be read any more."""

    @abstractmethod
    def begin(self) -> None:
        """Make room. Raises InUse."""

    @abstractmethod
    def accept(self) -> str:
        """Give the new one its place; where the former one is now, or nothing. Raises InUse."""

    @abstractmethod
    def discard(self) -> None:
        """Leave the place as it was."""


class SqlitePlace(Place):
    """A new file is filled beside the old one, without waiting for the disk until it is whole."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.path = Path(unquote(urlsplit(url).path)[1:])
        self.draft = self.path.with_name(f"{self.path.name}.restoring")
        self.draft_url = f"sqlite:///{quote(str(self.draft))}?journal_mode=OFF&synchronous=OFF"

    def has_people(self) -> bool:
        if not self.path.exists():
            return False
        try:
            with closing(sqlite3.connect(self.path)) as database:
                known = database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'kernel_user'").fetchone()[0]
                return bool(known and database.execute("SELECT count(*) FROM kernel_user").fetchone()[0])
        except sqlite3.DatabaseError:
            return True

    def begin(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.discard()
        self.gather()

    def accept(self) -> str:
        with self.draft.open("rb") as file:
            os.fsync(file.fileno())
        aside = self.path.with_name(f"{self.path.name}.before_{self.stamp}")
        was_there = self.path.exists()
        self.gather()
        for ending in ("", "-wal", "-shm"):
            if (part := Path(f"{self.path}{ending}")).exists():
                part.rename(f"{aside}{ending}")
        self.draft.rename(self.path)
        keep_name(self.path)
        return str(aside) if was_there else ""

    def gather(self) -> None:
        """Bring all of the old database into one file, which only its sole user can."""
        if not self.path.exists():
            return
        with closing(sqlite3.connect(self.path, timeout=5)) as database:
            try:
                database.execute("PRAGMA journal_mode=DELETE")
            except sqlite3.OperationalError as problem:
                raise InUse(f"{self.path} is in use ({problem}): end Bodega first") from problem
            except sqlite3.DatabaseError:
                return  # it cannot be read any more, and is moved as it is

    def discard(self) -> None:
        for ending in ("", "-journal", "-wal", "-shm"):
            Path(f"{self.draft}{ending}").unlink(missing_ok=True)


class PostgresPlace(Place):
    """What is there becomes a schema of another name first; the new one is filled in one transaction."""

    OTHERS = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'bodega'"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.draft_url = url
        self.aside = f"bodega_before_{self.stamp}"
        self.moved = False

    def has_people(self) -> bool:
        with psycopg.connect(self.url) as database:
            known = database.execute("SELECT to_regclass('kernel_user')").fetchone()
            found = known and known[0] and database.execute("SELECT count(*) FROM kernel_user").fetchone()
            return bool(found and found[0])

    def begin(self) -> None:
        with psycopg.connect(self.url) as database:
            schema = schema_of(database)
            if not database.execute("SELECT 1 FROM pg_tables WHERE schemaname = %s", [schema]).fetchone():
                return
            if database.execute(self.OTHERS).fetchone():
                raise InUse("Bodega is at work with this database: end it first")
            database.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(Identifier(schema), Identifier(self.aside)))
            database.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
            move_extensions(database, self.aside, schema)
        self.moved = True

    def accept(self) -> str:
        return f"the schema {self.aside} of the same database" if self.moved else ""

    def discard(self) -> None:
        if not self.moved:
            return
        with psycopg.connect(self.url) as database:
            schema = schema_of(database)
            move_extensions(database, schema, self.aside)
            database.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))
            database.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(Identifier(self.aside), Identifier(schema)))


def schema_of(database: psycopg.Connection) -> str:
    found = database.execute("SELECT current_schema()").fetchone()
    return str(found[0]) if found else "public"


def move_extensions(database: psycopg.Connection, old: str, new: str) -> None:
    """They are there once for the whole database, and have to be where names are looked up."""
    of_schema = "SELECT extname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE nspname = %s"
    for (name,) in database.execute(of_schema, [old]).fetchall():
        database.execute(SQL("ALTER EXTENSION {} SET SCHEMA {}").format(Identifier(name), Identifier(new)))


def place_of(url: str) -> Place:
    return SqlitePlace(url) if url.startswith("sqlite:") else PostgresPlace(url)
