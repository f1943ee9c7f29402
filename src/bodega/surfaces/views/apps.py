"""Saved views as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class ViewsConfig(AppConfig):
    name = "bodega.surfaces.views"
    label = "views"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.surfaces.views import jobs, records  # noqa: F401  (declares them once the models are there)
