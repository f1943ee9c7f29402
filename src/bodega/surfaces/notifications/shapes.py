"""What the page of notifications is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from bodega.surfaces.html.shapes import Empty, Page, Pager


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`note` names the page on which what is told of stands."""

    url: str
    sign: SafeString
    text: SafeString
    ago: str
    note: str = ""
    unread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationsPage(Page):
    lines: Sequence[Line] = ()
    pager: Pager = field(default_factory=Pager)
    empty: Empty | None = None
