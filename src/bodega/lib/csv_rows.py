"""Reading CSV so that a broken row costs only itself, in memory that doesn't grow with the file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from django.utils.translation import gettext as _

ROW_LIMIT = 10 * 1024 * 1024
_LINES_LIMIT = 100_000
_RAW_SHOWN = 100_000

# Python's csv module has one limit per process, for a cell; ours is for a row and comes first.
csv.field_size_limit(2 * ROW_LIMIT)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that can't be used, with the reason for the person who has to mend it.

    `number` is the line it starts in, `raw` its text as it stands in the file (cut when huge).
    """

    number: int
    problem: str
    raw: str


def csv_rows(file: TextIO, *, delimiter: str) -> Iterator[tuple[int, list[str]] | BadRow]:
    """Each row with the number of its first line; the first good one, the header, sets how many cells a row has.

    Rows without content are left out. A row is bad if it has more or fewer cells than the header, a
    NUL character, a quote that isn't closed or not followed by a delimiter, or ROW_LIMIT characters.
    The lines that an unclosed quote would have swallowed are read again one by one, so that each
    line is read at most three times, whatever the file.
    """
    lines = _Lines(file)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width = 0
    while True:
        lines.begin()
        try:
            values = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLongError) as error:
            yield BadRow(lines.first, _reason(error, lines=len(lines.taken)), lines.taken[0][:_RAW_SHOWN])
            for number, line in lines.take_again():
                yield from _alone(number, line, delimiter=delimiter, width=width)
            continue
        for row in _checked(lines.first, values, lines=lines.taken, width=width):
            width = width or (len(values) if isinstance(row, tuple) else 0)
            yield row


class _TooLongError(Exception):
    """The row has ROW_LIMIT characters or _LINES_LIMIT lines and does not end."""


class _Lines:
    """The lines of a file for a csv reader, remembering those of the row being read."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._waiting = ""
        self._size = 0
        self.first = 1
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._waiting or self._read()
        self._waiting = ""
        if not line:
            raise StopIteration
        if self.first == 1 and not self.taken:
            line = line.removeprefix("\ufeff")
        self.taken.append(line)
        self._size += len(line)
        if self._size >= ROW_LIMIT or len(self.taken) >= _LINES_LIMIT:
            raise _TooLongError
        return line

    def begin(self) -> None:
        """The lines taken so far have been dealt with; a new row starts."""
        self.first += len(self.taken)
        self.taken = []
        self._size = 0

    def take_again(self) -> Iterator[tuple[int, str]]:
        """After a failure, the numbered lines between the first and the last one taken; the last will come again."""
        if len(self.taken) > 1:
            self._waiting = self.taken.pop()
        return enumerate(self.taken[1:], start=self.first + 1)

    def _read(self) -> str:
        """The next line; of one that is too long the beginning, the rest is passed over."""
        line = rest = self._file.readline(ROW_LIMIT)
        while len(rest) == ROW_LIMIT and not rest.endswith(("\n", "\r")):
            rest = self._file.readline(ROW_LIMIT)
        return line


def _alone(number: int, line: str, *, delimiter: str, width: int) -> Iterator[tuple[int, list[str]] | BadRow]:
    """The line as a row of its own; nothing for a blank one."""
    try:
        values = next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        yield BadRow(number, _reason(error, lines=1), line[:_RAW_SHOWN])
    else:
        yield from _checked(number, values, lines=[line], width=width)


def _checked(
    number: int, values: list[str], *, lines: list[str], width: int
) -> Iterator[tuple[int, list[str]] | BadRow]:
    """The row if it is as wide as the header (`width`, 0 before there is one), else why not; nothing if it is blank."""
    if not any(values):
        return
    if any("\0" in line for line in lines):
        yield BadRow(number, _("The row has a NUL character, which text never has"), "".join(lines)[:_RAW_SHOWN])
    elif not width or len(values) == width:
        yield number, values
    elif len(values) > width and not any(values[width:]):
        yield number, values[:width]
    else:
        yield BadRow(number, _wrong_width(len(values), width), "".join(lines)[:_RAW_SHOWN])


def _wrong_width(cells: int, width: int) -> str:
    return _("The row has %(cells)s cells, the header has %(width)s") % {"cells": cells, "width": width}


def _reason(error: Exception, *, lines: int) -> str:
    if isinstance(error, _TooLongError) and lines == 1:
        return _("The row has more than 10 million characters")
    if lines == 1 and "expected after" in str(error):
        return _("There is text between a closing quote and the next delimiter")
    return _("A quote is opened in this row and not closed")
