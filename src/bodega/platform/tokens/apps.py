"""Tokens as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "bodega.platform.tokens"
    label = "tokens"
    default_auto_field = "django.db.models.BigAutoField"
