"""The addresses of the audit log and of the form that marks a field; they come before those of record types."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bodega.surfaces.audit import marking, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("audit/", pages.AuditPage.as_view()),
    path("audit/export.<slug:format>", pages.AuditFile.as_view()),
    path("marked-fields/new/", marking.MarkSheet.as_view()),
]
