"""The brief of a record as a page of its own: who they are, what stands open, what is known, what happened last."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access
from bodega.surfaces.brief.calls import has_brief
from bodega.surfaces.html import panels, shapes
from bodega.surfaces.record.peek import Peek


class BriefPage(Peek):
    """The panels stand as the page of the record has them; what is only asked for there does not."""

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
        shown = panels.panels_for(visit, self.places)
        plain = [replace(one, acts=(), narrow=None) for one in shown if one.side != "start"]
        acts = [shapes.Act(label=_("Print"), url="#print", icon="printer", kind="primary"), *page.acts]
        return replace(page, crumbs=crumbs, acts=acts, panels=plain)
