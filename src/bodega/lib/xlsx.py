"""Reading Excel workbooks, after making sure that a small file can't fill the memory."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

Cell = str | int | float | bool | date | datetime

_MOST_UNPACKED = 1024**3
_MOST_RATIO, _RATIO_FROM = 100, 10 * 1024**2
_MOST_ENTRIES = 10_000
# The reader makes room for every cell of the rectangle that is used, 32 bytes each: one stray cell
# in the last corner of a sheet would ask for 512 GB and end the process.
_MOST_CELLS = 32 * 1024**2
# What a damaged file makes its readers raise; OSError where it sends them to a place before its start.
_UNREADABLE = (
    CalamineError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
    UnicodeDecodeError, IndexError,
)  # fmt: skip
# The row numbers and column letters in the references to cells: all of them, or in a quarter of the
# time those beyond row 99,999 or column Z, which is enough to clear most sheets.
_ALL = re.compile(rb"""r=["'][A-Z]{1,3}(\d{1,7})["']"""), re.compile(rb"""r=["']([A-Z]{1,3})\d{1,7}["']""")
_FAR = re.compile(rb"""r=["'][A-Z]{1,3}(\d{6,7})["']"""), re.compile(rb"""r=["']([A-Z]{2,3})\d{1,7}["']""")
_NEAR = (99_999, 26)

# In any encoding of XML, once the zeros of UTF-16 are out. Cells can't have it: there < is written &lt;.
_DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def open_workbook(path: Path) -> CalamineWorkbook:
    """The workbook, checked; ValueError with a sentence for the person where it can't be read."""
    size = path.stat().st_size
    with _readable():
        with zipfile.ZipFile(path) as archive:
            _check_content(archive, packed=size)
            _check_reach(archive)
        return CalamineWorkbook.from_path(path)


def open_sheet(path: Path, name: str | None) -> CalamineSheet:
    """The sheet of that name, or the first one; ValueError with a sentence where there is none."""
    with open_workbook(path) as book:
        names = book.sheet_names
        if name is not None and name not in names:
            raise ValueError(
                _("There is no sheet “%(sheet)s” in the file; there are: %(names)s")
                % {"sheet": name, "names": ", ".join(names)}
            )
        with _readable():
            return book.get_sheet_by_name(name) if name is not None else book.get_sheet_by_index(0)


def sheet_rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[Cell]]]:
    """Each row that has content with its number in the sheet, its values as wide as the sheet."""
    for number, row in enumerate(sheet.iter_rows(), start=1):
        values = [_cell(value) for value in row]
        if any(value != "" for value in values):
            yield number, values


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except _UNREADABLE:
        raise ValueError(_("This is not a readable .xlsx file; open it in a spreadsheet and save it again")) from None


def _cell(value: object) -> Cell:
    """As the kinds take it: whole floats as int, times and lengths of time as text."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value if isinstance(value, (str, bool, int, float, date)) else str(value)


def _check_content(archive: zipfile.ZipFile, *, packed: int) -> None:
    """Unpack everything, keeping nothing: the sizes in a ZIP's directory may lie, and then its checksums don't fit."""
    if len(archive.infolist()) > _MOST_ENTRIES:
        raise ValueError(_("The file has more parts than a spreadsheet would"))
    unpacked = 0
    for entry in archive.infolist():
        tail = b""
        for chunk in _chunks(archive, entry):
            unpacked += len(chunk)
            if unpacked > _MOST_UNPACKED or (unpacked > _RATIO_FROM and unpacked / packed > _MOST_RATIO):
                raise ValueError(_("The file unpacks to far more than its size; it is refused"))
            _check_part(entry.filename, tail + chunk, is_first=not tail)
            tail = chunk[-20:]


def _check_part(name: str, seen: bytes, *, is_first: bool) -> None:
    """No archive in the archive, and no XML that says what its own words mean: neither is needed for a table."""
    if is_first and seen.startswith(b"PK\x03\x04"):
        raise ValueError(_("There is another file packed into the workbook; save it without what is embedded"))
    if name.lower().endswith((".xml", ".rels", ".vml")) and _DECLARES.search(seen.replace(b"\0", b"")):
        raise ValueError(_("The workbook declares entities, which spreadsheets never do; it is refused"))


def _check_reach(archive: zipfile.ZipFile) -> None:
    for entry in archive.infolist():
        row, column = _reach(archive, entry, _FAR, nearest=_NEAR)
        if row * column > _MOST_CELLS:
            row, column = _reach(archive, entry, _ALL, nearest=(1, 1))
        if row * column > _MOST_CELLS:
            raise ValueError(
                _("The sheet reaches to row %(row)s and column %(column)s; clear what is far out, or save it as CSV")
                % {"row": row, "column": column}
            )


def _reach(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    patterns: tuple[re.Pattern[bytes], re.Pattern[bytes]],
    *,
    nearest: tuple[int, int],
) -> tuple[int, int]:
    """The last row and the last column that a sheet's XML refers to, as far as the patterns find them."""
    (rows, columns), (row, column), tail = patterns, nearest, b""
    for chunk in _chunks(archive, entry):
        seen = tail + chunk
        row = max(row, max(map(int, rows.findall(seen)), default=0))
        column = max(column, max(map(_column, set(columns.findall(seen))), default=0))
        tail = chunk[-16:]
    return row, column


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as part:
        while chunk := part.read(1024**2):
            yield chunk


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
