"""The addresses of the brief; they come before those of records."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bodega.surfaces.api.urls import call
from bodega.surfaces.brief.calls import BriefCall
from bodega.surfaces.brief.pages import BriefPage
from bodega.surfaces.html.urls import of_type

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/<slug:slug>/<int:pk>/brief/", call(BriefCall)),
    path("<slug:slug>/<int:pk>/brief/", of_type("brief", BriefPage)),
]
