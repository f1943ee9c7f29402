"""Copies as a Django application: it has no tables, but a job that registers itself."""

from __future__ import annotations

from django.apps import AppConfig


class CopiesConfig(AppConfig):
    name = "bodega.platform.copies"
    label = "copies"

    def ready(self) -> None:
        from bodega.platform.copies import jobs  # noqa: F401  (it registers itself)
