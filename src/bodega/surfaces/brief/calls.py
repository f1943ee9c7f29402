"""The brief for programs: the same lines as on the page, as texts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags

from bodega.kernel import access
from bodega.kernel.record import RecordType
from bodega.surfaces.api.calls import TypeCall, gone
from bodega.surfaces.api.schemas import TEXT, Schema
from bodega.surfaces.html.panels import BRIEFS, Visit, told_of

LINE: Schema = {"type": "object", "properties": dict.fromkeys(("about", "text", "note"), TEXT)}
BRIEF: Schema = {"type": "object", "properties": {"id": TEXT, "lines": {"type": "array", "items": LINE}}}


def has_brief(type_: RecordType) -> bool:
    return type_.key in BRIEFS


class BriefCall(TypeCall):
    """`lines` are in the order of the page; `note` says whence, since when or until when."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        record = self.type_.one(pk, actor=self.actor)
        if record is None or not has_brief(self.type_):
            raise gone()
        told = told_of(Visit(self.type_, record, self.actor))
        lines = [{"about": one.about, "text": strip_tags(one.text).strip(), "note": one.note} for one in told]
        return self.told({"id": str(pk), "lines": lines})
