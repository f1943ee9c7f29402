"""The first steps as a Django application, so that they stand on the first page."""

from __future__ import annotations

from django.apps import AppConfig


class StartConfig(AppConfig):
    name = "bodega.surfaces.start"
    label = "start"

    def ready(self) -> None:
        from bodega.surfaces.home import today  # pages stand on models, which come after the applications
        from bodega.surfaces.start import sample, steps  # the same

        today.add(steps.card)
        today.add(sample.card)
