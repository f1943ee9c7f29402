"""The addresses of pages that are no record type's; they come before those of records."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bodega.apps.activity.promises import KeptPage
from bodega.apps.activity.starting import StartPage
from bodega.apps.activity.understanding import UnderstoodPage
from bodega.apps.activity.views import NextStepPage

urlpatterns: list[URLPattern | URLResolver] = [
    path("notes/<int:pk>/next-step/", NextStepPage.as_view()),
    path("notes/understood/", UnderstoodPage.as_view()),
    path("plans/start/", StartPage.as_view()),
    path("promises/kept/", KeptPage.as_view()),
]
