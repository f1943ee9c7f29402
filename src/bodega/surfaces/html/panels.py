"""What apps bring to the page of a record: panels beside it, and what tells of it in the middle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel.actors import Actor
from bodega.kernel.record import RecordType
from bodega.lib.markup import format_html, format_html_join
from bodega.surfaces.html import components, shapes
from bodega.surfaces.html.components import Text
from bodega.surfaces.record import layouts


@dataclass(frozen=True)
class Visit:
    """Whose page is drawn and for whom; `before` says where an earlier part of the timeline begins."""

    type: RecordType
    record: Any
    actor: Actor
    before: str = ""
    token: str = ""
    q: str = ""
    """What is asked of one panel of it, and how that is sorted."""
    sort: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    """What is asked of its timeline."""

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


class Brought(NamedTuple):
    """A panel that an app brings: what a layout calls it, what people do, and where it stands without a layout."""

    name: str
    label: Text
    draw: Draw
    side: str


PANELS: dict[str, list[Brought]] = {}
BRIEFS: dict[str, list[Brief]] = {}
TELLERS: list[Teller] = []
TOLD = ("kind", "who", "said")
"""What a page may ask of its timeline: which sort of entries, whose, with which words."""
HEADS: list[Callable[[Visit], SafeString | None]] = []
"""What stands before the buttons in the head of every record's page: who follows it, who is looking."""
EVERY = "*"
"""Stands for the key of every type."""


def add(type_keys: str, draw: Draw, *, label: Text, side: str = layouts.END) -> None:
    """Bring a panel to the pages of these types. It is left out where `draw` has nothing to tell."""
    app = draw.__module__.split(".")[-2]
    for key in type_keys.split():
        PANELS.setdefault(key, []).append(Brought(f"{app}.{draw.__name__}", label, draw, side))


def add_brief(type_keys: str, brief: Brief) -> None:
    """Bring lines to the card “before you call”, which is there only where somebody has something to tell."""
    for key in type_keys.split():
        BRIEFS.setdefault(key, []).append(brief)


def brought_to(type_: RecordType) -> list[Brought]:
    brief = [Brought("brief", gettext_lazy("Before you call"), brief_for, layouts.MAIN)] if type_.key in BRIEFS else []
    return [*brief, *(one for key in (type_.key, EVERY) for one in PANELS.get(key, ()))]


def panels_for(visit: Visit, places: layouts.Places) -> list[shapes.Panel]:
    """What stands beside the middle, where the layout has it."""
    known = {one.name: one for one in brought_to(visit.type)}
    sides = {name: places.side(name, known[name].side) for name in places.order(known)}
    found = [(side, known[name].draw(visit)) for name, side in sides.items() if side in layouts.SIDES]
    return [replace(panel, side=side) for side, panel in found if panel]


def tabs_for(type_: RecordType, places: layouts.Places) -> dict[str, Brought]:
    """Those that the layout has as tabs of the middle; they are drawn when somebody turns to them."""
    return {one.name: one for one in brought_to(type_) if places.side(one.name, one.side) == layouts.TABS}


def tabbed(one: Brought, visit: Visit) -> shapes.Panel:
    nothing = format_html('<p class="rest">{}</p>', _("There is nothing yet."))
    return one.draw(visit) or shapes.Panel(title=str(one.label), html=nothing)


def told_of(visit: Visit) -> list[Told]:
    """What should be known before a call, the most pressing first."""
    return [one for brief in BRIEFS.get(visit.type.key, ()) for one in brief(visit)]


def brief_for(visit: Visit) -> shapes.Panel | None:
    told = told_of(visit)
    lines = format_html_join("", "<li><b>{}</b>{} <em>{}</em></li>", ((one.about, one.text, one.note) for one in told))
    html = format_html("<ul>{}</ul>", lines)
    return shapes.Panel(title=_("Before you call"), brief=True, html=html) if told else None


def timeline_for(visit: Visit) -> shapes.Timeline | None:
    return next((found for teller in TELLERS if (found := teller.timeline(visit))), None)


def compose_for(visit: Visit) -> shapes.Compose | None:
    return next((found for teller in TELLERS if (found := teller.compose(visit))), None)


def rows(lines: Iterable[SafeString]) -> SafeString:
    """The lines of a panel."""
    return format_html('<ul class="rows">{}</ul>', format_html_join("", "<li>{}</li>", ((line,) for line in lines)))
