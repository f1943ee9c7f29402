"""An export as the bytes of a file: CSV, an Excel workbook, JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bodega.kernel.kinds import AnyReference, Kind, Reference, References
from bodega.kernel.parts import Part
from bodega.kernel.raw import to_json_text
from bodega.lib.formulas import disarm_all
from bodega.lib.tables import write_xlsx
from bodega.surfaces.export.columns import DAY, NUMBER, TEXT, Column, Names, name_of
from bodega.surfaces.export.reading import Slice

BOM = "\ufeff"
QUOTED = ',"\r\n'
CHUNK = 256 * 1024
HIDDEN = 0


def as_csv(columns: Sequence[Column], parts: Iterable[Slice], *, bom: bool) -> Iterator[bytes]:
    """UTF-8, RFC 4180, with what a spreadsheet would run disarmed; Excel wants a mark before it to read it as UTF-8."""
    headings = ",".join(column.heading for column in columns)
    yield f"{BOM if bom else ''}{headings}\r\n".encode()
    for part in parts:
        cells = [cells_of(column, column.texts(part)) for column in columns]
        yield "\r\n".join([*map(",".join, zip(*cells, strict=True)), ""]).encode()


def cells_of(column: Column, texts: Sequence[str]) -> Sequence[str]:
    """The texts of a column as CSV has them; by one look at all of them, where none needs anything."""
    safe = disarm_all(texts) if column.sort == TEXT else texts
    together = "".join(safe)
    return [quoted(text) for text in safe] if any(mark in together for mark in QUOTED) else safe


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in QUOTED) else text


def as_json_lines(kinds: Sequence[Kind], parts: Iterable[Slice]) -> Iterator[bytes]:
    """One object a line, with the values as the API has them."""
    names = ["id", "version", *(kind.name for kind in kinds)]
    for part in parts:
        values = [json_values(kind, part.values[kind.name], part.names) for kind in kinds]
        rows = zip(map(str, part.ids), part.versions, *values, strict=True)
        yield "".join(f"{to_json_text(dict(zip(names, row, strict=True)))}\n" for row in rows).encode()


def json_values(kind: Kind, values: Sequence[Any], names: Names) -> Sequence[Any]:
    """What a record refers to that one may not see is 0, as in the API."""
    if isinstance(kind, Part):
        return [[json_line(kind.kinds, line, names) for line in lines] for lines in values]
    seen, known = values, names.get(getattr(kind, "to", ""), {})
    if isinstance(kind, References):
        seen = [[pk if pk in known else HIDDEN for pk in value or ()] for value in values]
    elif isinstance(kind, AnyReference):
        seen = [value if not value or name_of(value, names) is not None else (value[0], HIDDEN) for value in values]
    elif isinstance(kind, Reference):
        seen = [value if value is None or value in known else HIDDEN for value in values]
    return seen if kind.is_json else [kind.to_json(value) for value in seen]


def json_line(kinds: Mapping[str, Kind], line: Mapping[str, Any], names: Names) -> dict[str, Any]:
    return {name: json_values(kind, [line.get(name)], names)[0] for name, kind in kinds.items()}


def as_xlsx(columns: Sequence[Column], parts: Iterable[Slice]) -> Iterator[bytes]:
    """A workbook is complete before its first byte is known. Raises ValueError for what a sheet cannot hold."""
    with TemporaryDirectory(prefix="bodega-export-") as folder:
        path = Path(folder, "export.xlsx")
        rows = (row for part in parts for row in zip(*(typed(column, part) for column in columns), strict=True))
        write_xlsx(path, [column.heading for column in columns], rows)
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


def typed(column: Column, part: Slice) -> Sequence[object]:
    """The texts of a column as what a workbook tells apart."""
    if column.sort == DAY:
        return [date.fromisoformat(text) if text else None for text in column.texts(part)]
    if column.sort == NUMBER:
        return [number(text) for text in column.texts(part)]
    return column.texts(part)


def number(text: str) -> object:
    """An amount of foreign money is its text."""
    return Decimal(text) if text and " " not in text else text
