"""The API as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "bodega.surfaces.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.surfaces.api import jobs  # noqa: F401  (declares the job once the models are there)
