"""The queue: one row for each piece of work, and one for each process that takes from it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Priority(models.IntegerChoices):
    """Bulk work is LOW: it leaves a thread to the rest."""

    LOW = -1, _("low")
    NORMAL = 0, _("normal")
    HIGH = 1, _("high")


UNFINISHED = models.Q(finished_at=None)


class Job(models.Model):
    """One piece of work. Its lease says who may do it now; `fence` grows with every lease and tells an old one apart.

    `key` names work that must not be waiting or running twice; `schedule` names one time at which a job was due.
    `request` is the id under which the log tells of what led to it.
    """

    name = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    queue = models.CharField(max_length=40, default="default")
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    key = models.CharField(max_length=200, null=True)
    schedule = models.CharField(max_length=200, null=True, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    attempts = models.IntegerField(default=0)
    max_attempts = models.IntegerField(default=5)
    run_at = models.DateTimeField()
    lease = models.IntegerField(default=60)
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    text = models.CharField(max_length=200, default="")
    error = models.TextField(default="")
    result = models.JSONField(null=True)
    request = models.CharField(max_length=64, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["priority", "run_at", "id"], name="job_next", condition=models.Q(state=State.QUEUED)),
            models.Index(fields=["state", "id"], name="job_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=UNFINISHED, name="job_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    @property
    def progress(self) -> int:
        """Per cent."""
        if self.state == State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


class Pause(models.Model):
    """What an administrator has told the workers not to begin: a job or a reaction by its name, or EVERYTHING."""

    EVERYTHING = "*"
    name = models.CharField(max_length=120, primary_key=True)
    since = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)


class Worker(models.Model):
    """A process that runs jobs, as long as `seen_at` is fresh."""

    host = models.CharField(max_length=120)
    pid = models.IntegerField()
    version = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
