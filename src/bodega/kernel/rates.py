"""What foreign money is worth in the company's currency."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.conf import settings

from bodega.kernel.scope import arranged
from bodega.lib import clock


def rate_of(currency: str) -> Decimal | None:
    """What one unit is worth today, or None where no rate is known."""
    return Decimal(1) if currency == settings.BODEGA_CURRENCY else rates().get(currency)


def rates() -> Mapping[str, Decimal]:
    """The newest known rate of each currency."""
    today = clock.today(settings.TIME_ZONE)
    return arranged(("rates", today), lambda: read_rates(today))


def read_rates(today: date) -> Mapping[str, Decimal]:
    from bodega.kernel.models import Rate  # models import the kinds' columns; rates are asked for later

    known = Rate._base_manager.filter(deleted_at=None, since__lte=today).order_by("since")
    return {rate.name: rate.worth for rate in known}
