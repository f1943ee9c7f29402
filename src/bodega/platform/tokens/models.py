"""The tokens there are. Of the secret itself only a digest is kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Token(models.Model):
    """A person's program comes in by it, with that person's rights or fewer. `prefix` is what people tell it by.

    `types` are the keys of the record types that it is good for; with none, for all.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField(default=False)
    types = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
