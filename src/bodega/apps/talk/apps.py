"""Talk as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class TalkConfig(AppConfig):
    name = "bodega.apps.talk"
    label = "talk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bodega.apps.talk import panels, records, streams  # noqa: F401  (they register themselves once the models are there)
