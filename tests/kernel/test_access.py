"""Rights in SQL are those that the oracle tells in plain Python, for all people of companies drawn by lot."""

from __future__ import annotations

import os

import pytest

from bodega.kernel import access
from bodega.kernel.registry import type_of
from tests.proofs import oracle
from tests.proofs.companies import TYPE, Company, company
from tests.proofs.faults import FAULTS, Fault, made

COMPANIES = int(os.environ.get("BODEGA_COMPANIES", "60"))
READING = ("view", "change", "delete")


def differing(held: Company) -> list[str]:
    """Where the two do not say the same."""
    type_, found = type_of(TYPE), []
    for at, person in enumerate(held.people):
        actor = held.actor(person)
        for verb in READING:
            told = {held.ids[thing] for thing in held.things if oracle.may(person, verb, thing)}
            rows = type_.rows(actor, verb)
            sorted_ids = [*rows.order_by("name_key").values_list("pk", flat=True)]
            counted = rows.count()
            each = {row.pk for row in type_.every() if access.allows(type_, row, actor, verb)}
            if not told == {*sorted_ids} == each or counted != len(told):
                found.append(f"person {at} may {verb} {told}, not {sorted_ids}, {each}, {counted}")
            if access.may(type_, actor, verb) < bool(told):
                found.append(f"person {at} may {verb} nothing at all")
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("few", [True, False], ids=["collected", "walked"])
def test_the_database_says_what_the_oracle_says(monkeypatch: pytest.MonkeyPatch, few: bool) -> None:
    monkeypatch.setattr(access, "SEEK_BELOW", 5_000 if few else 0)
    for seed in range(COMPANIES):
        with company(seed) as held:
            assert not differing(held), f"company {seed}"


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_would_be_seen(fault: Fault) -> None:
    def is_seen(seed: int) -> bool:
        with company(seed) as held:
            return bool(differing(held))

    with made(fault):
        assert any(map(is_seen, range(COMPANIES)))
