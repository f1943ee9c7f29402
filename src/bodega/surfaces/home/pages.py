"""Where somebody arranges their first page: what stands on it, in which order, and what else there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.platform.accounts import preferences
from bodega.surfaces.home import today
from bodega.surfaces.home.today import LIKED, VIEW, liked
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.shapes import Act, Link
from bodega.surfaces.html.shapes import Page as Shape
from bodega.surfaces.views import saved

HOME = "/home/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranging(Shape):
    """Keys and names of the cards that are shown, and of those that may be added."""

    shown: Sequence[tuple[str, str]] = ()
    others: Sequence[tuple[str, str]] = ()


class Home(Page):
    """`keys` are the cards in their order; `do` is one step with one of them, for who has no mouse or no scripts."""

    def get(self, request: HttpRequest) -> HttpResponse:
        known, keys = self.known(), self.keys()
        page = Arranging(
            title=_("Arrange this page"),
            crumbs=[Link(label=_("Today"), url="/")],
            acts=[Act(label=_("Done"), url="/", icon="check", kind="primary")],
            shown=[(key, known[key]) for key in keys],
            others=[(key, label) for key, label in known.items() if key not in keys],
        )
        return self.render("home.html", page)

    def post(self, request: HttpRequest) -> HttpResponse:
        known, word, key = self.known(), *request.POST.get("do", "").partition(":")[::2]
        keys = [*dict.fromkeys(one for one in request.POST.getlist("keys") if one in known)] or self.keys()
        if word == "reset":
            keys = []
        elif key in known:
            keys = stepped(keys, word, key)
        preferences.keep(self.request.user, LIKED, keys)
        return HttpResponse(status=204) if self.partial else self.go(HOME)

    def known(self) -> dict[str, str]:
        """Every card there is for this person, saved views last."""
        views = saved.every_saved(actor=self.actor)
        found = {card.key: str(card.label) for card in today.CARDS if card.label}
        return found | {f"{VIEW}{view.id}": str(view.values["name"]) for view in views}

    def keys(self) -> list[str]:
        known = self.known()
        return [key for key in liked(self.request.user.preferences) if key in known]


def stepped(keys: list[str], word: str, key: str) -> list[str]:
    """With that card added, left out, or one place further up or down. One at least stays."""
    rest = [one for one in keys if one != key]
    if word == "add":
        return [*rest, key]
    if word == "remove":
        return rest or keys
    at = keys.index(key) if key in keys else len(keys)
    place = max(0, at - 1) if word == "up" else at + 1
    return [*rest[:place], key, *rest[place:]]
