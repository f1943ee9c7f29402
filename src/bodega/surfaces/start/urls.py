"""The addresses of the first steps; they come before those of record types."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bodega.surfaces.start import sample, steps

urlpatterns: list[URLPattern | URLResolver] = [
    path("start/hide/", steps.Hide.as_view()),
    path("start/sample/", sample.Remove.as_view()),
]
