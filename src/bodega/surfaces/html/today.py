"""Today: where a person starts, made of the cards that apps bring; and what to do first in a new installation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.kernel import access, history, registry
from bodega.kernel.actors import Actor
from bodega.kernel.history import Recent
from bodega.lib import clock, dates
from bodega.surfaces.html.components import face, icon
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.past import said
from bodega.surfaces.html.shapes import Act, Empty, Panel
from bodega.surfaces.html.sheets import TodayPage
from bodega.surfaces.html.shell import may_import

Draw = Callable[[Actor], Panel | None]
CARDS: list[Draw] = []
MOST = 8


def add(draw: Draw) -> None:
    """Bring a card to everybody's first page. It is left out where `draw` has nothing to tell."""
    CARDS.append(draw)


class Today(Page):
    """A few cheap queries: what is due, what one was at, what the others did."""

    def get(self, request: HttpRequest) -> HttpResponse:
        cards = [card for draw in (*CARDS, mine, others) if (card := draw(self.actor))]
        page = TodayPage(
            title=_("Today"),
            greeting=_("Good day, %(name)s") % {"name": request.user.name.split()[0]},  # type: ignore[union-attr]
            day=date_format(clock.today(self.actor.zone), "l j F"),
            panels=cards,
            empty=None if cards else beginning(self.actor),
        )
        return self.render("today.html", page)


def beginning(actor: Actor) -> Empty:
    """Nothing has happened here yet."""
    acts = []
    if may_import(actor):
        acts.append(Act(label=_("Import a file"), url="/import/", icon="file-up", kind="primary"))
    acts += [
        Act(label=_("Add a %(type)s") % {"type": str(type_.label).lower()}, url=f"/{type_.slug}/new/", icon=type_.icon)
        for type_ in registry.every_type()
        if type_.listed and type_.timeline and type_.face and access.may(type_, actor, "create")
    ]
    if actor.is_admin:
        acts.append(Act(label=_("Invite a colleague"), url="/users/invite/", icon="user-plus"))
    text = _(
        "Bring your customers from a file, or add the first ones by hand. What is to be done today will stand here."
    )
    return Empty(title=_("A new memory, and nothing in it yet"), text=text, icon="store", acts=acts)


def mine(actor: Actor) -> Panel | None:
    """What I changed last, to go on with it."""
    found = history.recent(actor=actor, user_ids=[actor.user_id or 0], limit=MOST)
    return panel(_("You were at"), found, actor=actor) if found else None


def others(actor: Actor) -> Panel | None:
    """What my team has done, as far as I may see it."""
    team = [pk for pk in actor.team if pk != actor.user_id]
    found = history.recent(actor=actor, user_ids=team, limit=MOST) if team else []
    return panel(_("Your team"), found, actor=actor, named=True) if found else None


def panel(title: str, found: Sequence[Recent], *, actor: Actor, named: bool = False) -> Panel:
    lines = format_html_join("", "{}", ((line(one, actor, named=named),) for one in found))
    return Panel(title=title, html=format_html('<ul class="rows">{}</ul>', lines))


def line(one: Recent, actor: Actor, *, named: bool) -> SafeString:
    ago = dates.ago(one.at, now=clock.now(), zone=actor.zone)
    words = said(one.type, one.verb)[0].removeprefix(": ")
    mark = face(one.actor) if named else icon(one.type.icon)
    return format_html(
        '<li>{}<a href="{}">{}</a><span class="far quiet">{}, {}</span></li>',
        mark,
        one.label.url,
        one.label.text,
        words,
        ago,
    )
