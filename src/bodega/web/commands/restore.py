"""`bodega restore`: an installation from a copy, all or nothing; what was there is moved aside."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import psycopg
from django.conf import settings
from django.db import connection

from bodega.platform.copies.archive import Contents, Damaged
from bodega.platform.copies.backup import check
from bodega.platform.copies.places import InUse, Place, place_of
from bodega.platform.copies.restore import Unfit, restore
from bodega.platform.copies.shape import UnknownSteps
from bodega.web.cli import Refusal
from bodega.web.commands.backup import STANDARD, say, told
from bodega.web.databases import database


def run(options: Namespace) -> int:
    with opened(options.file) as file:
        if options.check:
            print(f"The copy is whole: {told(checked(file))}")
            return 0
        place = place_of(settings.BODEGA_DATABASE_URL)
        refuse_to_mix(place, replace=options.replace)
        if file.seekable():
            checked(file)
            file.seek(0)
        contents, aside = put_in_place(file, place)
    print(f"Restored, and every digest is the same: {told(contents)}")
    if aside:
        print(f"What was there before is in {aside}")
    return 0


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    if path == STANDARD:
        yield sys.stdin.buffer
        return
    try:
        file = path.open("rb")
    except OSError as problem:
        raise Refusal(f"{path} can't be read: {problem.strerror}") from None
    with file:
        yield file


def checked(file: BinaryIO) -> Contents:
    try:
        return check(file)
    except Damaged as problem:
        raise Refusal(f"this is no whole copy: {problem}") from None


def refuse_to_mix(place: Place, *, replace: bool) -> None:
    try:
        if not replace and place.has_people():
            raise Refusal("people work with this installation. With --replace it is moved aside, and can be put back")
    except psycopg.Error as problem:
        raise Refusal(f"the database can't be used: {str(problem).strip()}") from None


def put_in_place(file: BinaryIO, place: Place) -> tuple[Contents, str]:
    try:
        place.begin()
        work_at(place.draft_url)
        contents = filled(file)
        connection.close()
        return contents, place.accept()
    except BaseException as problem:
        connection.close()
        place.discard()
        if isinstance(problem, OSError | psycopg.Error | InUse):
            raise Refusal(f"nothing was changed: {str(problem).strip()}") from problem
        raise


def work_at(url: str) -> None:
    """Let this process work with another database than the one of the settings."""
    connection.close()
    connection.settings_dict.update(database(url))


def filled(file: BinaryIO) -> Contents:
    try:
        return restore(file, tell=say)
    except Damaged as problem:
        raise Refusal(f"this is no whole copy, and nothing was changed: {problem}") from None
    except Unfit as problem:
        raise Refusal(f"nothing was changed: {problem}") from None
    except UnknownSteps as problem:
        raise Refusal(f"the copy is from a newer version of Bodega ({problem}); install that one") from None
