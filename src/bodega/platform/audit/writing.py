"""Entries of the audit log as a file: JSON Lines, by which the chain can be checked elsewhere, CSV or Excel."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bodega.kernel.kinds.base import Json
from bodega.lib.tables import write_csv, write_xlsx
from bodega.platform.audit.asking import Asked, entries
from bodega.platform.audit.chain import COLUMNS, Told, text_of, told
from bodega.platform.audit.log import About, Kind, note
from bodega.platform.audit.models import Head

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

FORMATS = ("jsonl", "csv", "xlsx")


def written(asked: Asked, *, format: str, actor: Actor) -> IO[bytes]:  # noqa: A002  (that is what it is called)
    """A file without a name, read from its beginning, with the entries in their order; an entry says that it was made.

    Raises ValidationError for what is no format, or more than a workbook holds; PermissionDenied.
    """
    if format not in FORMATS:
        raise ValidationError(_("There is no format “%(name)s”; there are csv, xlsx and jsonl.") % {"name": format})
    newest = Head.objects.values_list("number", flat=True).first() or 0
    rows = entries(asked, actor=actor).filter(number__lte=newest).order_by("number").values(*COLUMNS)
    details = {
        "format": format,
        "records": rows.count(),
        "question": {name: str(value) for name, value in vars(asked).items() if value},
    }
    note(Kind.EXPORTED, actor=actor, about=About(name=_("Audit log")), details=details)
    file = TemporaryFile()  # noqa: SIM115  (whoever asked for it closes it)
    try:
        write(map(told, rows.iterator(chunk_size=2_000)), file, format)
    except ValueError as problem:
        file.close()
        raise ValidationError(str(problem)) from None
    file.seek(0)
    return file


def write(found: Iterable[Told], file: IO[bytes], format: str) -> None:  # noqa: A002  (that is what it is called)
    if format == "jsonl":
        file.writelines(f"{text_of(entry)}\n".encode() for entry in found)
    elif format == "csv":
        text = io.TextIOWrapper(file, "utf-8", newline="")
        write_csv(text, COLUMNS, map(cells, found))
        text.detach()
    else:
        with TemporaryDirectory(prefix="bodega-audit-") as folder:
            path = Path(folder, "audit.xlsx")
            write_xlsx(path, COLUMNS, map(cells, found))
            with path.open("rb") as made:
                copyfileobj(made, file)


def cells(entry: Told) -> list[Json]:
    return [text_of(entry[name]) if name == "details" else entry[name] for name in COLUMNS]


def read(lines: Iterable[bytes]) -> Iterator[Told]:
    """The entries in a file of JSON Lines. Raises ValueError for what is none."""
    for number, line in enumerate(lines, start=1):
        entry = json.loads(line)
        if not isinstance(entry, dict) or entry.keys() != {*COLUMNS}:
            raise ValueError(f"line {number} is no entry of an audit log")
        yield entry
