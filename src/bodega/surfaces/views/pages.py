"""Opening and saving views."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import change
from bodega.kernel.kinds import Kind
from bodega.kernel.record import this
from bodega.kernel.registry import UnknownType, type_of
from bodega.surfaces.html.editing import NewPage
from bodega.surfaces.html.pages import Page, TypePage
from bodega.surfaces.html.trash import undo_url
from bodega.surfaces.views import saved

KEPT = ("question", "sort", "columns")


class Opened(TypePage):
    """A view is what it shows: its own page is the list or the board."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.type_.ask(this, saved.NAMES, actor=self.actor, pk=pk)
        try:
            return self.go(saved.address(found[0], type_of(found[0].values["type"])))
        except (IndexError, UnknownType):  # not there, or of a type that is not
            raise Http404 from None


class NewView(NewPage):
    """What a list or a board asks for, kept under a name: for its owner alone, until they say otherwise."""

    may_follow = False

    def kinds(self) -> list[Kind]:
        return self.type_.named_fields("name private shares") if "type" in self.request.GET else super().kinds()

    def defaults(self) -> dict[str, Any]:
        return {**super().defaults(), "private": True}


class KeepView(Page):
    """Makes what is asked in the address what the view shows from now on."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        type_ = type_of("views.view")
        values = {name: request.GET.get(name, "") for name in KEPT}
        found = change.save_many(type_, [change.Draft(pk, values)], actor=self.actor)
        if found.problems:
            raise found.problems[0].problem or Http404
        return self.go(self.next_url(f"/views/{pk}/"), _("The view was saved."), undo=undo_url(found))
