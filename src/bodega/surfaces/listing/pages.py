"""Pages behind what stands around a list."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse

from bodega.kernel import access
from bodega.platform.accounts import preferences
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.lists import ListPage
from bodega.surfaces.listing.layout import DENSITIES


class Columns(ListPage):
    """Keeps how a person wants to see a list; with no column, as the type has it. With a view open it is for that one
    alone. The menu sends `columns` in their order, a script a whole `layout`."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        if (density := request.POST.get("density")) in dict(DENSITIES):
            preferences.keep(self.request.user, "density", density)
        text = "" if "reset" in request.POST else self.sent()
        path, _mark, back = self.next_url(self.url()).partition("?")
        asked = {name: value for name, value in parse_qsl(back) if name != "columns"}
        if "view" in request.GET:
            asked["columns"] = text
        else:
            preferences.keep(self.request.user, f"columns {self.type_.key}", text.split())
        return self.go(f"{path}?{urlencode(asked)}" if asked else path)

    def sent(self) -> str:
        given = self.request.POST
        if "layout" in given:
            return str(self.layout_of(given["layout"]))
        ticked = self.layout_of(" ".join(given.getlist("columns"))).names
        return str(self.layout.of(ticked, frozen=whole(given.get("frozen", "")) or 0))
