"""What the cells of a list hold, as texts: for other programs to read, and to put the same value back."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from bodega.kernel.kinds import Choice, Computed, Kind, Money, Reference, Show
from bodega.lib.formulas import disarm


def pair(kind: Kind, value: Any, *, show: Show) -> tuple[str, str]:
    """The text that a spreadsheet gets, and does not run, and the one that `put` turns back into the same value."""
    kind = kind.shown if isinstance(kind, Computed) else kind
    return disarm(told(kind, value, show=show)), exact(kind, value, show=show)


def told(kind: Kind, value: Any, *, show: Show) -> str:
    """Names and words as people read them, numbers and days as programs do; a currency where it is a foreign one."""
    if isinstance(kind, Reference | Choice):
        return kind.text(value, show=show)
    if isinstance(kind, Money):
        text = kind.export(value, show=show)
        return text.removesuffix(f" {settings.BODEGA_CURRENCY}")
    return kind.export(value, show=show)


def exact(kind: Kind, value: Any, *, show: Show) -> str:
    """References by number, but for those that one may not see: not even their number is told."""
    hidden = isinstance(kind, Reference) and any(show.label(*target).hidden for target in kind.points_at(value))
    return kind.text(value, show=show) if hidden else kind.export(value, show=show)
