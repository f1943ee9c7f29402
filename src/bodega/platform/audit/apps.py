"""The audit log as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "bodega.platform.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.kernel.looks import TOLD  # as the others: the models are there only now
        from bodega.platform.audit import looks, reactions, records  # noqa: F401  (they register themselves)

        TOLD.append(looks.collect)
