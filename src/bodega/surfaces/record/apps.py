"""The page of a record as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "bodega.surfaces.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.surfaces.record import files, records  # noqa: F401  (they register themselves once the models are there)
