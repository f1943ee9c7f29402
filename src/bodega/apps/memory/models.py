"""Topics, and the facts that are known about a party on each."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.apps.activity.models import Note
from bodega.apps.parties.models import ORGANISATION, PERSON, Party
from bodega.kernel.columns import BinaryOrdered, FixedField, KeyField, OptionField
from bodega.kernel.stored import ALIVE, Child, Record, external_once, seen_with_parent

TEXT, YES_NO, NUMBER, DATE, MONEY, CHOICE = "text", "yesno", "number", "date", "money", "choice"
CURRENT, BESIDE, PAST = "current", "beside", "past"
SURE, LIKELY, UNSURE = "sure", "likely", "unsure"
SURENESS = [(SURE, _("Sure")), (LIKELY, _("Likely")), (UNSURE, _("Unsure"))]


class Topic(Record):
    """One thing that one may know about a customer; administrators keep them."""

    KINDS = [
        (TEXT, _("Text")),
        (YES_NO, _("Yes or no")),
        (NUMBER, _("Number")),
        (DATE, _("Date")),
        (MONEY, _("Amount")),
        (CHOICE, _("Choice")),
    ]
    ABOUT = [(PERSON, _("People")), (ORGANISATION, _("Organisations"))]

    name = models.CharField(_("name"), max_length=100)
    name_key = KeyField(of="name")
    key = BinaryOrdered(
        _("word"), max_length=40, blank=True, default="", help_text=_("In questions: fact.contract_end<90d. It stays.")
    )
    group = OptionField(_("group"), options="memory.group")
    kind = BinaryOrdered(_("kind of value"), max_length=10, choices=KINDS, default=TEXT)
    options = models.TextField(_("choices"), blank=True, default="", help_text=_("Of a choice: one on each line."))
    several = models.BooleanField(
        _("several at a time"), default=False, help_text=_("As of likes: a new one does not take the place of another.")
    )
    sensitive = models.BooleanField(default=False, editable=False)
    about = BinaryOrdered(_("about"), max_length=12, choices=ABOUT, blank=True, default="")
    question = models.CharField(_("question to ask"), max_length=200, blank=True, default="")
    words = models.TextField(
        _("also said as"),
        blank=True,
        default="",
        help_text=_("By which a line is understood, with commas between: allergic to, cannot eat."),
    )
    ask_after = models.IntegerField(_("ask again after months"), null=True, blank=True)
    keep_for = models.IntegerField(
        _("kept for months"), null=True, blank=True, help_text=_("Then what is known on it is removed for good.")
    )
    order = models.IntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            external_once("topic_external", "sensitive"),
            models.UniqueConstraint(fields=["key"], name="topic_key", condition=ALIVE),
        ]

    def __str__(self) -> str:
        return self.name


class Fact(Child):
    """What somebody told us about a party. Nothing is overwritten: `standing` and `superseded_by` follow from all that
    is known of the party on the topic (`settling`). `day` and `amount` hold the value where it is one."""

    STANDINGS = [(CURRENT, _("Holds")), (BESIDE, _("Contradicts")), (PAST, _("Superseded"))]

    party = models.ForeignKey(Party, models.CASCADE, related_name="facts", verbose_name=_("about"), db_index=False)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="facts", verbose_name=_("topic"), db_index=False)
    sensitive = models.BooleanField(default=False, editable=False)
    text = models.CharField(_("what is known"), max_length=500)
    text_key = KeyField(of="text")
    day = models.DateField(_("as a date"), null=True, editable=False)
    amount = FixedField(_("as a number"), null=True, editable=False)
    said_by = models.ForeignKey(
        Party, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("said by"), db_index=False
    )
    heard_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("heard by"),
        db_index=False,
    )
    heard_at = models.DateTimeField(_("heard"), blank=True)
    note = models.ForeignKey(
        Note, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("source"), db_index=False
    )
    words = models.CharField(_("in their words"), max_length=500, blank=True, default="")
    suggested_by = models.CharField(
        _("suggested by"), max_length=100, blank=True, default="", db_default="", editable=False
    )
    sure = BinaryOrdered(_("how sure"), max_length=10, choices=SURENESS, default=SURE)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    ask_again = models.DateField(_("ask again"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True, editable=False)
    kept_until = models.DateField(_("kept until"), null=True, blank=True, editable=False)
    standing = BinaryOrdered(_("standing"), max_length=10, choices=STANDINGS, default=CURRENT, editable=False)
    superseded_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("superseded by"),
        editable=False,
        db_index=False,
    )

    class Meta:
        constraints = [external_once("fact_external", "sensitive")]
        indexes = [
            models.Index(fields=["party", "topic"], name="fact_party"),
            # With what says who sees them: thousands are asked about at once, and none of them has to be looked at.
            *(
                models.Index(
                    fields=["topic", column, "party", "owner", "private", "sensitive"],
                    name=f"fact_{name}",
                    condition=ALIVE & models.Q(standing=CURRENT) & models.Q(**where),
                )
                for name, column, where in (
                    ("text", "text_key", {}),
                    ("day", "day", {"day__isnull": False}),
                    ("amount", "amount", {"amount__isnull": False}),
                )
            ),
            models.Index(fields=["kept_until"], name="fact_kept", condition=models.Q(kept_until__isnull=False)),
            *seen_with_parent("fact"),
        ]

    def __str__(self) -> str:
        return self.text


class AskedAgain(Child):
    """That we asked a customer for what they had told us before. Of a sensitive topic no word is said."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="+", verbose_name=_("whom"), db_index=False)
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic"), db_index=False
    )
    asked_at = models.DateTimeField(_("when"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked by"),
        db_index=False,
    )
    channel = models.CharField(_("how"), max_length=10, choices=Note.CHANNELS, default="call")
    remark = models.CharField(_("remark"), max_length=300, blank=True, default="")

    class Meta:
        constraints = [external_once("asked_again_external")]
        indexes = [models.Index(fields=["asked_at"], name="asked_again_at"), *seen_with_parent("asked_again")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Suggestion(models.Model):
    """What an interaction seems to tell of a customer; no record, until somebody keeps it as a fact. Without a topic it
    is a way to reach them in this `channel`. `by` names the language model that says so; empty, the rules do."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="+", db_index=False)
    party = models.ForeignKey(Party, models.CASCADE, related_name="+", db_index=False)
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, related_name="+", db_index=False)
    channel = BinaryOrdered(max_length=10, default="", db_default="")
    text = models.CharField(max_length=500)
    words = models.CharField(max_length=500)
    by = models.CharField(max_length=100, default="", db_default="")
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["note", "party", "topic", "text"], name="suggestion_once"),
            models.UniqueConstraint(
                fields=["note", "party", "channel", "text"], name="suggestion_reach", condition=models.Q(topic=None)
            ),
        ]
        indexes = [models.Index(fields=["party"], name="suggestion_party", condition=models.Q(dismissed_at=None))]


class Sending(models.Model):
    """That the text of an interaction went to a language model, and what came of it; for administrators."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    model = models.CharField(max_length=100)
    letters = models.IntegerField()
    found = models.IntegerField(default=0)
    dropped = models.IntegerField(default=0)
    problem = models.CharField(max_length=300, default="")
