"""Taking records out: which columns, in which format; then the file itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bodega.kernel import access, query
from bodega.kernel.kinds import Input
from bodega.lib.text import amid
from bodega.surfaces.export import answer
from bodega.surfaces.html.asking import Asked
from bodega.surfaces.html.lists import ListPage
from bodega.surfaces.html.shapes import Act
from bodega.surfaces.html.sheets import Control, FieldGroup
from bodega.surfaces.html.sheets import ExportPage as Shape

SHOWN, ALL = "shown", "all"


class ExportPage(ListPage):
    """Asks what the file shall hold of what the list shows: `?q=` and `sort` are the list's."""

    def get(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        access.require(self.type_, self.actor, "export")
        found = Asked(request.GET.get("q", ""), self.type_, actor=self.actor)
        if found.error:
            return self.go(self.list_url())
        count, more = query.count(found.rows)
        plural = amid(self.type_.plural if count != 1 else self.type_.label)
        page = Shape(
            title=_("Export %(plural)s") % {"plural": amid(self.type_.plural)},
            crumbs=[self.home],
            intro=_("%(n)s %(plural)s as the list shows them.") % {"n": f"{count:,}{'+' * more}", "plural": plural},
            hidden=[("q", found.text), ("sort", self.sort)],
            groups=[FieldGroup(title=_("What the file holds"), fields=self.choices_of_file())],
            formats=self.formats(),
            cancel_url=self.list_url(),
        )
        return self.render("export.html", page)

    def choices_of_file(self) -> list[Control]:
        shown = ", ".join(str(kind.label or kind.name) for kind in self.kinds)
        columns = [(SHOWN, _("The columns of the list: %(names)s") % {"names": shown}), (ALL, _("All fields"))]
        told = _("Excel then reads the letters of a CSV file as they are meant.")
        return [
            Control(name="columns", label=_("Columns"), inputs=[Input("radios", SHOWN, options=columns)]),
            Control(name="bom", label=_("Mark CSV for Excel"), inputs=[Input("checkbox", "")], help=told),
        ]

    def formats(self) -> list[Act]:
        named = {"csv": "CSV", "xlsx": "Excel", "jsonl": "JSON Lines"}
        return [
            Act(label=label, url=f"/{self.type_.slug}/export.{name}", kind="" if at else "primary", icon="download")
            for at, (name, label) in enumerate(named.items())
        ]


class ExportFile(ListPage):
    """The file. What is wrong with a question is told on the list."""

    def get(self, request: HttpRequest, format: str) -> HttpResponseBase:  # type: ignore[override]  # noqa: A002
        access.require(self.type_, self.actor, "view")
        asked = Asked(request.GET.get("q", ""), self.type_, actor=self.actor)
        if asked.error:
            return self.go(self.list_url())
        is_all = request.GET.get("columns") == ALL
        found = answer.asked(
            self.type_,
            asked.question,
            actor=self.actor,
            format=format,
            fields=() if is_all else [kind.name for kind in self.kinds],
            sort=self.sort_asked,
            bom="bom" in request.GET,
        )
        return answer.served(found)
