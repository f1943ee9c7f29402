"""The pages as a Django application, so that their template tags are found."""

from __future__ import annotations

from django.apps import AppConfig


class HtmlConfig(AppConfig):
    name = "bodega.surfaces.html"
    label = "html"
