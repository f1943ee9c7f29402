"""The brief of a record as a page of its own: who they are, what stands open, what is known, what happened last."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access
from bodega.surfaces.brief.calls import has_brief
from bodega.surfaces.html import panels, shapes
from bodega.surfaces.record import layouts
from bodega.surfaces.record.peek import Peek

FILES = "record.panel"


class BriefPage(Peek):
    """The panels stand in the order of the record's page, without what is done there, and without its files."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not has_brief(self.type_):
            raise Http404
        access.require(self.type_, self.actor, "view")
        self.find(pk)
        visit = panels.Visit(self.type_, self.record, self.actor)
        return self.render("brief.html", self.whole(visit))

    def whole(self, visit: panels.Visit) -> shapes.RecordPage:
        page = self.glance(visit)
        crumbs = [
            shapes.Link(label=str(self.type_.plural), url=f"/{self.type_.slug}/"),
            shapes.Link(label=page.title, url=visit.url),
        ]
        plain = [replace(one, acts=(), narrow=None) for one in self.shown(visit)]
        acts = [shapes.Act(label=_("Print"), url="#print", icon="printer"), *page.acts]
        return replace(page, title=_("Brief"), note=page.title, crumbs=crumbs, acts=acts, panels=plain)

    def shown(self, visit: panels.Visit) -> list[shapes.Panel]:
        places, known = self.places, {one.name: one for one in panels.brought_to(self.type_) if one.name != FILES}
        stand = (*layouts.SIDES, layouts.TABS)
        found = [known[name] for name in places.order(known) if places.side(name, known[name].side) in stand]
        return [panel for one in found if (panel := one.draw(visit))]
