"""The files of imports: kept under the digest of their content, so that a run finds its own again after any break."""

from __future__ import annotations

import csv
import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from bodega.lib.tables import Table, open_table
from bodega.surfaces.transfer.mapping import Step

BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """A file that was taken in: its name in the store, its size in bytes and how many lines it has."""

    file: str
    size: int
    lines: int


def folder() -> Path:
    found = Path(settings.BODEGA_DATA_DIR) / "imports"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def keep(source: BinaryIO) -> Kept:
    """Copy a file into the store: whole or not at all, once for each content."""
    digest, size, lines = hashlib.sha256(), 0, 0
    with tempfile.NamedTemporaryFile(dir=folder(), prefix="part-", delete=False) as target:
        while block := source.read(BLOCK):
            digest.update(block)
            size += len(block)
            lines += block.count(b"\n")
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    name = digest.hexdigest()
    Path(target.name).replace(folder() / name)
    return Kept(name, size, lines)


def keep_file(path: Path) -> Kept:
    """Raises ValueError where it cannot be read."""
    try:
        with path.open("rb") as source:
            return keep(source)
    except OSError as error:
        raise ValueError(_("%(path)s cannot be read: %(why)s") % {"path": path, "why": error.strerror}) from None


def keep_rows(rows: Sequence[Mapping[str, str]]) -> Kept:
    """Rows that were written in a recipe, as a file."""
    columns = [*dict.fromkeys(name for row in rows for name in row)]
    with tempfile.NamedTemporaryFile("w+", newline="", encoding="utf-8", suffix=".csv") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
        file.flush()
        return keep_file(Path(file.name))


def open_kept(name: str, step: Step, *, start: int = 0) -> Table:
    """Raises ValueError where there is no table to read."""
    path = folder() / name
    if not path.is_file():
        raise ValueError(_("The file of this import is no longer kept; send it again."))
    return open_table(
        path, sheet=step.sheet or None, encoding=step.encoding or None, delimiter=step.delimiter or None, start=start
    )


def drop(kept: Iterable[str]) -> int:
    """Remove the files that are not among those still needed; how many."""
    needed = {*kept}
    old = [path for path in folder().iterdir() if path.name not in needed and not path.name.startswith("part-")]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
