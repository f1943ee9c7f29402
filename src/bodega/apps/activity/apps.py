"""Activity as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "bodega.apps.activity"
    label = "activity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.apps.activity import doing, jobs, knowing, palette, panels, reactions, records, several, today  # noqa: F401  (they register themselves once the models are there)
