"""Tables in files: CSV and Excel read row by row with what is wrong in them, and written."""

from __future__ import annotations

import codecs
import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple, Self, TextIO

from django.utils.translation import gettext as _

from bodega.lib.csv_rows import BadRow, csv_rows
from bodega.lib.formulas import disarm, rearm
from bodega.lib.xlsx import Cell, open_sheet, open_workbook, sheet_rows

__all__ = ["BadRow", "Cell", "Row", "Table", "open_table", "sheets", "write_csv", "write_xlsx"]

Row = tuple[int, Sequence[Cell]]

# How images, documents, archives and programs begin, and no text does.
_NO_TABLES = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF-", b"{\\rtf", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!\x1a", b"\x7fELF",
)  # fmt: skip
_DELIMITERS = ",;\t|"
_SNIFFED = 64 * 1024
_EXCEL_ROWS, _EXCEL_COLUMNS, _EXCEL_TEXT, _EXCEL_DIGITS = 1_048_576, 16_384, 32_767, 15
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_EXCEL_FIRST = date(1900, 3, 1)


class Table:
    """A header and rows. Iterating starts at the top each time; memory doesn't grow with a CSV file.

    `columns` are unique and never blank; `notes` are sentences on how the file was understood;
    `height` is the last row of a sheet (0 for CSV, where nobody has counted).
    """

    def __init__(
        self,
        columns: list[str],
        rows: Callable[[], Iterator[Row | BadRow]],
        *,
        notes: list[str],
        start: int,
        height: int = 0,
    ) -> None:
        self.columns = columns
        self.notes = notes
        self.height = height
        self._rows = rows
        self._start = start

    def __iter__(self) -> Iterator[Row | BadRow]:
        """Each row as (number of its first line, values), or what is wrong with it; from line `start` on."""
        for item in self._rows():
            if (item.number if isinstance(item, BadRow) else item[0]) >= self._start:
                yield item

    def sample(self, count: int) -> list[Row | BadRow]:
        """The first rows, for a preview."""
        return list(islice(self, count))

    def close(self) -> None:
        """Let go of the file and of the sheet in memory; a closed table has no rows."""
        self._rows = lambda: iter(())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def open_table(
    path: Path, *, sheet: str | None = None, encoding: str | None = None, delimiter: str | None = None, start: int = 0
) -> Table:
    """The table in a CSV or .xlsx file, whichever it is by its content.

    `start` resumes: rows that begin before that line are passed over. Encoding and delimiter are
    found out where they aren't given. Raises ValueError with a sentence for the person where there
    is no table to read; what is wrong with single rows comes as `BadRow` while iterating.
    """
    with path.open("rb") as file:
        magic = file.read(8)
    if magic.startswith(b"PK\x03\x04"):
        return _excel_table(path, sheet=sheet, start=start)
    if magic.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValueError(_("This is an old or password-protected Excel file; save it as .xlsx without a password"))
    if magic.startswith(_NO_TABLES):
        raise ValueError(_("This is neither a CSV file nor a workbook, whatever it is called"))
    try:
        return _csv_table(path, encoding=encoding, delimiter=delimiter, start=start)
    except UnicodeError:
        raise ValueError(_("The file is not written in %(encoding)s") % {"encoding": encoding}) from None


def sheets(path: Path) -> list[str]:
    """The names of the sheets of an .xlsx file, in order; ValueError where it can't be read."""
    with open_workbook(path) as book:
        return book.sheet_names


def _csv_table(path: Path, *, encoding: str | None, delimiter: str | None, start: int) -> Table:
    known, errors = _encoding_of(path, encoding)
    note = _note_on_letters(path, known, errors=errors)
    mark = _checked_delimiter(delimiter) if delimiter else _likely_delimiter(path, encoding=known, errors=errors)

    def read() -> Iterator[Row | BadRow]:
        with path.open(encoding=known, errors=errors, newline="") as file:
            yield from csv_rows(file, delimiter=mark)

    header = next((item for item in read() if not isinstance(item, BadRow)), None)
    if header is None:
        raise ValueError(_("The file has no rows"))
    notes = [note] if note else []
    columns = _unique_columns([rearm(str(title)) for title in header[1]])
    return Table(columns, lambda: map(_rearmed, _below_header(read())), notes=notes, start=start)


def _rearmed(item: Row | BadRow) -> Row | BadRow:
    """What spreadsheets were kept from running, as it is meant."""
    if isinstance(item, BadRow):
        return item
    return item[0], [rearm(cell) if isinstance(cell, str) else cell for cell in item[1]]


def _checked_delimiter(given: str) -> str:
    if len(given) != 1 or given in '"\r\n\0':
        raise ValueError(_("“%(text)s” is not a delimiter; it is one character, such as ;") % {"text": given})
    return given


def _below_header(items: Iterator[Row | BadRow]) -> Iterator[Row | BadRow]:
    """All but the first good row, which is the header."""
    for item in items:
        if not isinstance(item, BadRow):
            break
        yield item
    yield from items


def _likely_delimiter(path: Path, *, encoding: str, errors: str) -> str:
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        text = file.read(_SNIFFED)
    if len(text) == _SNIFFED:
        text = text[: text.rfind("\n") + 1] or text
    return max(_DELIMITERS, key=lambda mark: _fit(text, mark))


def _excel_table(path: Path, *, sheet: str | None, start: int) -> Table:
    source = open_sheet(path, sheet)
    _number, titles = next(sheet_rows(source), (0, [""]))
    while titles and titles[-1] == "":
        titles.pop()
    if not titles:
        raise ValueError(_("The sheet has no rows"))

    def rows() -> Iterator[Row | BadRow]:
        for number, values in islice(sheet_rows(source), 1, None):
            yield _within(len(titles), number, values)

    return Table(_unique_columns(titles), rows, notes=[], start=start, height=source.total_height + 1)


def _within(width: int, number: int, values: list[Cell]) -> Row | BadRow:
    if not any(value != "" for value in values[width:]):
        return number, values[:width]
    raw = "\t".join(str(value) for value in values)
    return BadRow(number, _("The row has a cell to the right of the last heading"), raw)


def write_csv(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write UTF-8-ready CSV (RFC 4180), in which no text is a formula; `file` must be opened with newline=""."""
    csv.writer(file).writerows(map(_harmless, chain([columns], rows)))


def write_xlsx(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write one sheet in constant memory.

    Text is never taken for a formula or a link, also when somebody edits the cell. Numbers of more than 15 digits and
    days before March 1900, which Excel gets wrong, become text; moments are written in UTC, without a zone. ValueError
    for more than a sheet or a cell can hold.
    """
    import xlsxwriter  # late: takes 0.15 s, and most processes never write a workbook

    if len(columns) > _EXCEL_COLUMNS:
        raise ValueError(_("An Excel sheet holds %(columns)s columns; write CSV instead") % {"columns": _EXCEL_COLUMNS})
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        formats = _Formats(
            day=book.add_format({"num_format": "yyyy-mm-dd"}),
            moment=book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            quoted=book.add_format({"quote_prefix": True}),
        )
        for number, row in enumerate(chain([columns], rows)):
            if number >= _EXCEL_ROWS:
                raise ValueError(_("An Excel sheet holds %(rows)s rows; write CSV instead") % {"rows": _EXCEL_ROWS})
            for column, value in enumerate(row):
                _write_cell(sheet, number, column, _for_excel(value), formats)


class _Formats(NamedTuple):
    """How cells are shown; what is quoted stays text when somebody edits it."""

    day: Any
    moment: Any
    quoted: Any


def _write_cell(sheet: Any, row: int, column: int, value: object, formats: _Formats) -> None:
    """Write a value that Excel can hold."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats.moment if isinstance(value, datetime) else formats.day)
    else:
        text = str(value)
        if len(text) > _EXCEL_TEXT or _NO_XML.search(text):
            raise ValueError(
                _("A text has more than 32,767 characters, or one that Excel cannot hold; write CSV instead")
            )
        sheet.write_string(row, column, text, formats.quoted if disarm(text) != text else None)


def _for_excel(value: object) -> object:
    """The value as one of the types Excel keeps exactly, else its text."""
    if isinstance(value, Decimal):
        value = float(value) if len(value.as_tuple().digits) <= _EXCEL_DIGITS else str(value)
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return value if value.date() >= _EXCEL_FIRST else value.isoformat(" ")
    if isinstance(value, date):
        return value if value >= _EXCEL_FIRST else value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 10**_EXCEL_DIGITS else str(value)
    return value


def _harmless(row: Sequence[object]) -> list[object]:
    return [disarm(cell) if isinstance(cell, str) else cell for cell in row]


def _unique_columns(titles: Sequence[Cell]) -> list[str]:
    """The titles on one line, the blank ones numbered, the doubled ones counted.

    Not translated: a saved mapping names them and must not depend on the reader's language.
    """
    names: dict[str, None] = {}
    for number, title in enumerate(titles, start=1):
        plain = " ".join(str(title).split()) or f"Column {number}"
        name, times = plain, 1
        while name in names:
            times += 1
            name = f"{plain} ({times})"
        names[name] = None
    return list(names)


def _fit(text: str, delimiter: str) -> tuple[float, int]:
    """How well the text reads with the delimiter: the share of good rows, then the number of columns."""
    items = list(csv_rows(io.StringIO(text, newline=""), delimiter=delimiter))
    good = [item for item in items if not isinstance(item, BadRow)]
    width = len(good[0][1]) if good else 0
    return (len(good) / len(items), width) if width > 1 else (0.0, 0)


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows-1252", _windows_1252)


def _encoding_of(path: Path, given: str | None) -> tuple[str, str]:
    """The encoding to read the file by, and the name of what is done with bytes it doesn't explain."""
    if given is not None:
        try:
            io.TextIOWrapper(io.BytesIO(), encoding=given)
            bytes(range(256)).decode(given, "replace")
        except (LookupError, UnicodeError):
            raise ValueError(_("“%(name)s” is not an encoding; try utf-8 or windows-1252") % {"name": given}) from None
        return given, "replace"
    with path.open("rb") as file:
        magic = file.read(2)
    return ("utf-16", "replace") if magic in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else ("utf-8", "windows-1252")


def _note_on_letters(path: Path, encoding: str, *, errors: str) -> str | None:
    """Read the whole file once to say beforehand whether some bytes are not of the encoding, and where."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        try:
            while chunk := file.read(1024**2):
                decoder.decode(chunk)
                line += chunk.count(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            line += error.object[: error.start].count(b"\n")
        else:
            return None
    what = (
        _("Some letters, first in line %(line)s, are not UTF-8; they were read as Windows-1252")
        if errors == "windows-1252"
        else _("Some letters, first in line %(line)s, are not %(encoding)s; they were replaced by �")
    )
    return what % {"line": line, "encoding": encoding}
