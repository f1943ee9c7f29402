"""The addresses of quick view, of files about a record, and of arranging pages; they come before those of records."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bodega.surfaces.html.urls import of_type
from bodega.surfaces.record import arranging, files, narrowing, peek

urlpatterns: list[URLPattern | URLResolver] = [
    path("files/<int:pk>/download/", files.Download.as_view()),
    path("files/<int:pk>/image/", files.Image.as_view()),
    path("files/<int:pk>/small/", files.Small.as_view()),
    path("arrange/<slug:slug>/", of_type("arrange", arranging.ArrangePage)),
    path("arrange/<slug:slug>/preview/", of_type("arranged", arranging.Preview)),
    path("<slug:slug>/<int:pk>/peek/", of_type("peek", peek.Peek)),
    path("<slug:slug>/<int:pk>/panel/<str:name>/", of_type("panel", narrowing.PanelPage)),
    path("<slug:slug>/<int:pk>/files/", of_type("files", files.RecordFiles)),
]
