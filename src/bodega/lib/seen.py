"""A set of texts as large as a file may need, beside the database and gone with the import: memory stays as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

CHUNK = 500


class Seen:
    def __init__(self) -> None:
        # An empty name is SQLite's own temporary file, which it removes itself.
        self.store = sqlite3.connect("", isolation_level=None)
        self.store.execute("PRAGMA journal_mode=OFF")
        self.store.execute("CREATE TABLE seen (word TEXT PRIMARY KEY) WITHOUT ROWID")

    def add(self, words: Collection[str]) -> None:
        self.store.executemany("INSERT OR IGNORE INTO seen VALUES (?)", [(word,) for word in words])

    def known(self, words: Collection[str]) -> set[str]:
        """Those of the words that were added before."""
        listed = [*words]
        found: set[str] = set()
        for start in range(0, len(listed), CHUNK):
            some = listed[start : start + CHUNK]
            marks = ",".join("?" * len(some))
            found |= {row[0] for row in self.store.execute(f"SELECT word FROM seen WHERE word IN ({marks})", some)}  # noqa: S608  (marks only)
        return found

    def close(self) -> None:
        self.store.close()
