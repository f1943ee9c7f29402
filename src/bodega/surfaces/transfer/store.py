"""The files of imports: kept under the digest of their content, so that a run finds its own again after any break."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bodega.lib.tables import Table, open_table
from bodega.platform.files import store as files
from bodega.surfaces.transfer.mapping import Step

BLOCK = 1024 * 1024
LARGEST = 8 * 1024**3


@dataclass
class Kept:
    """A file that was taken in: its digest, its size in bytes and how many line ends it has."""

    file: str = ""
    size: int = 0
    lines: int = 0


def keep(source: BinaryIO) -> Kept:
    """Copy a file into the store: whole or not at all. Raises ValueError where it is too large."""
    kept = Kept()
    try:
        kept.file, kept.size = files.keep(counted(source, kept), most=LARGEST)
    except ValidationError as problem:
        raise ValueError(" ".join(problem.messages)) from None
    return kept


def counted(source: BinaryIO, kept: Kept) -> Iterator[bytes]:
    while block := source.read(BLOCK):
        kept.lines += block.count(b"\n")
        yield block


def keep_file(path: Path) -> Kept:
    """Raises ValueError where it cannot be read."""
    try:
        with path.open("rb") as source:
            return keep(source)
    except OSError as error:
        raise ValueError(_("%(path)s cannot be read: %(why)s.") % {"path": path, "why": error.strerror}) from None


def keep_rows(rows: Sequence[Mapping[str, str]]) -> Kept:
    """Rows that were written in a recipe, as a file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*dict.fromkeys(name for row in rows for name in row)], restval="")
    writer.writeheader()
    writer.writerows(rows)
    return keep(io.BytesIO(text.getvalue().encode()))


def open_kept(file: str, step: Step, *, start: int = 0) -> Table:
    """Raises ValueError where there is no table to read."""
    path = files.path_of(file)
    if not path.is_file():
        raise ValueError(_("The file of this import is no longer kept; send it again."))
    return open_table(
        path, sheet=step.sheet or None, encoding=step.encoding or None, delimiter=step.delimiter or None, start=start
    )


def drop(kept: Iterable[str]) -> int:
    """Remove the bytes of these files from the store, where they are still there; how many."""
    paths = [path for file in kept if (path := files.path_of(file)).is_file()]
    for path in paths:
        path.unlink()
    return len(paths)
