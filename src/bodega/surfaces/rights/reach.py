"""The page that says what somebody can see and do, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.kernel.actors import Actor, User, actor_of
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds import Show
from bodega.kernel.record import load_labels
from bodega.lib.markup import conditional_escape, format_html, format_html_join
from bodega.lib.numbers import format_decimal
from bodega.platform.administration import records
from bodega.platform.administration.reaching import Reached, reached
from bodega.platform.administration.reasons import ROLE, TEAM, TERRITORY, USER, everybody
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.shapes import Column, Link
from bodega.surfaces.html.sheets import Line, Table, TablesPage
from bodega.surfaces.rights.why import link, verb_words

MOST = 12
"""How many people, teams or territories are named in a row."""


class ReachPage(Page):
    """For administrators, and for everybody about themselves."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.actor.is_admin and self.actor.user_id != pk:
            raise PermissionDenied(_("Administrators can look at what others see; you can look at it for yourself."))
        user = records.user.rows(self.actor).filter(pk=pk).first()
        if user is None:
            raise Gone(_("There is no such record that you may see."))
        return self.render("tables.html", Reach(user, asked_by=self.actor).page())


class Reach:
    """The page about one person, for another one or themselves."""

    def __init__(self, user: User, *, asked_by: Actor) -> None:
        self.user, self.asked_by, self.actor = user, asked_by, actor_of(user)
        self.found = reached(everybody()[user.pk], actor=self.actor)

    def page(self) -> TablesPage:
        return TablesPage(
            title=_("What they can see and do"),
            crumbs=[
                Link(label=str(records.user.plural), url="/users/"),
                Link(label=self.user.name, url=f"/users/{self.user.pk}/"),
            ],
            intro=self.intro(),
            tables=[self.standing(), self.reach()],
        )

    def intro(self) -> str:
        told = [
            (_("They can no longer sign in."), not self.user.is_active),
            (_("As an administrator they see and may do everything."), self.user.is_admin),
            (_("Without a role they see only what administrators arrange."), not self.has_rights),
            (_("What is private is seen by its owner and by administrators alone."), bool(self.has_rights)),
        ]
        return " ".join(text for text, holds in told if holds)

    @property
    def has_rights(self) -> bool:
        return self.user.is_admin or bool(self.user.roles)

    @cached_property
    def show(self) -> Show:
        at, user = self.actor.standing, self.user
        people = {(USER, pk) for pk in (*at.reports, *([user.manager_id] if user.manager_id else []))}
        branches = {(TEAM, pk) for pk in at.teams_below} | {(TERRITORY, pk) for pk in at.territories}
        roles = {(ROLE, pk) for one in self.found for held in one.levels.values() for pk in held}
        return load_labels(Show(self.asked_by), people | branches | roles)

    # ---- where they stand --------------------------------------------------------------------------------------

    def standing(self) -> Table:
        at, user = self.actor.standing, self.user
        rows = [
            (_("Reports to"), USER, [user.manager_id] if user.manager_id else []),
            (_("Report to them"), USER, at.reports - {user.pk}),
            (_("Teams"), TEAM, at.teams),
            (_("Part of these"), TEAM, at.teams_below - at.teams),
            (_("Territories"), TERRITORY, user.territories or ()),
            (_("Part of these"), TERRITORY, at.territories - {*(user.territories or ())}),
        ]
        lines = [
            Line(cells=[conditional_escape(label), self.listed((key, pk) for pk in ids)])
            for label, key, ids in rows
            if ids
        ]
        nowhere = Line(cells=[conditional_escape(_("Nowhere")), conditional_escape(_("no team, no territory, nobody"))])
        return Table(title=_("Where they stand"), columns=heads(_("How"), _("Whom and what")), lines=lines or [nowhere])

    def listed(self, found: Iterable[tuple[str, int]]) -> SafeString:
        """The names, in order, the first of them; and how many more there are."""
        named = sorted(found, key=lambda about: self.show.label(*about).text)
        shown = format_html_join(", ", "{}", ((link(self.show, about),) for about in named[:MOST]))
        more = _("and %(n)s more") % {"n": len(named) - MOST}
        return format_html("{} {}", shown, more) if len(named) > MOST else shown

    # ---- how far their roles reach -----------------------------------------------------------------------------

    def reach(self) -> Table:
        words = verb_words()
        verbs = [*dict.fromkeys(one.verb for one in self.found)]
        lines = [
            Line(cells=[conditional_escape(str(type_.plural)), *(self.cell(one) for one in line)])
            for type_, line in groupby(self.found, key=lambda one: one.type)
        ]
        titles = [words[verb].capitalize() for verb in verbs]
        return Table(title=_("How far their roles reach"), columns=heads(_("Records"), *titles), lines=lines)

    def cell(self, one: Reached) -> SafeString:
        """How far, by which role; how many records that is, and a way to them."""
        if not one.allowed:
            return format_html('<span class="quiet">{}</span>', _("no"))
        names = level_words() if one.verb != "create" else {}
        lines = [
            (names.get(level, _("yes")), self.listed((ROLE, pk) for pk in held)) for level, held in one.levels.items()
        ]
        told = format_html_join("", '<p>{} <span class="quiet">({})</span></p>', lines)
        if self.user.is_admin:
            told = format_html("<p>{}</p>", _("all") if names else _("yes"))
        if one.exceptions:
            told += format_html("<p>{}</p>", _("with what is shared with them, and as rules say"))
        return format_html("{}{}", told, self.count(one) if names else "")

    def count(self, one: Reached) -> SafeString:
        number = format_decimal(one.many, self.asked_by.language) + ("+" if one.more else "")
        if one.question is None or not (one.many and self.asked_by.is_admin):
            return format_html("<p>{}</p>", number)
        asked = f"?{urlencode({'q': one.question})}" if one.question else ""
        return format_html('<p><a href="/{}/{}">{}</a></p>', one.type.slug, asked, number)


def heads(*labels: str) -> Sequence[Column]:
    return [Column(name=str(at), label=label) for at, label in enumerate(labels)]


def level_words() -> Mapping[str, str]:
    """What each level reaches, in a word or two."""
    return {
        "own": _("own"),
        "reports": _("own and of their reports"),
        "team": _("of their teams"),
        "below": _("of their teams and below"),
        "territory": _("of their territories"),
        "all": _("all"),
        "customer": _("own, and from outside what concerns them"),
    }
