"""`bodega export`: writes records to a file, or to standard output."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from contextlib import nullcontext

from django.core.exceptions import PermissionDenied, ValidationError

from bodega.kernel import query
from bodega.kernel.scope import scope
from bodega.surfaces.export import answer
from bodega.web.cli import Refusal
from bodega.web.commands.ask import asker, named, pointed, read
from bodega.web.commands.explain import chosen


def run(options: Namespace) -> int:
    with scope():
        try:
            return export(options)
        except query.QuestionError as error:
            print(f"bodega: {pointed(error)}", file=sys.stderr)
            return 2
        except (ValidationError, PermissionDenied) as problem:
            raise Refusal(" ".join(getattr(problem, "messages", [str(problem)]))) from None


def export(options: Namespace) -> int:
    type_, actor = chosen(options.type), asker(options.login)
    found = answer.asked(
        type_,
        read(type_, options.question, actor=actor),
        actor=actor,
        format=options.format or format_of(options),
        fields=named(options.fields),
        sort=options.sort or "",
        bom=options.bom,
    )
    pieces = answer.contents(found)
    try:
        with options.output.open("wb") if options.output else nullcontext(sys.stdout.buffer) as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
    except BrokenPipeError:  # whoever reads has seen enough; Python would complain once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def format_of(options: Namespace) -> str:
    """What the name of the file says, else CSV."""
    ending = options.output.suffix.removeprefix(".").lower() if options.output else ""
    return ending if ending in answer.FORMATS else "csv"
