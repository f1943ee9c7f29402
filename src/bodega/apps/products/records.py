"""How a product is shown, found, imported."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bodega.apps.products.models import Product
from bodega.kernel.record import RecordType

product = RecordType(
    key="products.product",
    model=Product,
    label=_("Product"),
    plural=_("Products"),
    slug="products",
    icon="package",
    section=_("Selling"),
    columns="name code series price active",
    form={_("Product"): "name code series price active", _("More"): "description"},
    search="name code",
    sorts="name",
    match="external_id, code, name",
)
