"""The base templates and static files as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "bodega.web"
    label = "web"
