"""A rate that comes late: amounts whose worth nobody knew get it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bodega.kernel import registry
from bodega.kernel.change import roll_up
from bodega.kernel.events import Event, on
from bodega.kernel.kinds import Money
from bodega.kernel.kinds.numbers import worth
from bodega.kernel.rates import rates
from bodega.kernel.record import RecordType
from bodega.lib.money import Money as Amount

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

CHUNK = 5_000


@on("kernel.rate.created", "kernel.rate.changed", "kernel.rate.restored")
def fill_worth(events: Sequence[Event], *, actor: Actor) -> None:
    """What was worth something on its day keeps that worth; only what has none is filled in."""
    for type_ in registry.DECLARED.values():
        for kind in type_.declared.values():
            if isinstance(kind, Money) and not type_.covers:
                fill(type_, kind)


def fill(type_: RecordType, kind: Money) -> None:
    amount, currency, base = kind.columns
    known = rates()
    unknown = type_.every().filter(**{f"{amount}__isnull": False, f"{base}": None, f"{currency}__in": [*known]})
    while rows := [*unknown.order_by("pk").values_list("pk", amount, currency)[:CHUNK]]:
        roll_up(type_, base, {pk: worth(Amount(minor, code), known[code]) for pk, minor, code in rows})
