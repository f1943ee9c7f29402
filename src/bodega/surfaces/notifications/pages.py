"""What a person was told: a page of it, going on to what it tells of, and of what one wants to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bodega.kernel import registry
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds import Kind, YesNo
from bodega.lib import clock, dates
from bodega.lib.markup import format_html
from bodega.platform.accounts import preferences
from bodega.platform.notifications import reading
from bodega.platform.notifications.models import (
    ASSIGNED,
    DEPUTISED,
    DUE,
    FINISHED,
    FOLLOWED,
    KINDS,
    MENTIONED,
    REMINDED,
    SOON,
)
from bodega.platform.notifications.reading import Told
from bodega.platform.notifications.telling import OFF, wants_not
from bodega.surfaces.html import components
from bodega.surfaces.html.forms import Form, whole
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.past import did
from bodega.surfaces.html.request import looking_of
from bodega.surfaces.html.shapes import Act, Empty, Link, Pager
from bodega.surfaces.html.sheets import FormPage
from bodega.surfaces.notifications.shapes import Line, NotificationsPage
from bodega.surfaces.office.sheet import Sheet

HOME = "/notifications/"
SIZE = 40
ICONS = {
    MENTIONED: "at-sign", ASSIGNED: "user-check", FOLLOWED: "bell", DUE: "alarm-clock", SOON: "handshake",
    REMINDED: "alarm-clock-check",
    DEPUTISED: "user-round-check", FINISHED: "circle-check",
}  # fmt: skip
SENTENCES = {
    MENTIONED: gettext_lazy("%(who)s mentioned you: %(what)s"),
    ASSIGNED: gettext_lazy("%(who)s gave you %(what)s"),
    FOLLOWED: gettext_lazy("%(who)s: %(what)s, %(did)s"),
    DUE: gettext_lazy("Due today: %(what)s"),
    SOON: gettext_lazy("Promised for the next working day: %(what)s"),
    REMINDED: gettext_lazy("You asked to be reminded: %(what)s"),
    DEPUTISED: gettext_lazy("For %(who)s, who is away: %(what)s"),
    FINISHED: gettext_lazy("Done in the background: %(what)s"),
}
VERBS = {
    "created": gettext_lazy("%(who)s added %(what)s"),
    "changed": gettext_lazy("%(who)s changed %(what)s"),
    "restored": gettext_lazy("%(who)s restored %(what)s"),
    "undone": gettext_lazy("%(who)s took back a change of %(what)s"),
}
"""What is said of something that one follows; for other verbs their own names are."""


class Notifications(Page):
    """The newest first; `unread` leaves out what was read, `before` turns the page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        only, before = bool(request.GET.get("unread")), whole(request.GET.get("before", "")) or 0
        found = [*islice(reading.told(actor=self.actor, before=before, unread=only, size=SIZE + 1), SIZE + 1)]
        more = f"{HOME}?before={found[SIZE - 1].row.pk}{'&unread=1' if only else ''}" if len(found) > SIZE else ""
        now = clock.now()
        page = NotificationsPage(
            title=_("Notifications"),
            tabs=[
                Link(label=_("All"), url=HOME, icon="bell", current=not only),
                Link(label=_("Unread"), url=f"{HOME}?unread=1", icon="bell-dot", current=only),
            ],
            acts=self.acts(found),
            lines=[line(one, ago=dates.ago(one.row.at, now=now, zone=self.actor.zone)) for one in found[:SIZE]],
            pager=Pager(next_url=more),
            empty=None if found else nothing(only=only),
        )
        return self.render("notifications.html", page)

    def acts(self, found: Sequence[Told]) -> list[Act]:
        acts = [Act(label=_("What I am told"), url="/me/notifications/", icon="settings-2", dialog=True)]
        if any(one.row.read_at is None for one in found):
            label = _("Mark all as read")
            acts.append(Act(label=label, url=f"{HOME}read/", icon="check-check", post=True, shortcut="r"))
        return acts


def nothing(*, only: bool) -> Empty:
    if only:
        return Empty(title=_("You have read everything"), icon="bell", acts=[Act(label=_("Show all"), url=HOME)])
    text = _("When somebody mentions you with @, gives you a record, or changes what you follow, it stands here.")
    return Empty(title=_("Nobody has told you anything yet"), text=text, icon="bell")


def line(one: Told, *, ago: str) -> Line:
    row = one.row
    return Line(
        url=f"{HOME}{row.pk}/",
        sign=components.face(row.by) if row.by_id else components.icon(ICONS.get(row.kind, "bell")),
        text=sentence(one),
        note=one.about.text if one.about else "",
        ago=ago,
        unread=row.read_at is None,
    )


def sentence(one: Told) -> SafeString:
    row = one.row
    what = format_html("<b>{}</b>", one.label.text)
    if row.many > 1:
        others = ngettext("and %(n)s more", "and %(n)s more", row.many - 1) % {"n": row.many - 1}
        what = format_html("{} {}", what, others)
    words = str((VERBS.get(row.verb) if row.kind == FOLLOWED else None) or SENTENCES[row.kind])
    for name in ("who", "what", "did"):
        words = words.replace(f"%({name})s", f"{{{name}}}")
    who = format_html("<b>{}</b>", row.by or _("The program"))
    return format_html(words, who=who, what=what, did=did(registry.type_of(row.type), row.verb) if row.type else "")


class Opened(Page):
    """On to what it tells of; from then on it is read, unless somebody only looks through these eyes."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = reading.one(pk, actor=self.actor)
        if found is None:
            raise Gone(_("It may not be there, or not be yours to see."))
        if looking_of(request) is None:
            reading.mark_read(pk=pk, actor=self.actor)
        return self.go(found.url or HOME)


class Read(Page):
    """All of them, as they stand."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        reading.mark_read(actor=self.actor)
        return self.go(HOME, _("All are marked as read."))


class Wanted(Sheet):
    """Each kind of notification, switched on or off."""

    def is_new(self) -> bool:
        return False

    def kinds(self) -> Sequence[Kind]:
        return [YesNo(name=kind, label=label) for kind, label in KINDS.items()]

    def values(self) -> Mapping[str, Any]:
        off = wants_not(self.request.user)
        return {kind: kind not in off for kind in KINDS}

    def sheet(self, form: Form) -> FormPage:
        intro = _("Tell me when:")
        return self.page(form, _("What I am told"), Link(label=_("Notifications"), url=HOME), intro=intro)

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        given = {**self.values(), **entered}
        preferences.keep(self.request.user, OFF, [kind for kind in KINDS if not given[kind]])
        return self.go(HOME, _("Saved"))
