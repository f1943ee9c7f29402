"""Indexes as a Django application: it has no tables, but jobs and reactions that register themselves."""

from __future__ import annotations

from django.apps import AppConfig


class IndexesConfig(AppConfig):
    name = "bodega.platform.indexes"
    label = "indexes"

    def ready(self) -> None:
        from bodega.platform.indexes import jobs, reactions  # noqa: F401  (they register themselves)
