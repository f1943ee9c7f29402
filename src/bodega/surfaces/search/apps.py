"""Search as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "bodega.surfaces.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.surfaces.search import jobs, reactions  # noqa: F401  (they register themselves)
