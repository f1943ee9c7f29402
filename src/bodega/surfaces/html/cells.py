"""How values look in lists, facts and cards: as their kind says, with a face before the name of somebody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.safestring import SafeString

from bodega.kernel.kinds import AnyReference, Choice, Kind, Reference, References, Show
from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType
from bodega.surfaces.html.components import who

Draw = Callable[[Any], SafeString]


def drawing(kind: Kind, show: Show) -> Draw:
    """A function that draws the values of a kind; the same value is drawn once."""
    drawn: dict[Any, SafeString] = {}
    if not isinstance(kind, Reference) or isinstance(kind, AnyReference | References) or not kind.target.face:
        return lambda value: kind.cell(value, show=show)

    def named(value: Any) -> SafeString:
        if value not in drawn:
            drawn[value] = faced(kind, value, show)
        return drawn[value]

    return named


def faced(kind: Reference, value: int | None, show: Show) -> SafeString:
    if value is None or show.label(kind.to, value).hidden:
        return kind.cell(value, show=show)
    label = show.label(kind.to, value)
    return who(label.text, square=kind.target.face == "square", href="" if kind.target.admin else label.url)


def is_badge(kind: Kind) -> bool:
    """Whether its values are drawn as coloured words."""
    return isinstance(kind, Choice) or (isinstance(kind, Reference) and kind.to != "" and has_tone(kind.target))


def has_tone(type_: RecordType) -> bool:
    return "tone" in columns_of(type_.model)


def is_editable(kind: Kind) -> bool:
    """Whether a value may be changed where it stands: not those of which a list or a file is made."""
    return kind.editable and kind.writable and kind.word not in ("parts", "file", "json", "richtext", "references")
