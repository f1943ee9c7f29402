"""Answers that are kept, so that a call which is sent twice is done once."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class KeptAnswer(models.Model):
    """What a call with an Idempotency-Key was answered. `call` is a digest of its method, address and body."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    call = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    headers = models.JSONField()
    body = models.BinaryField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="kept_answer_once")]
