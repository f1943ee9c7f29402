"""Opening and saving views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import change
from bodega.kernel.kinds import Kind
from bodega.kernel.reading import Row
from bodega.kernel.record import RecordType, this
from bodega.kernel.registry import type_of
from bodega.surfaces.html.editing import NewPage
from bodega.surfaces.html.pages import Page, TypePage
from bodega.surfaces.html.trash import told, undo_url
from bodega.surfaces.views import pinned, saved

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor


class Opened(TypePage):
    """A view is what it shows: its own page is the list or the board."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.go(
            saved.address(*known(self.type_.ask(this, saved.NAMES, actor=self.actor, pk=pk), actor=self.actor))
        )


def known(found: Sequence[Row], *, actor: Actor) -> tuple[Row, RecordType]:
    """The view, with the names of today, and its type; Http404 where it is not there, or of a type that is not."""
    type_ = pinned.seen_type(found[0].values["type"], actor=actor) if found else None
    if type_ is None:
        raise Http404
    return saved.as_named_now(found[0], type_, actor=actor), type_


class NewView(NewPage):
    """What a list or a board asks for, kept under a name: for its owner alone, until they say otherwise."""

    may_follow = False

    def kinds(self) -> list[Kind]:
        asked = "name private shares roles" if self.actor.is_admin else "name private shares"
        return self.type_.named_fields(asked) if "type" in self.request.GET else super().kinds()

    def defaults(self) -> dict[str, Any]:
        return {**super().defaults(), "private": True}

    @property
    def again_label(self) -> str:
        return _("Save and share")

    def create(self, values: Mapping[str, Any]) -> change.Outcome:
        shared = {"private": False} if "again" in self.request.POST else {}
        return super().create({**values, **shared})


class KeepView(Page):
    """Makes what is asked in the address what the view shows from now on."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        type_ = type_of("views.view")
        values = {name: request.GET.get(name, "") for name in saved.KEPT}
        found = change.save_many(type_, [change.Draft(pk, values)], actor=self.actor)
        if found.problems:
            raise found.problems[0].problem or Http404
        return self.go(self.next_url(f"/views/{pk}/"), _("The view was saved."), undo=undo_url(found))


class CopyView(Page):
    """The same view once more, for whoever asks."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        type_ = type_of("views.view")
        view = known(type_.ask(this, saved.NAMES, actor=self.actor, pk=pk), actor=self.actor)[0]
        given = {name: view.values[name] for name in ("type", "shape", *saved.KEPT)}
        name = _("%(name)s, a copy") % {"name": view.values["name"][:100]}
        made = change.Draft(None, {**given, "name": name, "private": True, "owner": self.actor.user_id})
        outcome = change.save_many(type_, [made], actor=self.actor)
        told(outcome)
        return self.go(f"/views/{outcome.created[0]}/", _("The view was duplicated."), undo=undo_url(outcome))
