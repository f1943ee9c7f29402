"""Following a record from its page, and who else does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.lib.markup import format_html, format_html_join
from bodega.platform.notifications import following
from bodega.surfaces.html import components, panels
from bodega.surfaces.html.pages import TypePage
from bodega.surfaces.html.panels import Visit
from bodega.surfaces.html.shapes import Act

SHOWN = 4
"""Faces beside the button; of more it says how many."""


class Follow(TypePage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        following.follow(self.type_, pk, actor=self.actor)
        back = self.url(pk, "unfollow", next=self.next_url(self.url(pk)))
        return self.go(self.next_url(self.url(pk)), _("You are told of what changes here."), undo=back)


class Unfollow(TypePage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        following.unfollow(self.type_, pk, actor=self.actor)
        return self.go(self.next_url(self.url(pk)), _("You are not told of this any more."))


def head(visit: Visit) -> SafeString | None:
    """Who follows the record, and the button to do so."""
    if visit.actor.user_id is None or not visit.record or visit.record.deleted_at:
        return None
    people = following.followers(visit.type, visit.record)
    mine = any(user.pk == visit.actor.user_id for user in people)
    label, icon, word = (_("Following"), "bell-ring", "unfollow") if mine else (_("Follow"), "bell", "follow")
    button = Act(label=label, url=f"{visit.url}{word}/", icon=icon, kind="bare", post=True)
    return format_html("{}{}", faces([user.name for user in people]), components.act(button, token=visit.token))


def faces(names: list[str]) -> SafeString:
    """Signs of people that overlap, with their names for whoever points at them or listens."""
    if not names:
        return components.NOTHING
    told = _("Followed by %(names)s") % {"names": ", ".join(names)}
    more = format_html('<span class="quiet">+{}</span>', len(names) - SHOWN) if len(names) > SHOWN else ""
    signs = format_html_join("", "{}", ((components.face(name),) for name in names[:SHOWN]))
    return format_html('<span class="faces" title="{}" role="img" aria-label="{}">{}{}</span>', told, told, signs, more)


panels.HEADS.append(head)
