"""The columns of every record; written by `kernel.change` alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import BinaryOrdered

ALIVE = models.Q(deleted_at=None)
SEEN_BY = ("team_set", "territory", "private")
"""The columns that say, beside the owner, who may see a record."""


class Record(models.Model):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        db_index=False,
    )
    external_id = BinaryOrdered(_("external id"), max_length=120, blank=True, default="")
    created_at = models.DateTimeField(_("created"), editable=False)
    updated_at = models.DateTimeField(_("changed"), editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)
    version = models.IntegerField(_("version"), default=1, editable=False)
    custom = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True


class Protected(Record):
    """A record that not everybody may see. Beside its owner three columns say who does (`kernel.access`)."""

    team_set = models.IntegerField(null=True, blank=True, editable=False)
    """Which teams work on it: a row of TeamSet."""
    territory = models.ForeignKey(
        "kernel.Territory",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territory"),
        db_index=False,
    )
    private = models.BooleanField(_("private"), default=False, db_default=False)

    class Meta:
        abstract = True


class Child(Record):
    """A record that is seen through its parent and listed on its own: with copies of the parent's columns, the owner
    among them (`kernel.copies`)."""

    team_set = models.IntegerField(null=True, blank=True, editable=False)
    territory_id = models.BigIntegerField(null=True, blank=True, editable=False)
    private = models.BooleanField(default=True, db_default=True, editable=False)

    class Meta:
        abstract = True


class Tally(models.Model):
    """Protected records, counted and added up by who may see them (`kernel.tallies`)."""

    owner_id = models.BigIntegerField(null=True)
    team_set = models.IntegerField(null=True)
    territory_id = models.BigIntegerField(null=True)
    private = models.BooleanField()
    many = models.IntegerField()

    class Meta:
        abstract = True


def seen_by(name: str) -> list[models.Index]:
    """What finds the few records that teams work on, those of a territory, and whether any is private."""
    private = models.Index(fields=["id"], name=f"{name}_private", condition=models.Q(private=True))
    return [there(name, "team_set"), there(name, "territory"), private]


def seen_with_parent(name: str) -> list[models.Index]:
    """The same for a Child."""
    owner = models.Index(fields=["owner", "id"], name=f"{name}_owner", condition=ALIVE)
    return [owner, there(name, "team_set"), there(name, "territory_id")]


def there(name: str, column: str) -> models.Index:
    """Of the rows that have such a thing alone."""
    condition = ALIVE & models.Q(**{f"{column}__isnull": False})
    return models.Index(fields=[column], name=f"{name}_{column.removesuffix('_id')}", condition=condition)


def external_once(name: str, *within: str) -> models.UniqueConstraint:
    """The key that another system knows the record by is the record's own, as long as it is not in the trash."""
    return models.UniqueConstraint(
        fields=[*within, "external_id"], name=name, condition=ALIVE & ~models.Q(external_id="")
    )
