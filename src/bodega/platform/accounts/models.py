"""Who is signed in, and sign-ins that failed, so that guessing becomes slow."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """One browser, and the person who signed in with it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")

    @classmethod
    def get_session_store_class(cls) -> Any:
        from bodega.platform.accounts.sessions import SessionStore  # it needs this model

        return SessionStore


class Attempt(models.Model):
    """A sign-in that failed. `login` is a keyed digest: what was typed there may have been a password."""

    login = models.CharField(max_length=64)
    address = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["login", "at"], name="attempt_login"),
            models.Index(fields=["address", "at"], name="attempt_address"),
        ]
