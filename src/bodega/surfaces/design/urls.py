"""The address of the page of components."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bodega.surfaces.design.pages import DesignPage

urlpatterns: list[URLPattern | URLResolver] = [path("design/", DesignPage.as_view())]
