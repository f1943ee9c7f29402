"""The catalogue."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bodega.kernel.columns import BinaryOrdered, CurrencyField, KeyField, MoneyField
from bodega.kernel.stored import ALIVE, Protected, external_once, seen_by


class Product(Protected):
    """Something that can be sold, at a list price."""

    name = models.CharField(_("name"), max_length=200)
    name_key = KeyField(of="name")
    code = BinaryOrdered(_("code"), max_length=60, blank=True, default="")
    series = models.CharField(_("series"), max_length=100, blank=True, default="")
    price = MoneyField(_("price"), null=True, blank=True)
    price_currency = CurrencyField()
    price_base = models.BigIntegerField(null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    description = models.TextField(_("description"), blank=True, default="")

    class Meta:
        indexes = [
            *seen_by("product"),
            models.Index(fields=["name_key", "id"], name="product_name", condition=ALIVE),
        ]
        constraints = [external_once("product_external")]

    def __str__(self) -> str:
        return self.name
