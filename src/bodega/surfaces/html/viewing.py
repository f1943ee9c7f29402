"""Saved views above lists and boards: what there is, which one is open, and keeping what is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from bodega.kernel import access
from bodega.kernel.reading import Row
from bodega.kernel.registry import type_of
from bodega.lib.text import amid
from bodega.surfaces.calendar.days import dates_of, is_planned
from bodega.surfaces.gallery.pictures import has_gallery
from bodega.surfaces.html import shapes
from bodega.surfaces.html.pages import TypePage
from bodega.surfaces.maps.places import has_map
from bodega.surfaces.views import pinned, saved

ICONS = {"list": "table-2", "board": "square-kanban", "calendar": "calendar-days", "gallery": "layout-grid",
         "map": "map"}  # fmt: skip


class ViewedPage(TypePage):
    """`view` in the address names the saved view that is open."""

    @cached_property
    def view(self) -> Row | None:
        return saved.opened(self.request.GET.get("view", ""), self.type_, actor=self.actor)

    @cached_property
    def columns_asked(self) -> str:
        """Names of fields; none for those of the person or the type."""
        return self.request.GET.get("columns", self.view.values["columns"] or "" if self.view else "")

    def tabs(self, current: str, asked: str) -> list[shapes.Link]:
        """The list and the other ways in which these are shown, then what was saved of them."""
        kept, at = saved.saved(self.type_, actor=self.actor), self.view.id if self.view else 0
        return [
            *(
                shapes.Link(label=word, url=self.url(*place, q="" if at else asked), icon=ICONS[name],
                            current=not at and name == current)
                for name, (word, *place) in self.ways(current, any_kept=bool(kept)).items()
            ),
            *(
                shapes.Link(label=one.values["name"], url=saved.address(one, self.type_), icon="bookmark",
                            current=one.id == at)
                for one in kept
            ),
        ]  # fmt: skip

    def ways(self, current: str, *, any_kept: bool) -> dict[str, tuple[str, ...]]:
        """How records of the type are shown, what each way is called, and its place; none where there is no choice."""
        found: dict[str, tuple[str, ...]] = {"list": (_("List"),)}
        if self.type_.board:
            found["board"] = (_("Board"), "board")
        if current == "calendar" or any(map(is_planned, dates_of(self.type_))):
            found["calendar"] = (_("Calendar"), "calendar")
        if current == "gallery" or has_gallery(self.type_):
            found["gallery"] = (_("Gallery"), "gallery")
        if current == "map" or has_map(self.type_, actor=self.actor):
            found["map"] = (_("Map"), "map")
        return found if len(found) > 1 else {"list": (_("All"),)} if any_kept else {}

    def saving_acts(self, shape: str, asked: Mapping[str, str]) -> list[shapes.Act]:
        """To keep what is asked for, where it is not what the open view says, or the type."""
        asked = {**dict.fromkeys(saved.KEPT, ""), **asked, "columns": self.columns_asked}
        held = self.view.values if self.view else dict.fromkeys(asked, "")
        if all((held[name] or "") == value for name, value in asked.items()):
            return []
        new = {"type": self.type_.key, "shape": shape} | {name: value for name, value in asked.items() if value}
        label = _("Save as another view") if self.view else _("Save view")
        again = shapes.Act(
            label=label, url=f"/views/new/?{urlencode(new)}", icon="bookmark-plus", kind="bare", dialog=True
        )
        if self.view is None or not self.may("change"):
            return [again]
        url = f"/views/{self.view.id}/keep/?{urlencode(asked)}"
        return [shapes.Act(label=_("Save view"), url=url, icon="bookmark-check", kind="bare", post=True), again]

    def view_acts(self) -> list[shapes.Act]:
        """What may be done with the view that is open, and what is opened first."""
        return [*(self.acts_of(self.view.id) if self.view else ()), *self.first_acts()]

    def acts_of(self, pk: int) -> list[shapes.Act]:
        place, home = f"/views/{pk}/", urlencode({"next": self.url()})
        is_pinned = pk in pinned.pins_of(self.request.user)
        pin = (_("Unpin from the side bar"), "pin-off") if is_pinned else (_("Pin to the side bar"), "pin")
        acts = {
            "create": shapes.Act(label=_("Duplicate this view"), url=f"{place}copy/", icon="copy", post=True),
            "change": shapes.Act(label=_("Name and share this view"), url=f"{place}edit/", icon="pencil", dialog=True),
            "delete": shapes.Act(
                label=_("Delete this view"), url=f"{place}delete/?{home}", icon="bookmark-x", post=True
            ),
        }
        allowed = [act for verb, act in acts.items() if self.may(verb)]
        return [shapes.Act(label=pin[0], url=f"{place}pin/", icon=pin[1], post=True), *allowed]

    def first_acts(self) -> list[shapes.Act]:
        """To have the side bar open records of the type as they are shown here, or as usual again."""
        way = self.request.path.strip("/").partition("/")[2]
        here, now = self.view.id if self.view else way, self.request.user.preferences.get(pinned.OPENS, {})
        usual = here in ("", now.get(self.type_.key))
        if usual and self.type_.key not in now:
            return []
        words = _("Open %(plural)s as usual") if usual else _("Open %(plural)s with this")
        url = f"/views/first/?{urlencode({'type': self.type_.key, 'opens': '' if usual else here})}"
        return [shapes.Act(label=words % {"plural": amid(str(self.type_.plural))}, url=url, icon="house", post=True)]

    @cached_property
    def held(self) -> Any:
        """The record of the view that is open."""
        return type_of("views.view").one(self.view.id, actor=self.actor) if self.view else None

    def may(self, verb: str) -> bool:
        """Whether the person may do this with the view that is open."""
        type_ = type_of("views.view")
        allowed = verb == "create" or access.allows(type_, self.held, self.actor, verb)
        return allowed and access.may(type_, self.actor, verb)
