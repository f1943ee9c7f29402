"""Worlds that differ only in what somebody may not see look the same to them; `make prove` compares many more."""

from __future__ import annotations

import os

import pytest

from bodega.apps.parties.queries import alike
from bodega.surfaces import inventory
from bodega.surfaces.export.columns import ids_of
from tests.proofs.asked import ASKED, NOT_ASKED
from tests.proofs.faults import SURFACE_FAULTS, Fault, made
from tests.proofs.grown import prepare
from tests.proofs.noticing import EVERY, leaks
from tests.proofs.worlds import EACH, worlds_of

WORLDS = int(os.environ.get("BODEGA_WORLDS", "100"))
"""On each of the two databases."""
PARTS = 4
"""Of the worlds, for processes that share the work."""
RARE = (alike, ids_of)
"""A fault in these is noticed by few companies: that takes minutes."""
FEW = [fault for at, fault in enumerate(SURFACE_FAULTS) if at % 9 == 0 and fault.of not in RARE]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_nobody_learns_what_they_may_not_see(seeded: object, part: int) -> None:
    prepare()
    for seed in range(part, -(-WORLDS // EACH), PARTS):
        told = [leak for leaked in worlds_of(seed) for leak in leaked]
        assert not told, "\n".join(map(str, told))


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.django_db
@pytest.mark.parametrize("fault", FEW, ids=str)
def test_a_forgotten_question_would_be_noticed(seeded: object, fault: Fault) -> None:
    """`make prove` tries all of them, on both databases."""
    prepare()
    with made(fault):
        assert any(map(leaks, range(20)))


@pytest.mark.parametrize("fault", EVERY, ids=str)
def test_each_fault_can_be_made(fault: Fault) -> None:
    with made(fault):
        pass


def test_every_address_is_asked() -> None:
    administrators = {route for route, who in inventory.PAGES.items() if who == inventory.OFFICE}
    asked = {*ASKED} - {inventory.OFFICE}
    assert asked | {*NOT_ASKED} | administrators == {*inventory.PAGES}
    assert not asked & {*NOT_ASKED}
