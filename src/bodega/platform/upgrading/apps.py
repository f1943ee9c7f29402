"""Upgrading as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class UpgradingConfig(AppConfig):
    name = "bodega.platform.upgrading"
    label = "upgrading"
    default_auto_field = "django.db.models.BigAutoField"
