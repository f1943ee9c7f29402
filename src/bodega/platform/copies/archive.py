"""One file that holds a copy: a tar of compressed blocks of lines, and of stored files.

    about.json.gz            what it is: format, program, engine, time, migrations, columns
    tables/NAME/000001.gz    lines as PostgreSQL's COPY reads them
    files/SHA-256            stored files as they are
    digests.json.gz          rows, digest and last id of each table, and how many files

It is written and read from its beginning to its end, so it can go through a pipe as well.
"""

from __future__ import annotations

import gzip
import json
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import IO, Any, TypeVar

FORMAT = 1
BLOCK = 1_000_000
ABOUT, DIGESTS = "about.json.gz", "digests.json.gz"
T = TypeVar("T")


class Damaged(Exception):
    """The file is not what was written, or was never one of ours; says how it shows."""


@dataclass(frozen=True)
class About:
    """What a copy says of itself before anything else. `steps`: the newest migration of each app."""

    format: int
    program: str
    engine: str
    taken_at: str
    steps: list[list[str]]
    columns: dict[str, list[str]]


@dataclass(frozen=True)
class Held:
    """What a copy says of a table: how many rows, their digest, and the highest id that was ever given."""

    rows: int
    sha256: str
    last_id: int


@dataclass(frozen=True)
class Contents:
    """What a copy says of itself at its end."""

    tables: dict[str, Held]
    files: int


class Writer:
    """Writes the parts in their order; `level` is that of zlib, 0 for a copy that is read at once."""

    def __init__(self, file: IO[bytes], *, level: int) -> None:
        self.out, self.level = file, level

    def about(self, about: About) -> None:
        self.add(ABOUT, json.dumps(asdict(about)).encode())

    def table(self, name: str, blocks: Iterable[bytes]) -> None:
        for number, block in enumerate(blocks, 1):
            self.add(f"tables/{name}/{number:06}.gz", block)

    def file(self, sha256: str, size: int, file: IO[bytes]) -> None:
        self.part(f"files/{sha256}", size, iter(lambda: file.read(BLOCK), b""))

    def end(self, contents: Contents) -> None:
        self.add(DIGESTS, json.dumps(asdict(contents)).encode())
        self.out.write(bytes(2 * tarfile.BLOCKSIZE))

    def add(self, name: str, content: bytes) -> None:
        packed = gzip.compress(content, self.level, mtime=0)
        self.part(name, len(packed), [packed])

    def part(self, name: str, size: int, blocks: Iterable[bytes]) -> None:
        """Raises OSError where there are more or fewer bytes than were announced."""
        head = tarfile.TarInfo(name)
        head.size, head.mode = size, 0o600
        self.out.write(head.tobuf())
        if (written := sum(self.out.write(block) for block in blocks)) != size:
            raise OSError(f"{name} has {written:,} bytes, not {size:,}")
        self.out.write(bytes(-size % tarfile.BLOCKSIZE))


class Reader:
    """Reads the parts in their order: `about`, `tables`, `files`, `contents`. Raises Damaged wherever it shows."""

    def __init__(self, file: IO[bytes]) -> None:
        self.tar = sound(lambda: tarfile.open(fileobj=file, mode="r|"))  # noqa: SIM115  (the file is our caller's)
        self.step()
        told = self.json(ABOUT)
        if told.get("format", 0) > FORMAT:
            raise Damaged(f"it was made by a newer version of Bodega ({told.get('program')}); install that one")
        self.about = sound(lambda: About(**told))

    def tables(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each table that has rows, with its blocks; those that are not read are passed over."""
        while self.name.startswith("tables/"):
            table = self.name.split("/")[1]
            blocks = self.blocks(table)
            yield table, blocks
            for _ in blocks:
                pass

    def blocks(self, table: str) -> Iterator[bytes]:
        while self.name.startswith(f"tables/{table}/"):
            yield self.unpacked()
            self.step()

    def files(self) -> Iterator[tuple[str, IO[bytes]]]:
        """Each stored file under its digest; reading it may raise Damaged's causes, see `sound`."""
        while self.name.startswith("files/"):
            yield self.name.removeprefix("files/"), self.opened()
            self.step()

    def contents(self) -> Contents:
        told = self.json(DIGESTS)
        if self.name:
            raise Damaged(f"{self.name} stands behind its end")
        return sound(lambda: Contents({name: Held(**held) for name, held in told["tables"].items()}, told["files"]))

    def step(self) -> None:
        self.member = sound(self.tar.next)
        self.name = self.member.name if self.member else ""

    def json(self, name: str) -> dict[str, Any]:
        if self.name != name:
            raise Damaged("it ends too early" if not self.name else f"{self.name} stands where {name} should")
        found = sound(lambda: dict[str, Any](json.loads(self.unpacked())))
        self.step()
        return found

    def unpacked(self) -> bytes:
        return sound(lambda: gzip.decompress(self.opened().read()))

    def opened(self) -> IO[bytes]:
        found = self.tar.extractfile(self.member) if self.member else None
        if found is None:
            raise Damaged(f"{self.name} is no file")
        return found


def sound(read: Callable[[], T]) -> T:
    """What `read` gives. Raises Damaged where it meets something that was not written like this."""
    try:
        return read()
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, TypeError, KeyError) as problem:
        raise Damaged(str(problem) or type(problem).__name__) from problem
