"""How well promises are kept, as a page and on everybody's first page; and the list of promises, which leads there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.html import conditional_escape as escaped
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.activity import measures
from bodega.apps.activity.measures import Score
from bodega.apps.activity.promising import PROMISE
from bodega.kernel import access, registry
from bodega.kernel.kinds import Show
from bodega.kernel.record import load_labels
from bodega.lib import clock
from bodega.lib.markup import format_html
from bodega.lib.numbers import format_decimal
from bodega.surfaces.home import today
from bodega.surfaces.home.today import Morning
from bodega.surfaces.html import shapes
from bodega.surfaces.html.asking import Asked
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.lists import ListPage
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.panels import rows
from bodega.surfaces.html.shapes import Act, Column, Empty, Link, Panel
from bodega.surfaces.html.sheets import Line, Table, TablesPage

HERE = "/promises/kept/"
STILL_OPEN = "status:open"
PERIODS = (30, 90, 365)
USUAL = 90


class PromisesPage(ListPage):
    """Whoever asks for nothing sees those that are to be kept; with an empty question, all of them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.GET and self.type_.knows("status", self.actor):
            request.GET = QueryDict(urlencode({"q": STILL_OPEN}))
        return super().get(request)

    def home_url(self, **given: Any) -> str:
        found = super().home_url(**given)
        return found if "?" in found else f"{found}?q="

    def shape(self, asked: Asked, found: Any) -> shapes.ListPage:
        page = super().shape(asked, found)
        return replace(page, more=[Act(label=_("How well we keep them"), url=HERE, icon="gauge"), *page.more])


class KeptPage(Page):
    """`?days=` says how far it looks back."""

    def get(self, request: HttpRequest) -> HttpResponse:
        type_ = registry.type_of(PROMISE)
        access.require(type_, self.actor, "view")
        if not measures.may_ask(actor=self.actor):
            raise PermissionDenied(_("Your role does not show you how promises stand."))
        days = whole(request.GET.get("days", "")) or USUAL
        return self.render("tables.html", self.page(days if days in PERIODS else USUAL))

    def page(self, days: int) -> TablesPage:
        end = clock.today(self.actor.zone)
        people = measures.by_person(end - timedelta(days=days), end, actor=self.actor)
        return TablesPage(
            title=_("Promises kept"),
            crumbs=[Link(label=str(registry.type_of(PROMISE).plural), url="/promises/")],
            tabs=[
                Link(label=_("%(n)s days") % {"n": one}, url=f"{HERE}?days={one}", current=one == days)
                for one in PERIODS
            ],
            intro=_(
                "What was promised for a day that has passed. A promise is kept if it was kept by the day that was "
                "promised first: one that was moved is measured by that day. Where the customer let us off, it does "
                "not count."
            ),
            tables=self.tables(people, end - timedelta(days=days), end) if any(one.all for one in people.values())
            else [nothing()],
        )  # fmt: skip

    def tables(self, people: dict[int | None, Score], start: date, end: date) -> list[Table]:
        teams = measures.by_team(people, actor=self.actor)
        named = [(("kernel.user", pk), score) for pk, score in people.items() if pk]
        found = [self.table(_("By person"), _("Person"), named, sum(people.values(), Score()))]
        if teams:
            found.append(
                self.table(_("By team"), _("Team"), [(("kernel.team", pk), score) for pk, score in teams.items()])
            )
        if registry.type_of(PROMISE).knows("about", self.actor):
            owed = measures.by_customer(start, end, actor=self.actor)
            found.append(self.table(_("Whom we owe most"), _("About"), [*owed.items()]))
        return found

    def table(
        self, title: str, head: str, scores: Sequence[tuple[tuple[str, int], Score]], total: Score | None = None
    ) -> Table:
        show = load_labels(Show(self.actor), (target for target, _score in scores))
        seen = [(show.label(*target), score) for target, score in scores]
        lines = [
            self.line(format_html('<a href="{}">{}</a>', label.url, label.text), score)
            for label, score in sorted(seen, key=lambda one: (one[1].share or 0, -one[1].all, one[0].text))
            if not label.hidden and score.all
        ]
        if total:
            lines.append(self.line(format_html("<b>{}</b>", _("All")), total))
        heads = [head, _("Kept"), _("On time"), _("Late"), _("Broken"), _("Overdue")]
        columns = [Column(name=str(at), label=head, number=at > 0) for at, head in enumerate(heads)]
        empty = Empty(title=_("Nobody is waiting for anything"), icon="handshake")
        return Table(title=title, columns=columns, lines=lines, empty=None if lines else empty)

    def line(self, name: SafeString, score: Score) -> Line:
        counts = [score.kept, score.late, score.broken, score.open]
        share = "–" if score.share is None else f"{score.share} %"
        cells = [escaped(format_decimal(count, self.actor.language) if count else "–") for count in counts]
        return Line(cells=[name, format_html("<b>{}</b>", share), *cells])


def nothing() -> Table:
    text = _("Write down what a customer was told, and for which day: in the box on their page, as a promise.")
    return Table(
        title=_("Promises kept"),
        columns=[],
        lines=[],
        empty=Empty(title=_("No promise came due yet"), text=text, icon="handshake"),
    )


# ---- on the first page -----------------------------------------------------------------------------------------------


def kept(morning: Morning) -> Panel | None:
    """How well I kept what I promised, and my team (one statement)."""
    actor = morning.actor
    if not access.may(registry.type_of(PROMISE), actor, "view") or not measures.may_ask(actor=actor):
        return None
    people = measures.by_person(morning.today - timedelta(days=USUAL), morning.today, actor=actor)
    team = sum((people.get(pk, Score()) for pk in actor.team), Score())
    mine = people.get(actor.user_id, Score())
    told = [(_("Me"), mine), (_("My team"), team)] if team.all > mine.all else [(_("Me"), mine)]
    lines = [standing(label, score) for label, score in told if score.all]
    if not lines:
        return None
    overdue = urlencode({"q": "owner:me status:open due_on<today"})
    acts = [Act(label=_("Overdue"), url=f"/promises/?{overdue}", icon="alarm-clock")] if mine.open else []
    more = Act(label=_("How well we keep them"), url=HERE, icon="arrow-right")
    note = _("%(n)s days") % {"n": USUAL}
    return Panel(title=_("Promises kept"), note=note, html=rows(lines), side="end", acts=[*acts, more])


def standing(label: str, score: Score) -> SafeString:
    told = _("%(kept)s of %(all)s") % {"kept": score.kept, "all": score.all}
    return format_html(
        '<span class="title">{} <span class="quiet">{}</span></span><span class="far number">{} %</span>',
        label,
        told,
        score.share,
    )


today.add(kept, gettext_lazy("Promises kept"))
