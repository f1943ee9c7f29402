"""Tallies as a Django application: it has no tables, but a job that registers itself."""

from __future__ import annotations

from django.apps import AppConfig


class TalliesConfig(AppConfig):
    name = "bodega.platform.tallies"
    label = "tallies"

    def ready(self) -> None:
        from bodega.platform.tallies import jobs  # noqa: F401  (it registers itself)
