"""The address at which pages listen."""

from __future__ import annotations

from django.urls import URLPattern, path

from bodega.surfaces.live.pages import Live

urlpatterns: list[URLPattern] = [path("live/", Live.as_view())]
