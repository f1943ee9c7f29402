"""Who follows what, and what each person was told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import BinaryOrdered

MENTIONED, ASSIGNED, FOLLOWED, DUE, FINISHED = "mentioned", "assigned", "followed", "due", "finished"
SOON, REMINDED, DEPUTISED = "soon", "reminded", "deputised"
KINDS = {
    MENTIONED: _("Somebody mentions me"),
    ASSIGNED: _("Somebody gives me a record"),
    FOLLOWED: _("Something changes that I follow"),
    DUE: _("A task or a promise of mine is due"),
    SOON: _("A promise of mine is due on the next working day"),
    REMINDED: _("I asked to be reminded of a task"),
    DEPUTISED: _("Somebody is away for whom I stand in"),
    FINISHED: _("What I left to the background is done"),
}
"""What people are told of, what matters most first: one act is told once, as the first of these that it is."""


class Follow(models.Model):
    """Somebody wants to hear of a record. Their own affair, so without version and history."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    type = BinaryOrdered(max_length=60)
    record_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "record_id", "user"], name="follow_once")]
        indexes = [models.Index(fields=["user", "-id"], name="follow_of")]


class Notification(models.Model):
    """One thing that a person was told. It names what it tells of, whose words are read when it is shown: by then they
    may not see it any more. `about` is the page on which that stands, where it has none of its own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = BinaryOrdered(max_length=12)
    once = BinaryOrdered(max_length=80)
    """Of one key a person is told once."""
    at = models.DateTimeField()
    type = BinaryOrdered(max_length=60, default="")
    record_id = models.BigIntegerField(null=True)
    about_type = BinaryOrdered(max_length=60, default="")
    about_id = models.BigIntegerField(null=True)
    verb = BinaryOrdered(max_length=60, default="")
    by_id = models.BigIntegerField(null=True)
    by = models.CharField(max_length=150, default="")
    many = models.IntegerField(default=1)
    """Of how many records it tells; the one that is named is the first."""
    text = models.CharField(max_length=300, default="")
    url = models.CharField(max_length=200, default="")
    """What it says and where it leads, where it is about no record."""
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "once"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_of"),
            models.Index(fields=["user", "-id"], name="notification_unread", condition=models.Q(read_at=None)),
        ]
