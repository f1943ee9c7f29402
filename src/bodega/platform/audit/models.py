"""The entries of the audit log, the newest of them, and the fields that an administrator has marked."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import BinaryOrdered, KeyField
from bodega.kernel.stored import Record, external_once


class Entry(models.Model):
    """Who did what, when and from where. Written by `chain.append` alone; a trigger refuses to change or remove it.

    `at` is when it happened, `number` the order in which it was written down. No foreign keys: the log outlives what it
    tells of. `details` is JSON as `chain.text_of` writes it: in one form only, since the digest is taken over it.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    kind = BinaryOrdered(max_length=30)
    """One of `kinds.Kind`."""
    user_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=150)
    surface = models.CharField(max_length=30)
    address = models.CharField(max_length=45)
    about_type = BinaryOrdered(max_length=60)
    about_id = models.BigIntegerField(null=True)
    about = models.CharField(max_length=150)
    details = models.TextField()
    change_id = models.BigIntegerField(null=True)
    """The change in the history that it was taken from."""
    words = models.TextField()
    """What is searched, folded: made of the rest, so the digest is not taken over it."""
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="audit_entry_at"),
            models.Index(fields=["kind", "number"], name="audit_entry_kind"),
            models.Index(fields=["user_id", "number"], name="audit_entry_user"),
            models.Index(fields=["about_type", "about_id", "number"], name="audit_entry_about"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["change_id", "about_id"], name="audit_entry_once", condition=~models.Q(change_id=None)
            )
        ]


class Head(models.Model):
    """One row: the number and the digest of the newest entry. Whoever locks it writes the next one."""

    id = models.SmallIntegerField(primary_key=True)
    number = models.BigIntegerField()
    digest = models.CharField(max_length=64)


class MarkedField(Record):
    """A field whose every look is written down. `field` is its stable id; `name` is what people call the mark."""

    name = models.CharField(_("name"), max_length=150, blank=True, default="")
    name_key = KeyField(of="name")
    type = BinaryOrdered(_("record type"), max_length=60)
    field = BinaryOrdered(_("field"), max_length=60)

    class Meta:
        verbose_name = _("marked field")
        verbose_name_plural = _("marked fields")
        constraints = [external_once("marked_field_external")]
