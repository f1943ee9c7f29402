"""`bodega move`: this installation's records into another database, SQLite or PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import Namespace

from django.conf import settings

from bodega.platform.copies.backup import take
from bodega.platform.copies.places import place_of
from bodega.platform.copies.shape import UnknownSteps
from bodega.platform.jobs.standing import heartbeat
from bodega.web import config
from bodega.web.cli import Refusal
from bodega.web.commands.restore import refuse_to_mix


def run(options: Namespace) -> int:
    target = address(options.to)
    refuse_to_mix(place_of(target), replace=options.replace)
    refuse_while_at_work()
    if pour_into(target, replace=options.replace):
        raise Refusal("nothing was moved: this installation is as it was")
    print("This installation is as it was. To work with the new one, set BODEGA_DATABASE_URL to its address")
    print("(or database_url in the settings file), keep the data folder, and start Bodega.")
    return 0


def address(given: str) -> str:
    try:
        target = config.database(given)
    except ValueError as problem:
        raise Refusal(f"--to {problem}") from None
    if not target or target == settings.BODEGA_DATABASE_URL:
        raise Refusal("--to takes the address of another database than the one that is in use")
    return target


def refuse_while_at_work() -> None:
    """What is written to the old installation after it was read would be missing in the new one."""
    alive, _heard = heartbeat()
    if alive:
        raise Refusal("Bodega is running, or was killed within the last minute: end it first, then move")


def pour_into(target: str, *, replace: bool) -> int:
    """Read here, write in a second process whose database is the new one; its exit code, 0 where all is well."""
    words = [sys.executable, "-m", "bodega", "restore", "-", *(["--replace"] if replace else [])]
    surroundings = os.environ | {"BODEGA_DATABASE_URL": target}
    with subprocess.Popen(words, stdin=subprocess.PIPE, env=surroundings) as writing:
        assert writing.stdin is not None  # noqa: S101  (we asked for a pipe)
        try:
            take(writing.stdin, level=0, with_files=False, frozen=True)
            writing.stdin.close()
        except BrokenPipeError:
            pass
        except UnknownSteps as problem:
            writing.kill()
            raise Refusal(f"a newer version of Bodega has worked with this database ({problem}); use that") from problem
    return writing.returncode
