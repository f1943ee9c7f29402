"""Parties as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "bodega.apps.parties"
    label = "parties"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.apps.parties import panels, records  # noqa: F401  (declares the record types once the models are there)
