"""Which columns a list shows: in which order, how wide, and how many of them stay in sight."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from django.utils.translation import gettext_lazy

from bodega.kernel.kinds import Kind
from bodega.surfaces.html.cells import is_badge

NARROWEST, WIDEST = 60, 900
"""Pixels."""
MOST_FROZEN = 4
FROZEN = tuple((str(number), str(number + 1)) for number in range(MOST_FROZEN + 1))
"""How many columns may stay in sight, the title among them."""
DENSITIES = (("", gettext_lazy("comfortable")), ("compact", gettext_lazy("compact")))


@dataclass(frozen=True)
class Layout:
    """As people keep it: `account amount:140 | stage`. A width is in pixels. What stands before the stroke stays in
    sight when the rest is scrolled sideways; the title does always, comes first, and is named for its width alone."""

    title: str
    names: tuple[str, ...] = ()
    widths: Mapping[str, int] = field(default_factory=dict)
    frozen: int = 0

    @classmethod
    def read(cls, text: str, known: Collection[str], *, title: str) -> Self:
        """What of a layout there is; a field that is gone, or hidden, is left out."""
        names: dict[str, None] = {}
        widths, frozen = {}, 0
        for word in text.split():
            name, _colon, width = word.partition(":")
            if word == "|":
                frozen = len(names)
            elif name in known:
                names |= {} if name == title else {name: None}
                if width.isascii() and width.isdigit() and len(width) < 5:
                    widths[name] = min(max(int(width), NARROWEST), WIDEST)
        return cls(title, tuple(names), widths, min(frozen, MOST_FROZEN))

    def __str__(self) -> str:
        first, *words = map(self.word, (self.title, *self.names))
        words[self.frozen : self.frozen] = ["|"] if self.frozen else []
        return " ".join([*([first] if self.title in self.widths else []), *words])

    def word(self, name: str) -> str:
        return f"{name}:{self.widths[name]}" if name in self.widths else name

    def of(self, names: Collection[str], *, frozen: int) -> Self:
        """The same with other columns."""
        return replace(self, names=tuple(names), frozen=min(max(frozen, 0), MOST_FROZEN, len(names)))


def names_in(text: str) -> list[str]:
    """The fields that a layout names, whether or not they are there."""
    return [word.partition(":")[0] for word in text.split() if word != "|"]


def places_of(kinds: Sequence[Kind]) -> dict[str, str]:
    """Where a narrow page puts columns: the title, one coloured word, one more text, one number."""
    rest = kinds[1:]
    badge = next((kind.name for kind in rest if is_badge(kind)), "")
    line = next((kind.name for kind in rest if kind.name != badge and kind.align != "num"), "")
    number = next((kind.name for kind in rest if kind.align == "num"), "")
    return {kinds[0].name: "title", badge: "badge", line: "line", number: "line"}
