"""Import as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "bodega.surfaces.transfer"
    label = "transfer"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.surfaces.transfer import jobs  # noqa: F401  (declares the jobs once the models are there)
