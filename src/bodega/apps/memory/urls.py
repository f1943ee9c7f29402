"""The addresses of what tells of facts together."""

from __future__ import annotations

from django.urls import URLPattern, path

from bodega.apps.memory import pages
from bodega.surfaces.html.urls import of_type

urlpatterns: list[URLPattern] = [
    path("asked-again/report/", pages.AskedReport.as_view()),
    path("language-model/", pages.ModelPage.as_view()),
    path("suggestions/<int:pk>/dismiss/", pages.DismissPage.as_view()),
    path("suggestions/<int:pk>/reach/", pages.ReachPage.as_view()),
    path("<slug:slug>/<int:pk>/known/", of_type("known", pages.KnownPage)),
    path("<slug:slug>/<int:pk>/known.json", of_type("known_json", pages.KnownFile)),
]
