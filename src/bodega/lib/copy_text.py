"""Rows as lines of text, the same bytes whichever database they are from: what PostgreSQL's COPY reads and writes.

Cells are parted by tabs, `\\N` is no value, and a backslash stands for what would part cells or lines otherwise. JSON
is written as PostgreSQL writes its jsonb, a float with as few digits as tell it apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

Cell = str | None

ESCAPES = {"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
MEANT = {written: char for char, written in ESCAPES.items()}
ESCAPED = re.compile(r"\\.")
TABLE = str.maketrans(ESCAPES)
NOTHING = "\\N"

# While many rows are one text, these stand for what parts them. Text has them next to never; where it does, each cell
# is taken by itself.
_NULL, _BACKSLASH, _ROW, _CELL = "\x1c", "\x1d", "\x1e", "\x1f"


def pack(rows: Sequence[Sequence[Cell]]) -> bytes:
    """Lines of at least one row; all rows have the same number of cells, one or more."""
    text = _ROW.join([_CELL.join([_NULL if cell is None else cell for cell in row]) for row in rows])
    parts = (len(rows) - 1, len(rows) * (len(rows[0]) - 1), sum(row.count(None) for row in rows))
    if (text.count(_ROW), text.count(_CELL), text.count(_NULL)) != parts:
        return "".join([_line(row) for row in rows]).encode()
    for char, written in ESCAPES.items():
        text = text.replace(char, written)
    return (text.replace(_CELL, "\t").replace(_ROW, "\n").replace(_NULL, NOTHING) + "\n").encode()


def _line(row: Iterable[Cell]) -> str:
    return "\t".join([NOTHING if cell is None else cell.translate(TABLE) for cell in row]) + "\n"


def unpack(lines: bytes) -> list[list[Cell]]:
    """The rows of whole lines; the opposite of `pack`."""
    text = lines.decode()[:-1]
    if any(mark in text for mark in (_NULL, _BACKSLASH, _ROW, _CELL)):
        return [[_meant(cell) for cell in line.split("\t")] for line in text.split("\n")]
    text = text.replace("\\\\", _BACKSLASH).replace("\n", _ROW).replace("\t", _CELL).replace(NOTHING, _NULL)
    for written, char in MEANT.items():
        text = text.replace(written, char)
    text = text.replace(_BACKSLASH, "\\")
    return [[None if cell == _NULL else cell for cell in row.split(_CELL)] for row in text.split(_ROW)]


def _meant(cell: str) -> Cell:
    return None if cell == NOTHING else ESCAPED.sub(lambda found: MEANT[found[0]], cell)


class _Number(str):
    """A number of a JSON text as it stands there: exact."""

    __slots__ = ()


_decode = json.JSONDecoder(parse_float=_Number).decode


def normal_json(text: str) -> str:
    """The same data as jsonb writes it: keys by length, then by letters; numbers in full. Raises ValueError."""
    return _written(_decode(text))


def _written(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is dict:
        return "{" + ", ".join([f"{name}: {_written(value[key])}" for key, name in _in_order(tuple(value))]) + "}"
    if kind is list:
        return "[" + ", ".join([_written(one) for one in value]) + "]"
    if kind is int:
        return repr(value)
    return _in_full(value) if kind is _Number else "null" if value is None else "true" if value else "false"


@lru_cache(maxsize=10_000)
def _in_order(keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """The keys as jsonb puts them, each with how it is written; most objects have the keys of many others."""
    names = sorted((len(name), name, key) for key in keys for name in [key.encode()])
    return [(key, encode_basestring(key)) for _size, _name, key in names]


def _in_full(number: str) -> str:
    """Without an exponent; zero has no sign."""
    exact = Decimal(number)
    return f"{exact or abs(exact):f}"


def float_text(value: float) -> str:
    """As PostgreSQL writes a double precision below 10^15 (beyond, the two may differ in the last digit)."""
    return repr(value).removesuffix(".0")
