"""How an administrator arranged the page of a record."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import BinaryOrdered
from bodega.kernel.stored import Record, external_once


class Layout(Record):
    """The page of one type, for the holders of a role or for everybody; the newest counts. `places` is told by
    `layouts.Places`."""

    name = models.CharField(_("name"), max_length=150, blank=True, default="")
    type = BinaryOrdered(_("records"), max_length=60)
    role = models.ForeignKey(
        "kernel.Role", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("role")
    )
    places = models.JSONField(_("places"), default=dict)

    class Meta:
        verbose_name = _("layout")
        verbose_name_plural = _("layouts")
        constraints = [external_once("layout_external")]

    def __str__(self) -> str:
        return self.name
