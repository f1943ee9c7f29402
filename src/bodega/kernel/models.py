"""What every record has, the tables that every change writes, and what an administrator adds to the types."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.actors import Role, Team, TeamSet, Territory, User
from bodega.kernel.columns import BinaryOrdered, FixedField, KeyField
from bodega.kernel.rules import Rule
from bodega.kernel.sharing import Share
from bodega.kernel.stored import ALIVE, Protected, Record, external_once, seen_by

__all__ = [
    "Arrangement",
    "Change",
    "ChangeRow",
    "Consumer",
    "CustomField",
    "CustomRecord",
    "CustomType",
    "Option",
    "Parked",
    "Rate",
    "Record",
    "Role",
    "Rule",
    "Share",
    "Team",
    "TeamSet",
    "Territory",
    "User",
]


class Change(models.Model):
    """One act: who did what to how many records of one type, through which surface, because of what.

    No foreign keys: history outlives what it tells of. `position` is given by the sequencer after the commit.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=150)
    type = BinaryOrdered(max_length=60)
    verb = BinaryOrdered(max_length=60)
    surface = models.CharField(max_length=30)
    batch = BinaryOrdered(max_length=60, default="")
    caused_by = models.BigIntegerField(null=True)
    depth = models.SmallIntegerField(default=0)
    count = models.IntegerField(default=1)
    undoes = models.BigIntegerField(null=True)
    undone_by = models.BigIntegerField(null=True)
    position = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["batch", "id"], name="change_batch", condition=~models.Q(batch="")),
            models.Index(fields=["id"], name="change_unsequenced", condition=models.Q(position=None)),
            models.Index(fields=["position"], name="change_position"),
            models.Index(fields=["user_id", "id"], name="change_user"),
        ]


class ChangeRow(models.Model):
    """What one act did to one record: the old and the new of the fields that changed, by stable field id."""

    pk = models.CompositePrimaryKey("type", "record_id", "version")
    type = BinaryOrdered(max_length=60)
    record_id = models.BigIntegerField()
    version = models.IntegerField()
    change_id = models.BigIntegerField()
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["change_id", "record_id"], name="changerow_change")]


class Consumer(models.Model):
    """How far one reader of the events has come: the sequencer, or a reaction. Whoever locks the row delivers.

    `record_id` is set while the change at `position` has been taken only up to that record.
    """

    name = models.CharField(max_length=120, primary_key=True)
    position = models.BigIntegerField(default=0)
    record_id = models.BigIntegerField(null=True)


class Parked(models.Model):
    """An event that a consumer could not take, and the later events of the same record behind it."""

    consumer = models.CharField(max_length=120)
    type = BinaryOrdered(max_length=60)
    record_id = models.BigIntegerField()
    change_id = models.BigIntegerField()
    position = models.BigIntegerField()
    error = models.TextField(blank=True)
    attempts = models.IntegerField(default=0)
    again = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consumer", "type", "record_id", "position"], name="parked_once")
        ]


class Arrangement(models.Model):
    """One row, whose number changes whenever an administrator changes anything (`kernel.scope`)."""

    version = models.BigIntegerField()


class Option(Record):
    """One choice of a set that an administrator edits; code branches on `status`, people read `name`."""

    set = BinaryOrdered(_("set"), max_length=60)
    key = BinaryOrdered(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=100)
    name_key = KeyField(of="name")
    order = models.IntegerField(_("order"), default=0)
    tone = models.CharField(_("colour"), max_length=12, blank=True, default="")
    status = models.CharField(_("status"), max_length=30, blank=True, default="")
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        constraints = [
            models.UniqueConstraint(fields=["set", "key"], name="option_once", condition=ALIVE),
            external_once("option_external"),
        ]

    def __str__(self) -> str:
        return self.name


class Rate(Record):
    """What one unit of a foreign currency was worth in the company's currency from a day on."""

    name = models.CharField(_("currency"), max_length=3)
    name_key = KeyField(of="name")
    since = models.DateField(_("since"))
    worth = FixedField(_("worth of one"), places=8)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            models.UniqueConstraint(fields=["name", "since"], name="rate_once", condition=ALIVE),
            external_once("rate_external"),
        ]


class CustomType(Record):
    """A record type that an administrator made; its records live in CustomRecord."""

    name = models.CharField(_("name of one"), max_length=60)
    name_key = KeyField(of="name")
    plural = models.CharField(_("name of several"), max_length=60)
    slug = models.SlugField(_("address"), max_length=40)
    icon = models.CharField(_("icon"), max_length=40, default="box")

    class Meta:
        verbose_name = _("record type")
        verbose_name_plural = _("record types")
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="custom_type_once", condition=ALIVE),
            external_once("custom_type_external"),
        ]

    @property
    def key(self) -> str:
        return f"custom.{self.slug.replace('-', '_')}"


class CustomField(Record):
    """A field that an administrator added to a type; its values live in `custom` under `f<id>`."""

    type = BinaryOrdered(_("record type"), max_length=60)
    name = models.CharField(_("label"), max_length=60)
    name_key = KeyField(of="name")
    word = models.SlugField(_("word in questions"), max_length=40)
    kind = models.CharField(_("kind"), max_length=20)
    required = models.BooleanField(_("required"), default=False)
    indexed = models.BooleanField(_("found and sorted fast"), default=False)
    index_state = models.CharField(max_length=12, default="", blank=True, editable=False)
    options = models.JSONField(_("options"), default=list, blank=True)
    target = BinaryOrdered(_("refers to"), max_length=60, blank=True, default="")
    order = models.IntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("field")
        verbose_name_plural = _("fields")
        constraints = [
            models.UniqueConstraint(fields=["type", "word"], name="custom_field_once", condition=ALIVE),
            external_once("custom_field_external"),
        ]

    @property
    def key(self) -> str:
        """The stable id, by which values and stored questions name the field."""
        return f"f{self.pk}"


class CustomRecord(Protected):
    """The rows of every type that an administrator made."""

    type = models.ForeignKey(CustomType, models.PROTECT, related_name="+", db_index=False, editable=False)
    name = models.CharField(_("name"), max_length=300)
    name_key = KeyField(of="name")

    class Meta:
        indexes = [
            *seen_by("custom_record"),
            models.Index(fields=["type", "name_key", "id"], name="custom_record_name", condition=ALIVE),
            models.Index(fields=["type", "owner", "name_key", "id"], name="custom_record_owner", condition=ALIVE),
        ]
        constraints = [external_once("custom_record_external", "type")]

    def __str__(self) -> str:
        return self.name
