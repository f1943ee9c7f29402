"""Rights in SQL are those that the oracle tells in plain Python, for all people of companies drawn by lot."""

from __future__ import annotations

import os

import pytest

from bodega.kernel import access
from tests.proofs.companies import company
from tests.proofs.faults import FAULTS, Fault, made
from tests.proofs.noticing import differing, differs

pytestmark = pytest.mark.slow

COMPANIES = int(os.environ.get("BODEGA_COMPANIES", "60"))


@pytest.mark.django_db
@pytest.mark.parametrize("few", [True, False], ids=["collected", "walked"])
def test_the_database_says_what_the_oracle_says(monkeypatch: pytest.MonkeyPatch, few: bool) -> None:
    monkeypatch.setattr(access, "SEEK_BELOW", 5_000 if few else 0)
    for seed in range(COMPANIES):
        with company(seed) as held:
            assert not differing(held), f"company {seed}"


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_would_be_seen(fault: Fault) -> None:
    with made(fault):
        assert any(map(differs, range(COMPANIES)))
