"""What apps bring to the page of a record: panels beside it, and what tells of it in the middle."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.kernel.actors import Actor
from bodega.kernel.record import RecordType
from bodega.lib.markup import format_html, format_html_join
from bodega.surfaces.html import components, shapes


@dataclass(frozen=True)
class Visit:
    """Whose page is drawn and for whom; `before` says where an earlier part of the timeline begins."""

    type: RecordType
    record: Any
    actor: Actor
    before: str = ""
    token: str = ""

    @property
    def url(self) -> str:
        return self.type.url(self.record.pk)

    @property
    def name(self) -> str:
        """As a reference to a record of any type writes it."""
        return f"{self.type.key}#{self.record.pk}"

    def act(self, it: shapes.Act) -> SafeString:
        """A button within a panel."""
        return components.act(it, only_icon=True, token=self.token)


@dataclass(frozen=True)
class Told:
    """One thing to know before calling: what it is about, what is so, and whence or until when."""

    about: str
    text: SafeString
    note: str = ""


Draw = Callable[[Visit], shapes.Panel | None]
Brief = Callable[[Visit], Iterable[Told]]


@dataclass(frozen=True)
class Teller:
    """Who tells in the middle of a page what happened, and offers to write more down."""

    timeline: Callable[[Visit], shapes.Timeline | None]
    compose: Callable[[Visit], shapes.Compose | None]


PANELS: dict[str, list[Draw]] = {}
BRIEFS: dict[str, list[Brief]] = {}
TELLERS: list[Teller] = []
HEADS: list[Callable[[Visit], SafeString | None]] = []
"""What stands before the buttons in the head of every record's page: who follows it, who is looking."""
EVERY = "*"
"""Stands for the key of every type."""


def add(type_keys: str, draw: Draw) -> None:
    """Bring a panel to the pages of these types. It is left out where `draw` has nothing to tell."""
    for key in type_keys.split():
        PANELS.setdefault(key, []).append(draw)


def add_brief(type_keys: str, brief: Brief) -> None:
    """Bring lines to the card “before you call”, which is there only where somebody has something to tell."""
    for key in type_keys.split():
        BRIEFS.setdefault(key, []).append(brief)


def panels_for(visit: Visit) -> list[shapes.Panel]:
    found = [
        brief_for(visit),
        *(draw(visit) for key in (visit.type.key, EVERY) for draw in PANELS.get(key, ())),
    ]
    return [panel for panel in found if panel]


def brief_for(visit: Visit) -> shapes.Panel | None:
    told = [one for brief in BRIEFS.get(visit.type.key, ()) for one in brief(visit)]
    lines = format_html_join("", "<li><b>{}</b>{} <em>{}</em></li>", ((one.about, one.text, one.note) for one in told))
    html = format_html("<ul>{}</ul>", lines)
    return shapes.Panel(title=_("Before you call"), side="main", brief=True, html=html) if told else None


def timeline_for(visit: Visit) -> shapes.Timeline | None:
    return next((found for teller in TELLERS if (found := teller.timeline(visit))), None)


def compose_for(visit: Visit) -> shapes.Compose | None:
    return next((found for teller in TELLERS if (found := teller.compose(visit))), None)


def rows(lines: Iterable[SafeString]) -> SafeString:
    """The lines of a panel."""
    return format_html('<ul class="rows">{}</ul>', format_html_join("", "<li>{}</li>", ((line,) for line in lines)))
