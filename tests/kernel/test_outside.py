"""Somebody from outside sees what concerns the party they stand for, as far as a role says, and nothing else."""

from __future__ import annotations

from contextvars import Context
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from bodega.kernel import access, change, registry
from bodega.kernel.actors import Actor, outside
from bodega.surfaces.search.finding import find
from bodega.surfaces.search.making import renew
from tests.personas import People

PORTAL = {
    "*": {"view": "none"},
    "sales.deal": {"view": "customer"},
    "parties.person": {"view": "customer", "change": "customer"},
}


@pytest.fixture
def mia(people: People) -> Any:
    return change.create(registry.type_of("parties.person"), {"name": "Mia Mine"}, actor=people.dora)


@pytest.fixture
def customer(people: People, mia: Any) -> Actor:
    """Mia at her own pages."""
    role = change.create(registry.type_of("kernel.role"), {"name": "Customer", "levels": PORTAL}, actor=people.anna)
    return outside("Mia Mine", role_ids=[role.pk], parties=[mia.pk], surface="portal")


@pytest.fixture
def deals(people: People, mia: Any) -> dict[str, int]:
    deal = registry.type_of("sales.deal")
    given: dict[str, dict[str, Any]] = {
        "Hers": {"contact": mia.pk},
        "Kept from her": {"contact": mia.pk, "private": True},
        "Another's": {},
    }
    return {name: change.create(deal, {"name": name} | more, actor=people.dora).pk for name, more in given.items()}


def test_a_customer_sees_their_own(customer: Actor, deals: dict[str, int], mia: Any) -> None:
    seen = {key: [*registry.type_of(key).rows(customer).values_list("pk", flat=True)] for key in registry.DECLARED}
    assert {key: ids for key, ids in seen.items() if ids} == {
        "parties.person": [mia.pk], "parties.party": [mia.pk], "sales.deal": [deals["Hers"]],
    }  # fmt: skip
    deal = registry.type_of("sales.deal")
    assert [row.name for row in deal.every() if access.allows(deal, row, customer, "view")] == ["Hers"]


def test_a_customer_changes_what_they_may(customer: Actor, deals: dict[str, int], mia: Any) -> None:
    change.save(mia, {"job_title": "Buyer"}, actor=customer, type_=registry.type_of("parties.person"))
    with pytest.raises(PermissionDenied):
        change.save(deals["Hers"], {"name": "Mine"}, actor=customer, type_=registry.type_of("sales.deal"))


def test_a_customer_finds_their_own(customer: Actor, deals: dict[str, int]) -> None:
    renew(registry.type_of("sales.deal"), [*deals.values()])
    found = [[*hits.ids] for word in ("hers", "kept", "another") for hits in find(word, actor=customer, most=5).groups]
    assert found == [[deals["Hers"]]]


def test_a_form_adds_and_sees_nothing(people: People, mia: Any) -> None:
    levels = {"*": {"view": "none"}, "parties.person": {"create": "all"}}
    role = change.create(registry.type_of("kernel.role"), {"name": "Form", "levels": levels}, actor=people.anna)
    form = Context().run(lambda: outside("Contact form", role_ids=[role.pk], surface="form"))
    person = registry.type_of("parties.person")
    made = change.create(person, {"name": "New Person"}, actor=form)
    assert (made.owner_id, [*person.rows(form)]) == (None, [])
    with pytest.raises((PermissionDenied, ValidationError)):
        change.save(made, {"name": "Other"}, actor=form, type_=person)


def test_the_level_of_customers_gives_staff_nothing(people: People, deals: dict[str, int], mia: Any) -> None:
    own = people.user(people.ben).roles[0]
    change.save(own, {"levels": PORTAL}, actor=people.anna, type_=registry.type_of("kernel.role"))
    assert not registry.type_of("sales.deal").rows(people.ben).exists()
