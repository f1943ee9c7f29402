"""Notifications as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "bodega.platform.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.platform.notifications import jobs, reactions  # noqa: F401  (they register themselves)
