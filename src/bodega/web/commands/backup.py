"""`bodega backup`: one file with everything in it, taken while Bodega runs."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from django.conf import settings

from bodega.platform.copies.archive import Contents, Damaged
from bodega.platform.copies.backup import LEVEL, backup, name_now, prune, take
from bodega.platform.copies.shape import UnknownSteps
from bodega.web.cli import Refusal

STANDARD = Path("-")
MANY = 10_000


def run(options: Namespace) -> int:
    if options.keep is not None and options.keep < 1:
        raise Refusal("--keep takes how many copies to keep: 1 or more")
    try:
        return stream(options) if options.file == STANDARD else write(options)
    except OSError as problem:
        raise Refusal(f"the copy could not be written: {problem}") from problem
    except Damaged as problem:
        raise Refusal(f"what was read back is not what was written ({problem}): try another disk") from problem
    except UnknownSteps as problem:
        raise Refusal(f"a newer version of Bodega has worked with this database ({problem}); use that one") from problem


def stream(options: Namespace) -> int:
    take(sys.stdout.buffer, level=LEVEL, with_files=not options.without_files)
    sys.stdout.flush()
    return 0


def write(options: Namespace) -> int:
    path = options.file or Path(settings.BODEGA_BACKUP_DIR) / name_now()
    contents = backup(path, with_files=not options.without_files, tell=say)
    print(f"Written and read back: {path}, {path.stat().st_size / 1e6:,.1f} MB, {told(contents)}")
    if options.keep:
        for old in prune(path.parent, keep=options.keep):
            print(f"Removed {old}")
    return 0


def say(name: str, rows: int) -> None:
    """How far it is, by the tables that take time."""
    if rows >= MANY:
        print(f"  {name}: {rows:,}", flush=True)


def told(contents: Contents) -> str:
    return f"{sum(held.rows for held in contents.tables.values()):,} rows and {contents.files:,} stored files"
