"""The address where somebody arranges their first page."""

from __future__ import annotations

from django.urls import URLPattern, path

from bodega.surfaces.home import cards, pages

__all__ = ["cards"]  # they register themselves
urlpatterns: list[URLPattern] = [path("home/", pages.Home.as_view())]
