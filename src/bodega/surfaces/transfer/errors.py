"""The file of lines that did not come in: as they stood, with what is wrong, to be mended and sent again."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TextIO

from django.utils.translation import gettext as _

from bodega.lib.formulas import rearm
from bodega.lib.tables import BadRow, Row, write_csv
from bodega.surfaces.transfer import runs
from bodega.surfaces.transfer.models import ImportRun

AT_ONCE = 2_000


def write_errors(run: ImportRun, file: TextIO) -> None:
    """CSV with the columns of the file and two more, which a further import leaves out; opened with newline=""."""
    write_csv(file, [*run.columns, *extra_columns(run.columns)], error_rows(run))


def extra_columns(columns: Sequence[str]) -> list[str]:
    """Headings for line and problem that the file does not have itself."""
    found = []
    for name in (_("Line"), _("Problem")):
        while name in columns:
            name += "*"
        found.append(name)
    return found


def error_rows(run: ImportRun) -> Iterator[Sequence[object]]:
    lines = runs.failed_lines(run)
    while some := [*islice(lines, AT_ONCE)]:
        told = runs.messages(run, [number_of(item) for item in some])
        for item in some:
            cells = loose_cells(item.raw, len(run.columns)) if isinstance(item, BadRow) else item[1]
            yield [*cells, number_of(item), told.get(number_of(item), "")]


def number_of(item: Row | BadRow) -> int:
    return item.number if isinstance(item, BadRow) else item[0]


def loose_cells(raw: str, width: int) -> list[str]:
    """A broken row cut into as many cells as there are columns; what is too much stays in the last one."""
    try:
        cells = [rearm(cell) for cell in next(csv.reader([raw.rstrip("\r\n")]), [])]
    except csv.Error:
        cells = [raw]
    last = width - 1
    return [*cells[:last], ",".join(cells[last:]), *[""] * (last - len(cells))][:width] if width else cells
