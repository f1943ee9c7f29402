"""Working time as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class WorktimeConfig(AppConfig):
    name = "bodega.platform.worktime"
    label = "worktime"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.platform.worktime import records  # noqa: F401  (declares its record type once the models are there)
