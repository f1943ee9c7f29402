"""Nothing that is sent becomes a part of a statement, and a program in which it could would be noticed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import cycle, islice
from pathlib import Path

import pytest

from bodega.kernel.scope import PROCESS
from tests.personas import People
from tests.proofs import faults, hostile, injection
from tests.proofs.ground import Ground, ground
from tests.proofs.injection import Proof, Target

pytestmark = pytest.mark.slow
PROVE = bool(os.environ.get("BODEGA_PROVE"))
EVERY, EACH = (1, int(os.environ.get("EACH", "12"))) if PROVE else (40, 1)
"""Of the parameters every so many-th is tried in everyday tests, and each with so many payloads in turn."""


@pytest.fixture
def at(people: People) -> Ground:
    return ground(people)


def tried(proof: Proof, targets: Iterable[Target], given: Iterable[str], *, each: int = EACH) -> Proof:
    """Each parameter with the next few of the hostile."""
    turns = cycle(given)
    for target in targets:
        proof.attack(target, islice(turns, each))
    return proof


def test_nothing_that_is_sent_becomes_a_statement(at: Ground) -> None:
    proof = tried(Proof(at), [*injection.targets(at)][::EVERY], [*hostile.own(), *hostile.further()])
    print(proof.found)
    assert not proof.found.all, "\n".join(proof.found.all)


@pytest.mark.skipif(not PROVE, reason="part of make prove-injection")
def test_nothing_of_the_corpora_becomes_a_statement(at: Ground, shared: Path) -> None:
    proof = tried(Proof(at), injection.targets(at), hostile.of_corpora(shared))
    assert not proof.found.all, "\n".join(proof.found.all)


@pytest.mark.parametrize("fault", injection.FAULTS, ids=str)
def test_what_becomes_a_statement_is_noticed(fault: faults.Fault, at: Ground) -> None:
    targets = [one for one in injection.asked(at) if one.name in ("q", "sort") and "deals/" in one.fill("")[0].url]
    PROCESS.clear()
    with faults.made(fault):
        proof = tried(Proof(at), targets, hostile.SQL[:4], each=4)
    assert proof.found.within
