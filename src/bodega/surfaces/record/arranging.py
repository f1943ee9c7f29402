"""Where administrators arrange the page of a type: what stands where, for everybody or for the holders of a role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bodega.kernel import change, registry
from bodega.kernel.drafts import Draft
from bodega.surfaces.html import panels
from bodega.surfaces.html.cells import labels
from bodega.surfaces.html.editing import kinds_of
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.pages import TypePage
from bodega.surfaces.html.reading import TABS, RecordPage
from bodega.surfaces.html.shapes import Act, Link, Page
from bodega.surfaces.html.trash import told, undo_url
from bodega.surfaces.record import layouts
from bodega.surfaces.record.layouts import HIDDEN, SIDES, Places
from bodega.surfaces.record.records import layout

GROUPS = 4
"""As many groups of facts as a page may have; the first has no title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    name: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where pieces may stand. A group of facts has a title that may be changed, under `title_name`."""

    key: str
    title: str
    pieces: Sequence[Piece] = ()
    title_name: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangedPage(Page):
    facts: Sequence[Area]
    sides: Sequence[Area]
    url: str
    preview_url: str = ""
    note: str = ""
    groups: Sequence[tuple[str, str]] = field(default_factory=tuple)
    places: Sequence[tuple[str, str]] = field(default_factory=tuple)


class OfType(TypePage):
    """For administrators, and for types whose records have a page that can be arranged."""

    def dispatch(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        if self.actor.is_admin and (self.type_.admin or self.type_.covers or not self.type_.form):
            raise Http404
        return super().dispatch(request, *args, **given)

    def permit(self) -> None:
        if not self.actor.is_admin:
            raise PermissionDenied(_("This is for administrators. Ask one."))

    def field_names(self) -> list[str]:
        kept = self.type_.named_fields("created_at updated_at")
        shown = [*self.type_.named_fields(self.type_.facts), *kinds_of(self.type_), *kept]
        return [*dict.fromkeys(kind.name for kind in shown if kind.name != self.type_.title and kind.word != "parts")]

    def given(self, post: Mapping[str, str]) -> Places:
        """What the form says. A piece that it does not name stands where it would without a layout."""
        areas: dict[str, list[tuple[int, str]]] = {}
        panels_there = [*self.panel_labels()]
        for prefix, names in (("field", self.field_names()), ("panel", panels_there)):
            for name in names:
                where = post.get(f"where.{prefix}.{name}", "")
                order = whole(post.get(f"order.{prefix}.{name}", "")) or 0
                areas.setdefault(f"{prefix}:{where}", []).append((order, name))
        found = {area: [name for _order, name in sorted(some, key=lambda one: one[0])] for area, some in areas.items()}
        groups = [(post.get(f"title.g{at}", "").strip()[:60], found.get(f"field:g{at}", [])) for at in range(GROUPS)]
        left_out = {f"{prefix}:{name}" for prefix in ("field", "panel") for name in found.get(f"{prefix}:{HIDDEN}", ())}
        return Places(
            groups=[groups[0], *((title or _("More"), names) for title, names in groups[1:] if names)],
            panels={side: found[f"panel:{side}"] for side in (*SIDES, layouts.TABS) if f"panel:{side}" in found},
            left_out=frozenset(left_out),
        )

    def panel_labels(self) -> dict[str, str]:
        """What panels and tabs there are, by name."""
        tabs = {name: str(label) for name, (label, _icon) in TABS.items() if name != "timeline" or self.type_.timeline}
        return {one.name: str(one.label) for one in panels.brought_to(self.type_)} | tabs


class ArrangePage(OfType):
    """`role` names the role whose holders it is for; none for everybody. POST with `reset` takes the layout away."""

    def get(self, request: HttpRequest) -> HttpResponse:
        self.permit()
        held = self.held
        places = Places.of(held.places) if held else layouts.USUAL
        asked = f"?role={self.role}" if self.role else ""
        reset = Act(
            label=_("Back to the usual page"), url=f"{self.url_of(self.role)}&reset=1", icon="rotate-ccw", post=True
        )
        page = ArrangedPage(
            title=_("Arrange the page"),
            crumbs=[self.home],
            tabs=[*self.role_tabs()],
            more=[reset] if held else [],
            facts=[*self.fact_areas(places)],
            sides=[*self.side_areas(places)],
            url=f"/arrange/{self.type_.slug}/{asked}",
            preview_url=f"/arrange/{self.type_.slug}/preview/",
            note=" ".join([*self.notes(held)]),
        )
        return self.render("arrange.html", page)

    def post(self, request: HttpRequest) -> HttpResponse:
        self.permit()
        if "reset" in request.GET:
            outcome = change.delete(layout, [self.held.pk] if self.held else [], actor=self.actor)
            told(outcome)
            return self.go(self.url_of(self.role), _("The page is as it comes."), undo=undo_url(outcome))
        values: dict[str, Any] = {"places": self.given(request.POST).to_json()}
        new = {"type": self.type_.key, "role": self.role}
        draft = Draft(self.held.pk, values) if self.held else Draft(None, {**new, **values})
        outcome = change.save_many(layout, [draft], actor=self.actor)
        told(outcome)
        return self.go(self.url_of(self.role), _("The page is arranged."), undo=undo_url(outcome))

    @cached_property
    def role(self) -> int | None:
        """Raises Http404 for what is no role."""
        pk = whole(self.request.GET.get("role", ""))
        if pk is not None and not registry.type_of("kernel.role").rows(self.actor).filter(pk=pk).exists():
            raise Http404
        return pk

    @cached_property
    def held(self) -> Any:
        return layout.rows(self.actor).filter(type=self.type_.key, role=self.role).last()

    def url_of(self, role: int | None) -> str:
        return f"/arrange/{self.type_.slug}/?role={role or ''}"

    def notes(self, held: Any) -> Iterator[str]:
        if self.role:
            yield _("Who has several roles gets the first that is arranged, in the order in which they stand above.")
        if not held:
            yield _("Nothing is arranged yet: this is the page as it comes.")

    def role_tabs(self) -> Iterator[Link]:
        """In the order in which they go before each other: as they were made."""
        arranged = layouts.every_layout().get(self.type_.key, {})
        roles = registry.type_of("kernel.role").rows(self.actor).order_by("pk").values_list("pk", "name")
        for pk, name in [(None, _("Everybody")), *roles]:
            icon = "layout-panel-left" if pk in arranged else ""
            yield Link(label=name, url=self.url_of(pk), current=pk == self.role, icon=icon)

    # ---- what stands where -------------------------------------------------------------------------------------

    def fact_areas(self, places: Places) -> Iterator[Area]:
        names, out = self.field_names(), {one.removeprefix("field:") for one in places.left_out}
        groups = [*places.groups] or self.usual_groups()
        groups += [("", [])] * (GROUPS - len(groups))
        rest = [name for name in names if name not in out and all(name not in some for _title, some in groups)]
        groups[-1] = (groups[-1][0], [*groups[-1][1], *rest])
        for at, (title, some) in enumerate(groups[:GROUPS]):
            yield Area(
                key=f"g{at}",
                title=_("First") if at == 0 else _("Group %(n)s") % {"n": at},
                pieces=self.fields([name for name in some if name in names]),
                title_name=f"title.g{at}" if at else "",
                typed=title,
            )
        yield Area(key=HIDDEN, title=_("Left out"), pieces=self.fields([name for name in names if name in out]))

    def usual_groups(self) -> list[tuple[str, Sequence[str]]]:
        first = (self.type_.facts or next(iter(self.type_.form.values()), "")).split()
        own = [kind.name for kind in self.type_.fields().values() if kind.custom]
        rest = [name for name in self.field_names() if name not in {*first, *own}]
        titled = [(_("Own fields"), own), (_("More"), rest)]
        return [("", [name for name in first if name not in own]), *(one for one in titled if one[1])]

    def fields(self, names: Iterable[str]) -> list[Piece]:
        words = labels(self.type_)
        return [Piece(name=f"field.{name}", label=words[name]) for name in names]

    def side_areas(self, places: Places) -> Iterator[Area]:
        titles = {
            layouts.START: _("At the start"), layouts.MAIN: _("In the middle"), layouts.END: _("At the end"),
            layouts.TABS: _("Tabs of the middle"), HIDDEN: _("Left out"),
        }  # fmt: skip
        usual = {one.name: one.side for one in panels.brought_to(self.type_)} | dict.fromkeys(TABS, layouts.TABS)
        words = self.panel_labels()
        known = places.order(words)
        for key, title in titles.items():
            names = [name for name in known if places.side(name, usual[name]) == key]
            yield Area(key=key, title=title, pieces=[Piece(name=f"panel.{name}", label=words[name]) for name in names])


class Preview(OfType, RecordPage):
    """The newest record, arranged as the form says before it is saved."""

    def post(self, request: HttpRequest) -> HttpResponse:
        self.permit()
        newest = self.type_.rows(self.actor).order_by("-pk").values_list("pk", flat=True).first()
        if newest is None:
            raise Http404(_("There is no record to show yet. Add one first."))
        self.places = self.given(request.POST)
        return super().get(request, newest)

    def get(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        self.permit()
        return self.go(f"/arrange/{self.type_.slug}/")
