"""Every component as the program draws it, light beside dark."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.surfaces.design.specimens import Specimens
from bodega.surfaces.html import shapes
from bodega.surfaces.html.pages import Page


class DesignPage(Page):
    """In a demo only: an installation that people work with has no use for it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not settings.BODEGA_DEMO:
            raise Http404
        shown = [Specimens(self.actor, theme) for theme in ("light", "dark")]
        return self.render("design.html", shapes.Page(title=_("Components")), shown=shown)
