"""Taking a copy of an installation while it runs, and finding out whether a copy is whole."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, BinaryIO

from bodega.lib import clock
from bodega.platform.copies.archive import BLOCK, FORMAT, About, Contents, Damaged, Held, Reader, Writer, sound
from bodega.platform.copies.digests import Digest, Telling, silent
from bodega.platform.copies.engines import Database, another_connection
from bodega.platform.copies.shape import Shape, Table, shape_of
from bodega.platform.files import store

LEVEL = 3
"""Of compression: a third of the time of zlib's own choice, and a tenth more to keep."""
NAME = re.compile(r"bodega-\d{8}-\d{6}\.tar")
STORED = re.compile(r"[0-9a-f]{64}")


def backup(path: Path, *, tell: Telling = silent, with_files: bool = True) -> Contents:
    """Write a copy of this installation to `path`: whole and read back, or not at all. Its folder is made.

    It may run, and may be behind this version of the program. Raises OSError where there is no room, and Damaged where
    what was read back is not what was written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with draft_of(path) as draft:
        with draft.open("wb") as file:
            take(file, level=LEVEL, with_files=with_files, tell=tell)
            file.flush()
            os.fsync(file.fileno())
        with draft.open("rb") as file:
            contents = check(file)
        draft.replace(path)
    keep_name(path)
    return contents


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """A private file beside `path`, gone in the end unless it was given its name."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    draft.touch(0o600)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def keep_name(path: Path) -> None:
    """Have the disk keep that a file has its name."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def take(file: IO[bytes], *, level: int, tell: Telling = silent, with_files: bool = True, frozen: bool = False) -> None:
    """Write a copy of one moment to an open file. `frozen`: nobody can write to the original meanwhile."""
    writer = Writer(file, level=level)
    with another_connection() as database:
        shape = shape_of(database.connection)
        with database.snapshot(shape.tables, frozen=frozen):
            writer.about(about(database, shape))
            held = {table.name: taken(writer, database, table, tell=tell) for table in shape.tables}
    # Every stored file was there before the row that tells of it, so those of our moment are there now.
    files = [put(writer, stored) for stored in stored_files()] if with_files else []
    writer.end(Contents(held, sum(files)))


def about(database: Database, shape: Shape) -> About:
    columns = {table.name: [column.name for column in table.columns] for table in shape.tables}
    steps = [[*step] for step in shape.steps]
    return About(FORMAT, program(), database.connection.vendor, clock.now().isoformat(), steps, columns)


def program() -> str:
    try:
        return version("bodega")
    except PackageNotFoundError:
        return ""


def taken(writer: Writer, database: Database, table: Table, *, tell: Telling) -> Held:
    digest = Digest()
    writer.table(table.name, digest.over(database.read(table)))
    tell(table.name, digest.rows)
    return Held(digest.rows, str(digest), database.last_id(table) if table.numbered else 0)


def stored_files() -> Sequence[Path]:
    return sorted(path for path in store.folder().glob("??/*") if STORED.fullmatch(path.name))


def put(writer: Writer, path: Path) -> bool:
    """False where the file was dropped in the meantime: nothing tells of it any more."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return False
    with file:
        writer.file(path.name, os.fstat(file.fileno()).st_size, file)
    return True


def check(file: BinaryIO) -> Contents:
    """Read a copy to its end. Raises Damaged where anything in it is not what was written."""
    reader = Reader(file)
    found = {}
    for name, blocks in reader.tables():
        found[name] = Digest()
        for _ in found[name].over(blocks):
            pass
    files = [checked(sha256, held) for sha256, held in reader.files()]
    return agreed(reader.contents(), found, len(files))


def checked(sha256: str, held: IO[bytes]) -> int:
    digest = Digest()
    size = sum(len(block) for block in digest.over(iter(lambda: sound(lambda: held.read(BLOCK)), b"")))
    if str(digest) != sha256:
        raise Damaged(f"the stored file {sha256} is not what it was")
    return size


def agreed(contents: Contents, found: dict[str, Digest], files: int) -> Contents:
    """What a copy says it holds, if that was found in it."""
    for name, held in contents.tables.items():
        digest = found.get(name, Digest())
        if (digest.rows, str(digest)) != (held.rows, held.sha256):
            raise Damaged(f"the rows of {name} are not what they were")
    if {*found} - {*contents.tables} or files != contents.files:
        raise Damaged("it holds more or less than it says")
    return contents


def prune(folder: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest copies that have the names we give; which ones."""
    old = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))[: -keep or None]
    for path in old:
        path.unlink()
    return old


def name_now() -> str:
    return f"bodega-{clock.now():%Y%m%d-%H%M%S}.tar"
