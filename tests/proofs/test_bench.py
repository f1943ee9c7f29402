"""The benchmark runs to its end on a small company; what it finds there is no measure of anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection

from bench import generate, plans, run
from tests.proofs.kill import place

pytestmark = pytest.mark.slow


def test_everything_is_loaded_asked_for_and_explained(tmp_path: Path) -> None:
    generate.generate(tmp_path, people_count=3_000, organisation_count=300, deal_count=600)
    with place(connection.vendor.removesuffix("ql")) as (installation, engine):
        steps = run.loaded(installation, engine, tmp_path)
        results = run.answered(installation, engine, calls=3)
        assert plans.flags(installation) == []
    assert [(step.name, step.rows) for step in steps] == [
        ("import of organisations", 300),
        ("import of people", 3_000),
        ("import of deals", 600),
    ]
    assert [re.sub(r"page \d+", "page N", result.operation) for result in results] == [
        "list of people, all",
        "page N, all",
        "country and name contains, all",
        "board of deals, all",
        "page of a person, all",
        "list of people, team",
        "page N, team",
        "country and name contains, team",
        "board of deals, team",
        "page of a person, team",
        "create a person",
        "change one field",
        "move a card, with counts and sums",
    ]
    assert all(result.server > 0 and result.plain > 0 for result in results)
