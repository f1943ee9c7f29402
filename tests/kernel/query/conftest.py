"""Boats: a type of an administrator with a field of every kind, and what they refer to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bodega.kernel import change, registry
from bodega.kernel.actors import Actor
from bodega.kernel.record import RecordType
from bodega.lib import clock
from tests import specimens
from tests.kernel.query.trees import NOW
from tests.personas import People


@dataclass(frozen=True)
class Harbour:
    """A type with a field of every kind; `pointed` are the records that its references may point at, by kind."""

    boat: RecordType
    product: RecordType
    people: People
    pointed: dict[str, list[Any]]

    @property
    def anything(self) -> list[tuple[str, int]]:
        """What a reference to any record may point at: the products and an organisation."""
        return [*(("products.product", pk) for pk in self.pointed["reference"]), *self.pointed["any"]]

    def key(self, name: str) -> str:
        """The stable key of a boat's field."""
        return self.boat.fields()[name].key

    def add(self, *given: dict[str, Any], actor: Actor | None = None) -> list[int]:
        drafts = [change.Draft(None, values) for values in given]
        done = change.save_many(self.boat, drafts, actor=actor or self.people.anna)
        assert not done.problems, [draft.problem for draft in done.problems]
        return done.created


@pytest.fixture
def harbour(people: People) -> Iterator[Harbour]:
    with clock.fixed(NOW):
        yield built(people)


def built(people: People) -> Harbour:
    anna = people.anna
    rate = {"name": "USD", "since": date(2026, 1, 1), "worth": Decimal("0.9")}
    change.create(registry.type_of("kernel.rate"), rate, actor=anna)
    product = registry.type_of("products.product")
    # Ben's team may see Anna's records, not Dora's.
    made = [
        change.create(product, {"name": name, "owner": owner.user_id}, actor=anna).pk
        for name, owner in (("Widget", anna), ("Gadget", people.dora), ("me", anna))
    ]
    organisation = registry.type_of("parties.organisation")
    isdom = change.create(organisation, {"name": "Isdom", "owner": people.dora.user_id}, actor=anna).pk
    pointed = {"reference": made, "user": [anna.user_id, people.ben.user_id], "any": [("parties.organisation", isdom)]}
    pointed["teams"] = [*registry.type_of("kernel.team").rows(anna).values_list("pk", flat=True)]
    pointed["territory"] = [change.create(registry.type_of("kernel.territory"), {"name": "Coast"}, actor=anna).pk]
    return Harbour(specimens.custom_type(anna), product, people, pointed)
