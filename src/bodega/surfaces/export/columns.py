"""The columns of a table that people open in a spreadsheet: their headings, and the texts of their cells.

What is exported is read back to the same records: `id` and `version` name the record, and each field's own columns hold
what its kind parses. Beside a reference stands the name of what it points at, for people; no import reads that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from bodega.kernel.kinds import (
    AnyReference,
    Computed,
    Date,
    Integer,
    JsonData,
    Kind,
    Moment,
    Money,
    Place,
    Reference,
    References,
    Show,
    Tags,
    Text,
)
from bodega.kernel.kinds.dates import iso
from bodega.kernel.kinds.others import ADDRESS
from bodega.kernel.parts import Part
from bodega.surfaces.export.reading import Slice, Values

Texts = Sequence[str]
Names = Mapping[str, Mapping[int, str]]
Get = Callable[[Slice], Values]
TEXT, NUMBER, DAY = "text", "number", "day"


@dataclass(frozen=True)
class Column:
    """One column. `sort` says what its texts are, for files that tell numbers and days from text."""

    heading: str
    texts: Callable[[Slice], Texts]
    sort: str = TEXT


def columns_for(kinds: Sequence[Kind], lines: dict[str, int]) -> list[Column]:
    """The columns of these fields; of a list of lines, as many sets of columns as `lines` says for it."""
    found = [
        Column("id", lambda part: [str(pk) for pk in part.ids], NUMBER),
        Column("version", lambda part: [str(version) for version in part.versions], NUMBER),
    ]
    for kind in kinds:
        if isinstance(kind, Part):
            for at in range(lines[kind.name]):
                for inner in kind.kinds.values():
                    found += columns_of(inner, f"{kind.name}[{at + 1}].{inner.name}", in_line(kind.name, at, inner))
        else:
            found += columns_of(kind, kind.name, whole(kind))
    return found


def whole(kind: Kind) -> Get:
    return lambda part: part.values[kind.name]


def in_line(name: str, at: int, inner: Kind) -> Get:
    """A field of the line with this number; no value where a record has fewer lines."""
    return lambda part: [lines[at].get(inner.name) if at < len(lines) else None for lines in part.values[name]]


def columns_of(kind: Kind, heading: str, get: Get) -> list[Column]:
    if isinstance(kind, Computed):
        return columns_of(kind.shown, heading, get)
    if isinstance(kind, Reference):
        names = Column(f"{heading}.name", lambda part: names_of(kind, get(part), part.names))
        return [Column(heading, lambda part: ids_of(kind, get(part), part.names)), names]
    if isinstance(kind, Place) and "[" not in heading:
        return [place_column(heading, name, get) for name in ADDRESS]
    if isinstance(kind, Money):
        currency = Column(f"{heading}.currency", lambda part: [each.currency if each else "" for each in get(part)])
        return [Column(heading, lambda part: [amount(each) for each in get(part)], NUMBER), currency]
    sort = NUMBER if isinstance(kind, Integer) else DAY if is_day(kind) else TEXT
    return [Column(heading, lambda part: texts_of(kind, get(part), part.show), sort)]


def is_day(kind: Kind) -> bool:
    return isinstance(kind, Date) and not isinstance(kind, Moment)


def place_column(heading: str, name: str, get: Get) -> Column:
    def texts(part: Slice) -> Texts:
        held = [None if each is None else getattr(each, name) for each in get(part)]
        return ["" if value is None else str(value) for value in held]

    return Column(f"{heading}.{name}", texts, NUMBER if name in ("lat", "lon") else TEXT)


def amount(value: Any) -> str:
    """A number; with its currency where that is a foreign one, so that nobody adds up what cannot be added."""
    if value is None:
        return ""
    number = f"{value.decimal:f}"
    return number if value.currency == settings.BODEGA_CURRENCY else f"{number} {value.currency}"


def texts_of(kind: Kind, values: Values, show: Show) -> Texts:
    """`Kind.export` of each value; once for those that occur again and again."""
    if isinstance(kind, Text):
        return [value or "" for value in values]
    if isinstance(kind, Moment):
        return [iso(value) if value else "" for value in values]
    if isinstance(kind, Tags | JsonData | Place):
        return [kind.export(value, show=show) for value in values]
    known = {value: kind.export(value, show=show) for value in {*values}}
    return [known[value] for value in values]


def ids_of(kind: Reference, values: Values, names: Names) -> Texts:
    """`#12`, or nothing for a record that one may not see: so reading it back leaves the reference alone."""
    seen = names.get(kind.to, {})
    if isinstance(kind, References):
        return [", ".join(f"#{pk}" for pk in value or () if pk in seen) for value in values]
    if isinstance(kind, AnyReference):
        return ["" if name_of(value, names) is None else f"{value[0]}#{value[1]}" for value in values]
    return [f"#{pk}" if pk in seen else "" for pk in values]


def names_of(kind: Reference, values: Values, names: Names) -> Texts:
    """What the records are called; nothing for those that one may not see."""
    seen = names.get(kind.to, {})
    if isinstance(kind, References):
        return [", ".join(seen[pk] for pk in value or () if pk in seen) for value in values]
    if isinstance(kind, AnyReference):
        return [name_of(value, names) or "" for value in values]
    return [seen.get(pk, "") for pk in values]


def name_of(target: tuple[str, int] | None, names: Names) -> str | None:
    return names.get(target[0], {}).get(target[1]) if target else None
