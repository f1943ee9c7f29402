"""Today: where a person starts, made of the cards that apps bring; and what to do first in a new installation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel import access, registry
from bodega.kernel.actors import Actor
from bodega.lib import clock, dates
from bodega.lib.markup import format_html
from bodega.lib.text import amid
from bodega.platform import lately
from bodega.platform.lately import Recent
from bodega.surfaces.html import components
from bodega.surfaces.html.components import Text, face, icon
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.panels import rows
from bodega.surfaces.html.past import did
from bodega.surfaces.html.shapes import Act, Empty, Panel
from bodega.surfaces.html.sheets import TodayPage
from bodega.surfaces.html.shell import may_import

MOST, TEAMS = 8, 3


@dataclass(frozen=True)
class Morning:
    """For whom a card is drawn."""

    actor: Actor
    token: str
    likes: Mapping[str, Any]
    """What the person has arranged (`platform/accounts/preferences`)."""

    @property
    def today(self) -> date:
        return clock.today(self.actor.zone)

    def act(self, it: Act) -> SafeString:
        """A button within a card."""
        return components.act(it, bare=True, only_icon=True, token=self.token)


Draw = Callable[[Morning], Panel | None]


@dataclass(frozen=True)
class Card:
    """`label` is what it is called where somebody arranges their page; without one it stands first and stays there."""

    draw: Draw
    label: Text = ""

    @property
    def key(self) -> str:
        """As people's preferences hold it, like the names of panels: which file it stands in is nothing to them."""
        return f"{self.draw.__module__.split('.')[-2]}.{self.draw.__name__}"


CARDS: list[Card] = []
VIEW = "view:"
"""So begins the key of a card that shows a saved view; its number follows."""
OF_VIEW: dict[str, Callable[[int, Morning], Panel | None]] = {}
LIKED = "home"
"""Under this name a person's preferences hold the keys of the cards they want to see, in their order."""


def add(draw: Draw, label: Text = "") -> None:
    """Bring a card to everybody's first page. It is left out where `draw` has nothing to tell."""
    CARDS.append(Card(draw, label))


def liked(likes: Mapping[str, Any]) -> list[str]:
    """The keys of the cards that somebody sees: all there are, until they have said otherwise."""
    found: list[str] = likes.get(LIKED) or [card.key for card in CARDS if card.label]
    return found


def drawn(morning: Morning) -> list[Panel]:
    known = {card.key: card for card in CARDS}
    fixed = [card.draw(morning) for card in CARDS if not card.label]
    chosen = [draw_one(key, known.get(key), morning) for key in liked(morning.likes)]
    return [panel for panel in (*fixed, *chosen) if panel]


def draw_one(key: str, card: Card | None, morning: Morning) -> Panel | None:
    if card is not None:
        return card.draw(morning)
    number = key.removeprefix(VIEW)
    return OF_VIEW[VIEW](int(number), morning) if key.startswith(VIEW) and number.isdecimal() else None


class Today(Page):
    """A few cheap queries: what is due, what one was at, what the others did."""

    def get(self, request: HttpRequest) -> HttpResponse:
        morning = Morning(self.actor, get_token(request), self.request.user.preferences)
        cards = drawn(morning)
        page = TodayPage(
            title=_("Today"),
            greeting=_("Good day, %(name)s") % {"name": request.user.name.split()[0]},  # type: ignore[union-attr]
            day=dates.whole_day(clock.today(self.actor.zone)),
            panels=cards,
            acts=[Act(label=_("Arrange this page"), url="/home/", icon="layout-dashboard", kind="bare")],
            empty=None if cards else beginning(actor=self.actor),
        )
        return self.render("today.html", page)


def beginning(*, actor: Actor) -> Empty:
    """Nothing has happened here yet."""
    acts = []
    if may_import(actor=actor):
        acts.append(Act(label=_("Import a file"), url="/import/", icon="file-up", kind="primary"))
    acts += [
        Act(label=_("Add a %(type)s") % {"type": amid(type_.label)}, url=f"/{type_.slug}/new/", icon=type_.icon)
        for type_ in registry.every_type()
        if type_.listed and type_.timeline and type_.face and access.may(type_, actor, "create")
    ]
    if actor.is_admin:
        acts.append(Act(label=_("Invite a colleague"), url="/users/invite/", icon="user-plus"))
    text = _(
        "Bring your customers from a file, or add the first ones by hand. What is to be done today will stand here."
    )
    return Empty(title=_("A new memory, and nothing in it yet"), text=text, icon="store", acts=acts)


def mine(morning: Morning) -> Panel | None:
    """What I changed last, to go on with it."""
    actor = morning.actor
    found = lately.recent(actor=actor, user_ids=[actor.user_id or 0], limit=MOST)
    return panel(_("You were at"), found, actor=actor) if found else None


def others(morning: Morning) -> Panel | None:
    """What my team has done, as far as I may see it."""
    actor = morning.actor
    team = [pk for pk in actor.team if pk != actor.user_id]
    found = lately.recent(actor=actor, user_ids=team, limit=MOST) if team else []
    return replace(panel(_("Your team"), found, actor=actor, named=True), acts=to_teams(actor=actor)) if found else None


def to_teams(*, actor: Actor) -> list[Act]:
    """The way to the pages of one's teams."""
    teams = registry.type_of("kernel.team").labels(actor.standing.teams, actor).values()
    named = sorted(teams, key=lambda one: one.text)[:TEAMS]
    return [Act(label=one.text, url=one.url, kind="bare small") for one in named]


def panel(title: str, found: Sequence[Recent], *, actor: Actor, named: bool = False) -> Panel:
    lines = [line(one, actor=actor, named=named) for one in found]
    return Panel(title=title, html=rows(lines), side="end")


def line(one: Recent, *, actor: Actor, named: bool) -> SafeString:
    ago = dates.ago(one.at, now=clock.now(), zone=actor.zone)
    mark = face(one.actor) if named else icon(one.type.icon)
    return format_html(
        '{}<a href="{}">{}</a><span class="far quiet">{}, {}</span>',
        mark,
        one.label.url,
        one.label.text,
        did(one.type, one.verb),
        ago,
    )


add(mine, gettext_lazy("You were at"))
add(others, gettext_lazy("Your team"))
