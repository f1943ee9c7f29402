"""Imports and what was wrong in their files. No record types: read by who imports and by administrators alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    TRYING = "trying", _("being tried")
    TRIED = "tried", _("tried")
    RUNNING = "running", _("running")
    FAILED = "failed", _("stopped by an error")
    CANCELLED = "cancelled", _("stopped")
    DONE = "done", _("done")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")


READ, TIE, MEND = "read", "tie", "mend"


class ImportRun(models.Model):
    """One file on its way into one record type. `step` says how (the shape of a recipe's step), `line` how far it is.

    `line` is the first line that has not been dealt with: what a line leads to is written in the transaction that
    moves `line` past it. A run reads the file, then ties records of the file to each other; later it may mend, which
    reads the lines that failed once more.
    """

    type = models.CharField(max_length=60)
    file = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)
    step = models.JSONField()
    columns = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    line = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    phase = models.CharField(max_length=4, default=READ)
    created = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    same = models.BigIntegerField(default=0)
    failed = models.BigIntegerField(default=0)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["digest"], name="import_digest"),
            models.Index(fields=["user", "-id"], name="import_user"),
        ]

    @property
    def batch(self) -> str:
        """Under which name history keeps what it does."""
        return f"import:{self.pk}"


class ImportIssue(models.Model):
    """One thing that is wrong with one line.

    The first one of a line keeps it as it stood in the file, to be sent again (`raw`: its cells, or the text of a
    broken row). That is JSON in a text, because PostgreSQL's own JSON refuses some of what files hold.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="issues", db_index=False)
    line = models.BigIntegerField()
    column = models.CharField(max_length=200)
    value = models.CharField(max_length=300)
    code = models.CharField(max_length=30)
    message = models.TextField()
    raw = models.TextField(null=True)

    class Meta:
        indexes = [models.Index(fields=["run", "line"], name="import_issue_line")]
