"""The timeline, and what people write into it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import BinaryOrdered, KeyField, OptionField, ReferencesField
from bodega.kernel.stored import ALIVE, Protected, external_once, seen_by


class Note(Protected):
    """A touch with customers in some channel, or a remark: an interaction to people, whose type is still called
    `activity.note`, since its history, roles and views name it so."""

    CHANNELS = [
        ("note", _("Note")),
        ("call", _("Call")),
        ("meeting", _("Meeting")),
        ("email", _("E-mail")),
        ("post", _("Letter")),
        ("chat", _("Chat")),
        ("visit", _("Visit")),
    ]

    DIRECTIONS = [("in", _("From them")), ("out", _("From us"))]

    channel = models.CharField(_("how"), max_length=10, choices=CHANNELS, default="note")
    direction = models.CharField(
        _("direction"), max_length=3, choices=DIRECTIONS, blank=True, default="", db_default=""
    )
    subject = models.CharField(_("subject"), max_length=300, blank=True, default="", db_default="")
    text = models.TextField(_("what happened"))
    happened_at = models.DateTimeField(_("when"), blank=True)
    minutes = models.IntegerField(_("minutes"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=300, blank=True, default="", db_default="")
    outcome = OptionField(_("outcome"), options="activity.outcome", db_default="")
    participants = ReferencesField(_("customers"), to="parties.party", null=True, default=None)
    colleagues = ReferencesField(_("colleagues"), to="kernel.user", null=True, default=None)
    about_type = BinaryOrdered(max_length=60, default="")
    about_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [*seen_by("note"), models.Index(fields=["about_type", "about_id"], name="note_about")]
        constraints = [external_once("note_external")]

    def __str__(self) -> str:
        return self.text[:60]


class Task(Protected):
    """Something to be done by its owner, or something promised to a customer."""

    KINDS = [("task", _("Task")), ("call", _("Call")), ("promise", _("Promise"))]

    name = models.CharField(_("what"), max_length=300)
    name_key = KeyField(of="name")
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS, default="task")
    due_on = models.DateField(_("due"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True, editable=False)
    about_type = BinaryOrdered(max_length=60, default="", blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            *seen_by("task"),
            models.Index(fields=["name_key", "id"], name="task_name", condition=ALIVE),
            models.Index(fields=["due_on", "id"], name="task_due", condition=ALIVE),
            models.Index(fields=["owner", "due_on"], name="task_owner", condition=ALIVE & models.Q(done_at=None)),
            models.Index(fields=["about_type", "about_id"], name="task_about"),
        ]
        constraints = [external_once("task_external")]

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """One thing that happened, once, whoever it concerns. Its words come from the record it tells of."""

    at = models.DateTimeField()
    type = BinaryOrdered(max_length=60)
    record_id = models.BigIntegerField()
    verb = BinaryOrdered(max_length=60)
    change_id = models.BigIntegerField()
    user_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=150)
    new = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change_id", "type", "record_id"], name="entry_once")]


class TimelineRow(models.Model):
    """That an entry stands on the timeline of a record."""

    subject_type = BinaryOrdered(max_length=60)
    subject_id = models.BigIntegerField()
    at = models.DateTimeField()
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="rows")

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id", "-at", "-entry"], name="timeline")]
        constraints = [models.UniqueConstraint(fields=["entry", "subject_type", "subject_id"], name="timeline_once")]
