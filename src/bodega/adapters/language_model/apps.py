"""The language model as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class LanguageModelConfig(AppConfig):
    name = "bodega.adapters.language_model"
    label = "language_model"

    def ready(self) -> None:
        from bodega.adapters.language_model.chat import from_settings  # the models are there only now
        from bodega.apps.memory import asking  # the models are there only now

        asking.offer(from_settings)
