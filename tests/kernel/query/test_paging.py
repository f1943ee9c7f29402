"""Pages put together are the whole list, forwards and backwards, over ties and over rows without a value."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodega.kernel import change, registry
from bodega.kernel.query import QuestionError, count, page
from bodega.kernel.record import RecordType
from bodega.lib.money import Money
from tests.personas import People

FEW = [None, 0, 1, 2]
DEALS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["a", "B", "á", "Z"])},
        optional={
            "amount": st.sampled_from(FEW).map(lambda euros: None if euros is None else Money(euros * 100, "EUR")),
            "expected_on": st.dates().filter(lambda day: day.day < 3 and day.year < 3),
        },
    ),
    max_size=9,
)


SORTS = ["name", "-name", "amount", "-amount", "expected_on", "-expected_on", "id", "-id", "created_at", "-created_at"]


def forwards(type_: RecordType, rows: Any, sort: str, size: int) -> tuple[list[int], list[str]]:
    """The ids from the first page to the last, and the cursors that lead back."""
    found = page(type_, rows, sort=sort, names=["name"], size=size)
    assert found.previous is None
    ids, back = [row.id for row in found.rows], []
    while found.next:
        found = page(type_, rows, sort=sort, names=["name"], size=size, after=found.next)
        ids += [row.id for row in found.rows]
        assert found.previous is not None
        back.append(found.previous)
    return ids, back


def backwards(type_: RecordType, rows: Any, sort: str, size: int, cursor: str | None) -> list[int]:
    ids: list[int] = []
    while cursor:
        found = page(type_, rows, sort=sort, names=[], size=size, before=cursor)
        assert found.next is not None
        ids = [row.id for row in found.rows] + ids
        cursor = found.previous
    return ids


def expected(type_: RecordType, rows: Any, sort: str) -> list[int]:
    """The whole list as Python sorts it."""
    falling, name = sort.startswith("-"), sort.removeprefix("-")
    by = {
        "name": lambda row: row.name_key,
        "amount": lambda row: row.amount_base,
        "id": lambda row: row.pk,
        "expected_on": lambda row: row.expected_on,
        "created_at": lambda row: row.created_at,
    }[name]
    filled = sorted((row for row in rows if by(row) is not None), key=lambda row: (by(row), row.pk), reverse=falling)
    bare = sorted((row for row in rows if by(row) is None), key=lambda row: row.pk, reverse=falling)
    return [row.pk for row in [*filled, *bare]]


def test_pages_are_the_list(people: People) -> None:
    deal = registry.type_of("sales.deal")

    @settings(max_examples=40, deadline=None, suppress_health_check=[*HealthCheck])
    @given(DEALS, st.sampled_from(SORTS), st.integers(1, 4))
    def pages(given: list[dict[str, Any]], sort: str, size: int) -> None:
        with transaction.atomic():
            change.save_many(deal, [change.Draft(None, values) for values in given], actor=people.anna)
            rows = deal.rows(people.anna)
            whole = expected(deal, rows, sort)
            ids, back = forwards(deal, rows, sort, size)
            assert ids == whole
            if back:
                behind = len(whole) - (len(whole) - 1) % size - 1
                assert backwards(deal, rows, sort, size, back[-1]) == whole[:behind]
            transaction.set_rollback(True)

    pages()


def test_a_custom_field_that_is_unique_sorts_and_pages(people: People) -> None:
    product = registry.type_of("products.product")
    for number in (3, 1, 2):
        change.create(product, {"name": f"P{number}"}, actor=people.anna)
    found = page(product, product.rows(people.anna), sort="-name", names=["name"], size=2)
    assert [row.values["name"] for row in found.rows] == ["P3", "P2"]


def test_what_has_no_sort_order_is_refused(people: People) -> None:
    deal = registry.type_of("sales.deal")
    for sort in ("stage", "tags", "nothing", "-", ""):
        with pytest.raises(QuestionError, match="has no sort order"):
            page(deal, deal.rows(people.anna), sort=sort, names=[])


def cursor(*parts: object) -> str:
    return urlsafe_b64encode(json.dumps(parts).encode()).decode()


def test_a_damaged_cursor_is_refused_and_one_of_another_sort_begins_anew(people: People) -> None:
    deal = registry.type_of("sales.deal")
    change.create(deal, {"name": "Only"}, actor=people.anna)
    rows = deal.rows(people.anna)
    for damaged in (
        "x",
        "öäü",
        cursor(1),
        cursor("amount", "many", 1),
        cursor("amount", 1, "x"),
        cursor("amount", 2**70, 1),
        cursor("amount", 1, 2**70),
        cursor("name", "a\x00", 1),
        cursor("amount", [1], 1),
        cursor("id", None, 1),
    ):
        sort = (
            "name" if damaged == cursor("name", "a\x00", 1) else "id" if damaged == cursor("id", None, 1) else "amount"
        )
        with pytest.raises(QuestionError, match="The address of this page is damaged"):
            page(deal, rows, sort=sort, names=[], after=damaged)
    again = page(deal, rows, sort="name", names=["name"], after=cursor("-name", "zz", 1))
    assert [row.values["name"] for row in again.rows] == ["Only"]


def test_a_count_stops_at_its_limit(people: People) -> None:
    product = registry.type_of("products.product")
    for number in range(3):
        change.create(product, {"name": f"P{number}"}, actor=people.anna)
    rows = product.rows(people.anna)
    assert [count(rows, limit=limit) for limit in (2, 3, 4)] == [(2, True), (3, False), (3, False)]
    assert count(product.rows(people.cleo)) == (0, False)
