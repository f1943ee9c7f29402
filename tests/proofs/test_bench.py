"""The benchmark runs to its end on a small company; what it finds there is no measure of anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection

from bench import generate, load, plot, run
from bench.measure import Result
from tests.proofs.engines import Engine
from tests.proofs.kill import place

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.postgres]
READ = (
    "list of people",
    "the same by API",
    "page N",
    "country and name contains",
    "contract ends, nobody in touch",
    "search by part of a name",
    "search by part of an e-mail",
    "search by part of a phone number",
    "open a customer",
    "the brief before a call",
    "a page of the longest timeline",
    "calls on the longest timeline",
    "board of deals",
    "value by stage × owner × month",
    "export 10,000 × 10 columns",
)
WRITTEN = (
    "create a person",
    "change one field",
    "log a call with a fact",
    "move a card: save",
    "save with counts and sums",
)
BROWSER = ("first load of", "all scripts", "going on to", "keystroke to", "drag to")
"""What is measured where there is a Chromium."""
ROWS = 3_000


def test_everything_is_loaded_asked_for_and_explained(tmp_path: Path) -> None:
    generate.generate(tmp_path, people_count=ROWS, organisation_count=ROWS // 10, deal_count=ROWS // 5)
    with place(connection.vendor.removesuffix("ql")) as (installation, engine):
        load.loaded(installation, tmp_path, rows=ROWS)
        load.settled(installation, engine)
        before = counts(engine)
        found = run.measured_in_full(installation, engine, calls=3, newcomers=200)
        assert counts(engine) == before
    *there, places = before
    assert there == [ROWS + ROWS // 10, 2 * ROWS]
    assert 4 * ROWS < places <= 4 * ROWS + 4 * ROWS // 10, "in every tenth a second person took part"
    assert found.flags == []
    measured = [re.sub(r"page \d+", "page N", result.operation) for result in found.results]
    assert measured == [f"{name}, {who}" for names in (READ, WRITTEN) for who in ("all", "team") for name in names]
    assert all(result.server > 0 and result.plain > 0 for result in found.results)
    assert [one.name for one in found.figures if not one.name.startswith(BROWSER)] == [
        "start to the first page", "import of 200 people", "8 clients on the list",
        "100 open pages while nothing happens", "memory of web and worker",
    ]  # fmt: skip


def counts(engine: Engine) -> tuple[int, ...]:
    """People and organisations, notes, places of notes on timelines (of a person and of their organisation)."""
    told = "activity_timelinerow t JOIN activity_entry e ON e.id = t.entry_id WHERE e.type = 'activity.note'"
    tables = ("parties_party", "activity_note", told)
    return tuple(int(engine.run(f"SELECT count(*) FROM {table}")[0][0]) for table in tables)


def test_costs_are_drawn_and_listed_by_size(tmp_path: Path) -> None:
    costs = {rows: [result("list, all", cpu), result("page 7, all", 2)] for rows, cpu in ((10, 1.5), (100, 15.0))}
    plot.drawn(costs, tmp_path, name="cost")
    assert (tmp_path / "cost.md").read_text() == (
        "| CPU ms per call | 10 people | 100 people |\n| --- | ---: | ---: |\n"
        "| list, all | 1.5 | 15.0 |\n| a page far down, all | 2.0 | 2.0 |\n"
    )
    assert (tmp_path / "cost.svg").read_text().count("<polyline") == 2


def result(name: str, cpu: float) -> Result:
    return Result(name, calls=1, p50=1, p95=1, server=cpu, database=0, plain=1, goal=9)
