"""A quick look at a record beside the list, board or page one is on: its facts and what happened last."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token

from bodega.kernel import access
from bodega.platform.files.records import file
from bodega.surfaces.html import panels, shapes
from bodega.surfaces.html.reading import RecordPage
from bodega.surfaces.record import files, reaching

MOST = 5
"""Entries of the timeline."""


class Peek(RecordPage):
    """The part of a page that a script puts beside another one."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.type_.admin:  # these have pages of their own
            raise Http404
        access.require(self.type_, self.actor, "view")
        if self.type_.covers:
            return self.go(f"{self.covered_url(pk)}peek/")
        self.find(pk)
        visit = panels.Visit(self.type_, self.record, self.actor, token=get_token(request))
        return self.render_part("peek.html", self.glance(visit), url=visit.url)

    def glance(self, visit: panels.Visit) -> shapes.RecordPage:
        first = next((some for _title, some in self.fact_groups if some), [])
        kinds = [kind for _title, some in self.fact_groups for kind in some]
        inside = files.preview(visit) if self.type_.key == file.key else panels.brief_for(visit)
        timeline = None if self.trashed else panels.timeline_for(visit)
        return shapes.RecordPage(
            title=self.title,
            face=self.title if self.type_.face else "",
            square=self.type_.face == "square",
            lead=self.lead(),
            trashed=self.trashed_note(),
            acts=[*reaching.ways(kinds, self.values, show=self.show)],
            groups=[shapes.FactGroup(title="", facts=[self.fact(kind) for kind in first])],
            panels=[inside] if inside else [],
            timeline=timeline and latest(timeline),
            edit_url=self.url(self.record.pk, "edit") if self.may_change else "",
        )


def latest(timeline: shapes.Timeline) -> shapes.Timeline:
    """The first few entries, under their days."""
    left, days = MOST, []
    for day in timeline.days:
        days.append(replace(day, entries=day.entries[:left]))
        left -= len(day.entries)
        if left <= 0:
            break
    return shapes.Timeline(days=days, empty=timeline.empty)
