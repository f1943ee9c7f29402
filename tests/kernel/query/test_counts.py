"""However it is counted, each record that somebody sees counts once, whichever of their rights give it."""

from __future__ import annotations

import pytest

from bodega.kernel import query
from bodega.kernel.registry import type_of
from bodega.kernel.scope import arranged
from tests.proofs.companies import TYPE, company


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_part_by_part_it_is_the_number_of_rows(seed: int) -> None:
    type_ = type_of(TYPE)
    with company(seed) as held:
        for person in held.people:
            rows = type_.rows(held.actor(person))
            there = len(rows)
            assert query.count(rows) == (there, False)
            assert query.count(rows, limit=2) == (min(there, 2), there > 2)
            arranged("many", dict).clear()
