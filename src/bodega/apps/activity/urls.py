"""The addresses of what activity asks while somebody writes; they come before those of records."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bodega.apps.activity.understanding import UnderstoodPage

urlpatterns: list[URLPattern | URLResolver] = [path("notes/understood/", UnderstoodPage.as_view())]
