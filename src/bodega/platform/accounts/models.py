"""Sign-ins that failed, so that guessing becomes slow."""

from __future__ import annotations

from django.db import models


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
