"""The kernel as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "bodega.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.kernel import checks  # noqa: F401  (they register themselves once the models are there)
