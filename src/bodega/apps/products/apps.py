"""Products as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "bodega.apps.products"
    label = "products"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.apps.products import records  # noqa: F401  (declares the record types once the models are there)
