"""Memory as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class MemoryConfig(AppConfig):
    name = "bodega.apps.memory"
    label = "memory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.apps.memory import asked, jobs, panels, reactions, records  # noqa: F401  (they register themselves once the models are there)
