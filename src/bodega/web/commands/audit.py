"""`bodega audit`: proves that the log is as it was written, and writes it to a file."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import nullcontext
from shutil import copyfileobj

from django.core.exceptions import ValidationError
from django.db import connection

from bodega.kernel.actors import system
from bodega.kernel.scope import scope
from bodega.platform.audit import chain, guard, writing
from bodega.platform.audit.asking import Asked
from bodega.web.cli import Refusal

ACTOR = system("bodega audit", surface="command")


def run(options: Namespace) -> int:
    with scope():
        return TODO[options.todo](options)


def verify(options: Namespace) -> int:
    """0 where all is whole, 1 where it isn't."""
    seals = [seal(text) for text in options.seal]
    if options.file:
        try:
            with options.file.open("rb") as file:
                found = chain.verify(writing.read(file), seals=seals)
        except ValueError as problem:
            raise Refusal(f"{options.file} can't be read: {problem}") from None
    else:
        found = chain.verify_stored(seals=seals)
    if found.wrong:
        print(f"{found.count:,} entries are whole; {found.wrong}")
        return 1
    told = f"The last one is {found.last.number}:{found.last.digest}" if found.count else "There is none"
    print(f"{found.count:,} entries are whole. {told}")
    return 0


def seal(text: str) -> chain.Seal:
    number, _colon, digest = text.partition(":")
    if not (number.isdigit() and len(digest) == len(chain.NOBODY_BEFORE)):
        raise Refusal(f"'{text}' is no seal; it is what `bodega audit verify` told before, NUMBER:DIGEST")
    return chain.Seal(int(number), digest)


def export(options: Namespace) -> int:
    ending = options.output.suffix.removeprefix(".").lower() if options.output else "jsonl"
    try:
        made = writing.written(Asked(), format=ending, actor=ACTOR)
    except ValidationError as problem:
        raise Refusal(" ".join(problem.messages)) from None
    with made, options.output.open("wb") if options.output else nullcontext(sys.stdout.buffer) as file:
        copyfileobj(made, file)
    return 0


def put_up(options: Namespace) -> int:
    with connection.cursor() as cursor:
        guard.make(cursor.execute, connection.vendor)
    print("The database refuses to change or remove entries")
    return 0


TODO: dict[str, Callable[[Namespace], int]] = {"verify": verify, "export": export, "guard": put_up}
