"""SQLite goes about what every page asks in the same way in a new installation as over a million rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet

from bodega.kernel import registry
from bodega.kernel.record import RecordType
from bodega.lib.expressions import EitherWay, InList
from tests.personas import People

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]
BY_ID = "SEARCH parties_party USING INTEGER PRIMARY KEY (rowid=?)"


@pytest.fixture
def persons(people: People) -> RecordType:
    return registry.type_of("parties.person")


def plan_of(rows: QuerySet[Any]) -> list[str]:
    """The steps upon the table; those that read a literal list are left out."""
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        steps = [row[3] for row in cursor.fetchall()]
    return [step for step in steps if "parties_party" in step or "ORDER BY" in step]


def test_records_are_looked_up_by_id_rather_than_half_of_a_shared_table_read(
    persons: RecordType, people: People
) -> None:
    for actor in (people.anna, people.ben):
        for rows in (persons.rows(actor), persons.rows(actor, "change")):
            assert plan_of(rows.filter(pk__in=range(50))) == [BY_ID]
            assert plan_of(rows.filter(InList(F("pk"), range(50)))) == [BY_ID]


def owned_by(*, walk: bool) -> EitherWay:
    hidden, plain = (InList(F("owner_id"), [1, 2, 3], hidden=hidden) for hidden in (True, False))
    return EitherWay(plain, hidden, plain, walk=lambda: walk)


def test_a_list_walks_the_index_of_its_order_and_a_count_seeks_by_owner(persons: RecordType) -> None:
    owned = persons.every(deleted=False).filter(owned_by(walk=True))
    assert plan_of(owned.order_by("name_key", "pk")[:51]) == ["SEARCH parties_party USING INDEX party_name (kind=?)"]
    assert plan_of(owned.order_by().values("pk")) == [
        "SEARCH parties_party USING INDEX party_owner (kind=? AND owner_id=?)"
    ]


def test_few_rows_are_collected_by_owner_and_sorted(persons: RecordType) -> None:
    owned = persons.every(deleted=False).filter(owned_by(walk=False))
    assert plan_of(owned.order_by("name_key", "pk")[:51]) == [
        "SEARCH parties_party USING INDEX party_owner (kind=? AND owner_id=?)",
        "USE TEMP B-TREE FOR ORDER BY",
    ]


def test_whether_anything_is_private_is_asked_of_an_index(persons: RecordType) -> None:
    assert plan_of(persons.every().filter(private=True)) == ["SCAN parties_party USING INDEX party_private"]
