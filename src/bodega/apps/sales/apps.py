"""Sales as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "bodega.apps.sales"
    label = "sales"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.apps.sales import panels, promised, records, today  # noqa: F401  (they register themselves once the models are there)
