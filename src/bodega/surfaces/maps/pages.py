"""The map of a record type: the records in the part of the world one looks at, on the map and in a list beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.kernel import access, query
from bodega.kernel.record import show_rows, with_ids
from bodega.lib.numbers import format_decimal
from bodega.lib.text import amid
from bodega.platform.sparing import TookLongError, sparing
from bodega.surfaces.html import shapes
from bodega.surfaces.html.asking import Asked
from bodega.surfaces.html.lists import more_acts, new_acts
from bodega.surfaces.html.viewing import ViewedPage
from bodega.surfaces.maps.marks import MOST, SOME, Mark, marks
from bodega.surfaces.maps.places import Box, Spot, spot_of
from bodega.surfaces.maps.shapes import MapPage, Shown, Spots

LISTED = 50
"""Records in the list beside the map."""


class MapView(ViewedPage):
    """`?q=` asks, `box` is the part of the world; with `part` a script gets that alone."""

    def get(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        asked = Asked(request.GET.get("q", ""), self.type_, actor=self.actor)
        if "part" in request.GET:
            return self.render_part("parts/spots.html", self.spots(asked, self.box or Box()))
        box = self.box or self.extent(asked)
        return self.render("map.html", self.shape(asked, box))

    @cached_property
    def spot(self) -> Spot:
        found = spot_of(self.type_, actor=self.actor)
        if found is None:
            raise Http404
        return found

    @cached_property
    def box(self) -> Box | None:
        return Box.read(self.request.GET.get("box", ""))

    def extent(self, asked: Asked) -> Box | None:
        """Where all of them are; of very many, the world."""
        if query.count(asked.rows, limit=MOST)[1]:
            return Box()
        try:
            with sparing():
                return self.spot.extent(asked.rows, actor=self.actor)
        except TookLongError:
            return Box()

    def map_url(self, **given: Any) -> str:
        kept = {name: self.request.GET.get(name, "") for name in ("q", "view", "box")}
        return self.url("map", **{**kept, **given})

    def shape(self, asked: Asked, box: Box | None) -> MapPage:
        keep = [(name, self.request.GET.get(name, "")) for name in ("box", "view")]
        return MapPage(
            title=str(self.type_.plural),
            tabs=self.tabs("map", asked.text),
            acts=[*self.saving_acts("map", {"question": asked.text}), *new_acts(self)],
            more=[*more_acts(self), *self.view_acts()],
            question=asked.shape(lambda text: self.map_url(q=text), home=self.url("map"), keep=keep),
            spots=self.spots(asked, box) if box else None,
            is_fitted=self.box is None,
            part_url=self.map_url(part="spots", box=""),
            tiles=settings.BODEGA_TILES,
            tiles_by=settings.BODEGA_TILES_BY,
            empty=None if box else self.nothing(asked),
        )

    def nothing(self, asked: Asked) -> shapes.Empty:
        if asked.error or not asked.question.is_everything:
            return asked.nothing(self.map_url(q=""), new_acts(self))
        text = _("Write the position into an address, as in 52.3731, 4.8922, or bring it in with a file.")
        title = _("No %(plural)s on the map yet") % {"plural": amid(self.type_.plural)}
        return shapes.Empty(title=title, text=text, icon="map-pin-off", acts=new_acts(self))

    # ---- what is in a part of the world ------------------------------------------------------------------------

    def spots(self, asked: Asked, box: Box) -> Spots:
        """In five queries, however many there are; of very many some."""
        try:
            with sparing():
                rows, count, more = self.counted(asked.rows, box)
                found = marks(rows, self.spot, box)
                ids = [*rows.order_by("-pk").values_list("pk", flat=True)[:LISTED]]
        except TookLongError:
            return Spots(box=str(box), told=_("That is too much for a map. Look nearer, or ask for fewer."))
        shown = self.shown(ids, found)
        listed = [shown[pk] for pk in ids if pk in shown]
        return Spots(
            box=str(box),
            told=self.told(count, len(listed), more=more),
            rows=listed,
            marks=[made for mark in found if (made := self.marked(mark, shown))],
        )

    def counted(self, rows: QuerySet[Any], box: Box) -> tuple[QuerySet[Any], int, bool]:
        """What is put on the map, how many they are, and whether there are more."""
        inside = self.spot.inside(rows, box, actor=self.actor)
        count, more = query.count(inside, limit=MOST)
        if not more:
            return inside, count, more
        ids = [*self.spot.some_inside(rows, box, actor=self.actor).values_list("pk", flat=True)[:SOME]]
        return rows.filter(pk__in=ids), len(ids), more

    def told(self, count: int, listed: int, *, more: bool) -> str:
        given = {"n": format_decimal(count, self.actor.language), "plural": amid(self.type_.plural)}
        if more:
            return _("%(n)s of very many %(plural)s here. Look nearer to see all of them.") % given
        if count > listed:
            given["listed"] = format_decimal(listed, self.actor.language)
            return _("%(n)s %(plural)s here, the newest %(listed)s below") % given
        return ngettext("%(n)s here", "%(n)s here", count) % given

    def shown(self, ids: list[int], found: list[Mark]) -> dict[int, Shown]:
        """Those of the list, and those that stand alone on the map."""
        own = self.spot.kind if self.spot.through is None else self.spot.through
        title = self.type_.fields()[self.type_.title]
        wanted = [*dict.fromkeys([*ids, *(mark.one for mark in found if mark.count == 1)])]
        rows = self.type_.ask(with_ids, [title.name, own.name], actor=self.actor, ids=wanted)
        show = show_rows(rows, [title, own], actor=self.actor)
        return {
            row.id: Shown(
                id=row.id,
                url=self.type_.url(row.id),
                title=title.text(row.values[title.name], show=show) or f"#{row.id}",
                place=own.text(row.values[own.name], show=show),
            )
            for row in rows
        }

    def marked(self, mark: Mark, shown: dict[int, Shown]) -> Shown | None:
        one = shown.get(mark.one) if mark.count == 1 else Shown()
        return one and replace(one, lat=f"{mark.lat:.5f}", lon=f"{mark.lon:.5f}", box=str(mark.box), count=mark.count)
