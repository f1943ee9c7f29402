"""The benchmark runs to its end on a small company; what it finds there is no measure of anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from bench import generate, plans, run
from tests.proofs.kill import place

pytestmark = pytest.mark.slow


def test_everything_is_loaded_asked_for_and_explained(tmp_path: Path) -> None:
    generate.generate(tmp_path, people_count=400, organisation_count=40, deal_count=200)
    with place(connection.vendor.removesuffix("ql")) as (installation, engine):
        steps = run.loaded(installation, engine, tmp_path)
        results = run.answered(installation, engine, calls=3)
        assert plans.flags(installation) == []
    assert [(step.name, step.rows) for step in steps] == [
        ("import of organisations", 40),
        ("import of people", 400),
        ("import of deals", 200),
    ]
    assert [result.operation for result in results] == [
        "list of people, all",
        "page 5, all",
        "country and name contains, all",
        "board of deals, all",
        "page of a person, all",
        "list of people, team",
        "page 2, team",
        "country and name contains, team",
        "board of deals, team",
        "page of a person, team",
        "create a person",
        "change one field",
        "move a card, with counts and sums",
    ]
    assert all(result.server > 0 and result.plain > 0 for result in results)
