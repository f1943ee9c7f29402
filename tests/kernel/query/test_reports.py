"""Sums are split by currency, groups stand as people expect them, and the numbers are those of the records."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bodega.kernel import change, registry
from bodega.kernel.query import Group, QuestionError, report, sums
from bodega.lib.money import Money
from tests.kernel.query.conftest import Harbour
from tests.personas import People


@pytest.fixture
def deals(people: People) -> Any:
    """Five deals of two accounts, in euros and dollars."""
    organisation, deal = registry.type_of("parties.organisation"), registry.type_of("sales.deal")
    isdom = change.create(organisation, {"name": "Isdom"}, actor=people.anna).pk
    quay = change.create(organisation, {"name": "A quay"}, actor=people.anna).pk
    won = registry.type_of("sales.stage").every().filter(status="won").first()
    for name, account, amount, day, stage in (
        ("1", isdom, Money(100, "EUR"), date(2026, 1, 31), None),
        ("2", isdom, Money(250, "EUR"), date(2026, 3, 1), won.pk),  # type: ignore[union-attr]
        ("3", quay, Money(500, "USD"), date(2026, 3, 2), None),
        ("4", None, None, None, None),
        ("5", quay, Money(101, "EUR"), date(2025, 12, 31), None),
    ):
        given = {"name": name, "account": account, "amount": amount, "expected_on": day}
        change.create(deal, given | ({"stage": stage} if stage else {}), actor=people.anna)
    return deal


def told(groups: list[Group]) -> list[tuple[Any, ...]]:
    return [(*group.labels, *group.measures) for group in groups]


def test_sums_by_currency(deals: Any, people: People) -> None:
    rows = deals.rows(people.anna)
    assert sums(rows, deals.field("amount")) == {"EUR": Money(451, "EUR"), "USD": Money(500, "USD")}
    assert sums(rows.filter(name="4"), deals.field("amount")) == {}
    assert sums(rows, deals.field("probability")) != {}
    assert sums(deals.rows(people.cleo), deals.field("amount")) == {}


def test_the_whole_in_one_line(deals: Any, people: People) -> None:
    found = report(
        deals, deals.rows(people.anna), measures=["count", "sum amount", "average amount"], actor=people.anna
    )
    eur, usd = Money(451, "EUR"), Money(500, "USD")
    assert told(found) == [(5, {"EUR": eur, "USD": usd}, {"EUR": Money(150, "EUR"), "USD": usd})]


def test_by_account_with_names_and_nothing_last(deals: Any, people: People) -> None:
    found = report(deals, deals.rows(people.anna), by=["account"], measures=["count", "sum amount"], actor=people.anna)
    assert told(found) == [
        ("A quay", 2, {"EUR": Money(101, "EUR"), "USD": Money(500, "USD")}),
        ("Isdom", 2, {"EUR": Money(350, "EUR")}),
        ("", 1, {}),
    ]


def test_by_status_in_the_order_of_the_options(deals: Any, people: People) -> None:
    assert told(report(deals, deals.rows(people.anna), by=["status"], actor=people.anna)) == [("Open", 4), ("Won", 1)]


def test_by_a_field_of_what_is_referred_to(deals: Any, people: People) -> None:
    found = report(deals, deals.rows(people.anna), by=["account.name", "stage.status"], actor=people.anna)
    assert told(found) == [("A quay", "Open", 2), ("Isdom", "Open", 1), ("Isdom", "Won", 1), ("", "Open", 1)]


@pytest.mark.parametrize(
    ("period", "labels"),
    [
        ("year", ["2025", "2026", ""]),
        ("quarter", ["2025-Q4", "2026-Q1", ""]),
        ("month", ["2025-12", "2026-01", "2026-03", ""]),
        ("week", ["2026-W01", "2026-W05", "2026-W09", "2026-W10", ""]),
        ("day", ["2025-12-31", "2026-01-31", "2026-03-01", "2026-03-02", ""]),
    ],
)
def test_by_period(deals: Any, people: People, period: str, labels: list[str]) -> None:
    found = report(deals, deals.rows(people.anna), by=[f"expected_on.{period}"], actor=people.anna)
    assert [group.labels[0] for group in found] == labels


def test_by_custom_fields_of_every_kind_that_can(harbour: Harbour) -> None:
    late = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # April already where Anna is
    first = {
        "name": "Ada",
        "a_choice": "green",
        "a_yesno": True,
        "a_date": date(2026, 3, 31),
        "a_datetime": late,
        "a_reference": harbour.pointed["reference"][0],
        "a_integer": 2,
        "a_decimal": Decimal("1.5"),
        "a_money": Money(100, "EUR"),
        "a_country": "NO",
        "a_text": "x",
    }
    harbour.add(first, first | {"name": "Bea", "a_choice": "red", "a_decimal": Decimal("2.25")}, {"name": "Cid"})
    rows, anna = harbour.boat.rows(harbour.people.anna), harbour.people.anna
    expected = {
        "a_choice": ["Red", "Green", ""],
        "a_yesno": ["Yes", ""],
        "a_date.month": ["2026-03", ""],
        "a_datetime.month": ["2026-04", ""],
        "a_reference": ["Widget", ""],
        "a_reference.name": ["Widget", ""],
        "a_integer": ["2", ""],
        "a_country": ["Norway", ""],
        "a_text": ["x", ""],
        "owner": ["Anna"],
    }
    for by, labels in expected.items():
        assert [group.labels[0] for group in report(harbour.boat, rows, by=[by], actor=anna)] == labels
    measures = ["sum a_decimal", "average a_decimal", "sum a_integer", "sum a_money"]
    assert told(report(harbour.boat, rows, measures=measures, actor=anna)) == [
        (Decimal("3.75"), Decimal("1.875"), 4, {"EUR": Money(200, "EUR")})
    ]


@pytest.mark.parametrize(
    ("by", "measure", "message"),
    [
        ("amount", "count", "“amount” cannot be grouped by."),
        ("tags", "count", "“tags” cannot be grouped by."),
        ("stge", "count", "There is no field “stge”. Did you mean “stage”?"),
        ("lines", "count", "“lines” cannot be grouped by."),
        ("status", "sum name", "“name” cannot be added up."),
        ("status", "sum id", "“id” cannot be added up."),
        ("status", "total amount", "“total amount” is not a measure: count, sum FIELD or average FIELD."),
    ],
)
def test_what_cannot_be_reported_is_told(deals: Any, people: People, by: str, measure: str, message: str) -> None:
    with pytest.raises(QuestionError) as caught:
        report(deals, deals.rows(people.anna), by=[by], measures=[measure], actor=people.anna)
    assert caught.value.message.startswith(message)
