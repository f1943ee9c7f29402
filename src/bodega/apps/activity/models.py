"""The timeline, and what people write into it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import BinaryOrdered, KeyField, OptionField, ReferencesField
from bodega.kernel.stored import ALIVE, Protected, Record, Tally, external_once, seen_by

OPEN, KEPT, LATE, BROKEN, RELEASED = "open", "kept", "late", "broken", "released"
STATUSES = [
    (OPEN, _("Open")),
    (KEPT, _("Kept")),
    (LATE, _("Kept late")),
    (BROKEN, _("Broken")),
    (RELEASED, _("Released")),
]
"""How it stands with a promise; `released` is one that the customer let us off."""
HIGH, NORMAL, LOW = "high", "normal", "low"
PRIORITIES = [(HIGH, _("High")), (NORMAL, _("Normal")), (LOW, _("Low"))]


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


class Plan(Record):
    """Steps that follow one another when one of them is done."""

    name = models.CharField(_("name"), max_length=100)
    name_key = KeyField(of="name")
    about = models.TextField(_("about"), blank=True, default="")
    retired = models.BooleanField(_("no longer offered"), default=False)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [external_once("plan_external")]

    def __str__(self) -> str:
        return self.name


class PlanStep(models.Model):
    """One step of a plan: what, so many working days after the start or after the step before, and who does it."""

    KINDS = [("task", _("Task")), ("call", _("Call"))]
    SINCE = [("before", _("After the step before")), ("start", _("After the start"))]
    WHO = [
        ("owner", _("Who has the record")),
        ("starter", _("Who starts the plan")),
        ("person", _("This person")),
        ("asked", _("Asked when it starts")),
    ]

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    order = models.IntegerField(default=0)
    name = models.CharField(_("what"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS, default="task")
    days = models.IntegerField(_("working days"), default=0)
    since = models.CharField(_("counted"), max_length=10, choices=SINCE, default="before")
    who = models.CharField(_("who"), max_length=10, choices=WHO, default="owner")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )


class FollowUp(Record):
    """What is offered as the next step after an interaction that ended so: so many working days later."""

    outcome = OptionField(_("after"), options="activity.outcome")
    name = models.CharField(_("what"), max_length=200)
    name_key = KeyField(of="name")
    kind = models.CharField(_("kind"), max_length=10, choices=PlanStep.KINDS, default="call")
    days = models.IntegerField(_("working days"), default=1)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [external_once("follow_up_external")]

    def __str__(self) -> str:
        return self.name


class Task(Protected):
    """Something to be done by its owner; or, where it is `promised`, something that a customer was told would be done.

    Tasks and promises are two record types over this table. The day that was promised first is kept when a promise is
    moved to another one: what is measured is not bettered by moving.
    """

    KINDS = [("task", _("Task")), ("call", _("Call"))]

    promised = models.BooleanField(default=False, db_default=False, editable=False)
    name = models.CharField(_("what"), max_length=300)
    name_key = KeyField(of="name")
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS, default="task")
    due_on = models.DateField(_("due"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True, editable=False)
    about_type = BinaryOrdered(max_length=60, default="", blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    status = BinaryOrdered(_("status"), max_length=8, choices=STATUSES, default=OPEN, db_default=OPEN, editable=False)
    first_due_on = models.DateField(_("first promised for"), null=True, blank=True, editable=False)
    outcome = models.TextField(_("what happened"), blank=True, default="", db_default="", editable=False)
    priority = BinaryOrdered(_("priority"), max_length=6, choices=PRIORITIES, default=NORMAL, db_default=NORMAL)
    repeat = models.CharField(_("repeats"), max_length=120, blank=True, default="", db_default="")
    plan = models.ForeignKey(
        Plan,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("plan"),
        db_index=False,
    )
    plan_step = models.IntegerField(_("step"), null=True, blank=True, editable=False)
    plan_since = models.DateField(_("plan begun"), null=True, blank=True, editable=False)
    plan_people = models.JSONField(_("who does which step"), null=True, editable=False)
    """Who does the steps for which a person was asked when the plan started: ids by the number of the step."""
    rhythm_on = models.DateField(_("in its rhythm"), null=True, blank=True, editable=False)
    """The day that the rule means, whatever day this one was moved to."""

    class Meta:
        indexes = [
            *seen_by("task"),
            models.Index(fields=["name_key", "id"], name="task_name", condition=ALIVE),
            models.Index(fields=["due_on", "id"], name="task_due", condition=ALIVE),
            models.Index(fields=["owner", "due_on"], name="task_owner", condition=ALIVE & models.Q(done_at=None)),
            models.Index(fields=["about_type", "about_id"], name="task_about"),
            # Promises are few beside the tasks: lists of them would else walk over all of these.
            models.Index(fields=["due_on", "id"], name="promise_due", condition=ALIVE & models.Q(promised=True)),
            models.Index(
                fields=["status", "-first_due_on"], name="promise_status", condition=ALIVE & models.Q(promised=True)
            ),
        ]
        constraints = [external_once("task_external_once", "promised")]

    def __str__(self) -> str:
        return self.name


class PromiseMove(models.Model):
    """That a promise was moved from one day to another, and why."""

    promise = models.ForeignKey(Task, models.CASCADE, related_name="moves")
    order = models.IntegerField(default=0)
    was_due = models.DateField(_("was due"), null=True)
    moved_to = models.DateField(_("moved to"), null=True)
    reason = models.CharField(_("why"), max_length=300, blank=True, default="")


class TaskReminder(models.Model):
    """When the owner of a task wants to hear of it."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="reminders")
    order = models.IntegerField(default=0)
    at = models.DateTimeField(_("when"))

    class Meta:
        indexes = [models.Index(fields=["at"], name="reminder_at")]


class TaskSubject(models.Model):
    """What else a task is about, of whatever type."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="others")
    order = models.IntegerField(default=0)
    about_type = BinaryOrdered(max_length=60, default="")
    about_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["about_type", "about_id", "task"], name="task_also_about")]


class PromiseTally(Tally):
    """How many promises stand how, by the day they were promised for first and by who may see them."""

    status = BinaryOrdered(max_length=8)
    first_due_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner_id"], name="promise_tally_owner"),
            models.Index(
                fields=["first_due_on", "status", "owner_id", "team_set", "territory_id", "private", "many"],
                name="promise_tally_day",
            ),
        ]


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
    mentioned = models.BooleanField(default=False, db_default=False)
    """Whether it is there as its text mentions the record, no more: nobody was in touch with whom it stands for."""

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id", "-at", "-entry"], name="timeline")]
        constraints = [models.UniqueConstraint(fields=["entry", "subject_type", "subject_id"], name="timeline_once")]
