"""Saved views as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class ViewsConfig(AppConfig):
    name = "bodega.surfaces.views"
    label = "views"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.surfaces.views import records  # noqa: F401  (declares the record type once the models are there)
