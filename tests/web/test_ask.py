"""Questions from the command line: exact numbers, lines of JSON, and mistakes with a mark below them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bodega.kernel import change, registry
from bodega.lib.money import Money
from bodega.web import cli
from tests.personas import People

DEAL = "sales.deal"


@pytest.fixture(autouse=True)
def own_data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BODEGA_DATA_DIR", str(tmp_path))


@pytest.fixture
def deals(people: People) -> None:
    for name, amount, owner in (
        ("Boat", Money(1_000_050, "EUR"), people.anna), ("Oars", Money(2_000, "EUR"), people.dora),
        ("Sail", Money(500, "USD"), people.anna), ("Rope", None, people.anna),
    ):  # fmt: skip
        change.create(
            registry.type_of(DEAL), {"name": name, "amount": amount, "owner": owner.user_id}, actor=people.anna
        )


def said(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert cli.main(["ask", DEAL, *words]) == 0
    return capsys.readouterr().out.splitlines()


def answers(capsys: pytest.CaptureFixture[str], *words: str) -> list[object]:
    return [json.loads(line) for line in said(capsys, *words, "--json")]


def test_counts_and_sums(deals: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert answers(capsys, "--count", "--sum", "amount") == [{"count": 4, "sum": {"EUR": "10020.5", "USD": "5"}}]
    assert answers(capsys, "amount>100", "--count", "--sum", "amount") == [{"count": 1, "sum": {"EUR": "10000.5"}}]
    assert said(capsys, "name:o", "--count") == ["3"]


def test_groups(deals: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert answers(capsys, "--by", "owner", "--average", "amount") == [
        {"group": ["Anna"], "average": {"EUR": "10000.5", "USD": "5"}},
        {"group": ["Dora"], "average": {"EUR": "20"}},
    ]
    assert said(capsys, "--by", "owner", "--by", "status", "--count") == ["Anna\tOpen\t3", "Dora\tOpen\t1"]


def test_a_share(deals: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert answers(capsys, "--share", "amount>100") == [{"count": 4, "share": 0.25}]


def test_the_records_themselves(deals: None, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "not amount:empty", "--columns", "name owner", "--sort=-amount", "--limit", "2")
    assert [line.split("\t")[1:] for line in lines[:-1]] == [["Boat", "Anna"], ["Oars", "Dora"]]
    assert lines[-1] == "2 of 3"


def test_it_is_asked_as_somebody(deals: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert [said(capsys, "--count", "--as", f"{name}@example.com") for name in ("ben", "cleo")] == [["3"], ["0"]]
    assert cli.main(["ask", DEAL, "--as", "nobody"]) == 1


def test_a_mistake_is_marked(people: People, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ask", DEAL, "amount>5 stge:open"]) == 2
    assert capsys.readouterr().err == (
        "bodega: There is no field “stge”. Did you mean “stage”?\n  amount>5 stge:open\n           ^^^^\n"
    )
    assert cli.main(["ask", DEAL, "amount>5", "--share", "x or"]) == 2
    assert capsys.readouterr().err == ("bodega: “or” stands between two conditions; one is missing.\n  x or\n    ^^\n")
    assert cli.main(["ask", DEAL, "--by", "amount"]) == 2
    assert capsys.readouterr().err == "bodega: “amount” cannot be grouped by.\n"
