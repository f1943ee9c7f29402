"""The addresses of handing over; they come before those of record types."""

from __future__ import annotations

from django.urls import URLPattern, path

from bodega.surfaces.handover import pages

urlpatterns: list[URLPattern] = [
    path("users/<int:pk>/handover/", pages.HandOverPage.as_view()),
    path("handover/handover-<slug:batch>/", pages.HandedPage.as_view()),
    path("me/away/", pages.AwayPage.as_view()),
]
