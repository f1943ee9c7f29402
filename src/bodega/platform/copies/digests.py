"""What is the same when two installations have the same rows, whichever database each of them is in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bodega.platform.copies.engines import Database, another_connection
from bodega.platform.copies.shape import Table, shape_of

Telling = Callable[[str, int], None]
"""Is told of each table that is done, and how many rows it has."""


def silent(_name: str, _rows: int) -> None:
    """For whoever does not want to be told."""


@dataclass
class Digest:
    """SHA-256 over the lines of a table in the order of its keys, and how many they are."""

    rows: int = 0
    made: Any = field(default_factory=hashlib.sha256)

    def over(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The same blocks; once they have gone by, the digest is there."""
        for block in blocks:
            self.made.update(block)
            self.rows += block.count(b"\n")
            yield block

    def __str__(self) -> str:
        return str(self.made.hexdigest())


def digests(*, tell: Telling = silent) -> dict[str, str]:
    """The digest of every table of this installation, all at one moment."""
    with another_connection() as database:
        tables = shape_of(database.connection).tables
        with database.snapshot(tables):
            return {table.name: str(digest_of(database, table, tell=tell)) for table in tables}


def digest_of(database: Database, table: Table, *, tell: Telling, loaded: bool = False) -> Digest:
    digest = Digest()
    for _ in digest.over(database.read(table, loaded=loaded)):
        pass
    tell(table.name, digest.rows)
    return digest
