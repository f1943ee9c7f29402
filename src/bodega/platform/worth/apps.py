"""Worth as a Django application: it has no tables, but a reaction that registers itself."""

from __future__ import annotations

from django.apps import AppConfig


class WorthConfig(AppConfig):
    name = "bodega.platform.worth"
    label = "worth"

    def ready(self) -> None:
        from bodega.platform.worth import reactions  # noqa: F401  (it registers itself)
