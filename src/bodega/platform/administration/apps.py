"""Administration as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "bodega.platform.administration"
    label = "administration"

    def ready(self) -> None:
        from bodega.platform.administration import jobs, records  # noqa: F401  (declares them once the models are there)
