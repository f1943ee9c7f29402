"""How values look in lists, facts and cards: as their kind says, with a face before the name of somebody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bodega.kernel.kinds import AnyReference, Choice, Kind, Reference, References, Show
from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType
from bodega.kernel.scope import arranged
from bodega.surfaces.html.components import who

Draw = Callable[[Any], SafeString]
AGAIN = frozenset("reference user choice date yesno country".split())
"""The kinds whose values come again and again in a list."""


def drawing(kind: Kind, show: Show) -> Draw:
    """A function that draws the values of a kind; those that come again (owners, stages, days) are drawn once."""
    draw = partial(kind.cell, show=show)
    if isinstance(kind, Reference) and not isinstance(kind, AnyReference | References) and kind.target.face:
        draw = partial(faced, kind, kind.target, show=show)
    elif kind.word not in AGAIN:
        return draw
    drawn: dict[Any, SafeString] = {}

    def once(value: Any) -> SafeString:
        if value not in drawn:
            drawn[value] = draw(value)
        return drawn[value]

    return once


def faced(kind: Reference, target: RecordType, value: int | None, *, show: Show) -> SafeString:
    label = None if value is None else show.label(kind.to, value)
    if label is None or label.hidden:
        return kind.cell(value, show=show)
    return who(label.text, square=target.face == "square", href="" if target.admin else label.url)


def labels(type_: RecordType) -> Mapping[str, str]:
    """What the fields of a type are called, by name."""
    known = type_.fields()
    return arranged(
        ("labels", type_.key, type_.mask, get_language()),
        lambda: {name: str(kind.label or name) for name, kind in known.items()},
    )


def is_badge(kind: Kind) -> bool:
    """Whether its values are drawn as coloured words."""
    return isinstance(kind, Choice) or (isinstance(kind, Reference) and kind.to != "" and has_tone(kind.target))


def has_tone(type_: RecordType) -> bool:
    return "tone" in columns_of(type_.model)


def is_editable(kind: Kind) -> bool:
    """Whether a value may be changed where it stands: not those of which a list or a file is made."""
    return kind.entered and kind.word not in ("parts", "file", "json", "richtext", "references")


def why_fixed(kind: Kind, *, may_change: bool) -> str:
    """Why the values of a field cannot be changed where they stand; nothing where they can."""
    if not may_change:
        return _("Your role lets you look at these records, not change them.")
    if is_editable(kind):
        return ""
    if kind.locked:
        return _("Your role lets you read this field, not change it.")
    return _("Open the record to change this.") if kind.entered else _("The program keeps this; nobody enters it.")
