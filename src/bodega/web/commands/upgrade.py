"""`bodega upgrade`: brings the database to this version of the program, after looking that it can and backing up."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection

from bodega.platform.copies.archive import Damaged
from bodega.platform.copies.backup import backup, name_now
from bodega.platform.jobs import standing
from bodega.platform.upgrading import news, steps
from bodega.web import config, room
from bodega.web.cli import Refusal
from bodega.web.health import examine

AGAIN = "What is done stays done: run bodega upgrade again and it goes on from there"


def run(options: Namespace) -> int:
    try:
        with steps.alone(settings.BODEGA_DATA_DIR):
            return upgrade(options)
    except BlockingIOError:
        raise Refusal("another bodega upgrade is at work here") from None


def upgrade(options: Namespace) -> int:
    look(options)
    missing, before = steps.missing(), steps.installed()
    if not missing:
        steps.write_down()
        print(f"The database is up to date{of(steps.program())}")
        return 0
    print(f"From {before}{of(steps.program(), ' to ')}: {len(missing)} steps")
    if options.dry_run:
        print(*(f"  {app} {name}" for app, name in missing), sep="\n")
        print("Nothing was changed. Without --dry-run, these steps are made")
        return 0
    if not options.no_backup:
        back_up()
    make(missing)
    steps.finish()
    print("The database is up to date. Start Bodega again: bodega serve")
    if new := news.since(before, news.changelog()):
        print(f"\nWhat is new:\n\n{new}")
    return 0


def of(version: str, word: str = ": ") -> str:
    return f"{word}{version}" if version else ""


def look(options: Namespace) -> None:
    """Raises Refusal for whatever stands in the way."""
    if steps.is_empty():
        raise Refusal("there is no installation here yet. Make one: bodega init")
    if unknown := steps.unknown():
        raise Refusal(f"the database is of a newer version of the program: {', '.join(unknown)}. Install that one")
    bad = [
        found for found in examine(config.load()) if found.state == "bad" and found.about not in ("tables", "people")
    ]
    if bad:
        told = "\n".join(f"  {found.about}: {found.text} → {found.mend}" for found in bad)
        raise Refusal(f"something is wrong here; mend it first:\n{told}")
    alive, _heard = standing.heartbeat()
    if alive:
        raise Refusal(
            "Bodega is running. End bodega serve, bodega worker and bodega web first; after a crash, wait a minute"
        )
    look_for_room(options)


def look_for_room(options: Namespace) -> None:
    """SQLite makes a changed table anew beside the old one; a copy takes at most as much as the database."""
    size, free = room.database_size(), room.free_space(settings.BODEGA_DATA_DIR)
    needed = room.LOW + size * ((connection.vendor == "sqlite") + (not options.no_backup))
    if free < needed:
        raise Refusal(
            f"{free / 2**30:,.1f} GB are free in {settings.BODEGA_DATA_DIR}, and {needed / 2**30:,.1f} GB may be needed"
        )


def back_up() -> None:
    """A copy by which one can go back."""
    path = Path(settings.BODEGA_BACKUP_DIR) / name_now()
    print(f"Backing up to {path}", flush=True)
    try:
        backup(path, tell=lambda *_table: None)
    except (OSError, Damaged) as problem:
        raise Refusal(f"the backup failed, and nothing was changed: {problem}") from problem


def make(missing: list[tuple[str, str]]) -> None:
    for number, (app, name) in enumerate(missing, start=1):
        print(f"{number} of {len(missing)}: {app} {name}", end="", flush=True)
        started = perf_counter()
        try:
            steps.make((app, name))
        except OperationalError as problem:
            print(flush=True)
            raise Refusal(f"this step could not be made: {str(problem).strip()}. {AGAIN}") from problem
        except DatabaseError:
            print(f"\nThis step failed. {AGAIN}, once its cause is mended", flush=True)
            raise
        print(f", {perf_counter() - started:.1f} s", flush=True)
