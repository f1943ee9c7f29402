"""What is asked again and again is planned once by PostgreSQL, and answers the same as at first."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import BigIntegerField, QuerySet, TextField

from bodega.apps.parties.models import Party
from bodega.kernel import change, registry
from bodega.kernel.raw import Slot, Statement
from bodega.web.databases import ASKED_BEFORE, database
from tests.personas import People

NAME = Slot("name", output_field=TextField())


@pytest.fixture
def party(people: People) -> int:
    return int(change.create(registry.type_of("parties.person"), {"name": "50 % Mia"}, actor=people.anna).pk)


def named() -> QuerySet[Party]:
    """With a constant that holds a percent sign, as the marks of a statement do."""
    return Party._base_manager.filter(name__contains="% M", name=NAME).order_by("pk")


def plans() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%parties_party%'")
        return [text for (text,) in cursor.fetchall()]


def test_a_constant_and_what_is_given_each_time_mean_the_same_however_often(party: int) -> None:
    statement = Statement(named(), ["pk"])
    for _time in range(2 * ASKED_BEFORE):
        assert statement.ask(name="50 % Mia") == [(party,)]
        assert statement.ask(name="Mia") == []


def test_the_size_of_a_number_makes_no_difference(party: int) -> None:
    statement = Statement(Party._base_manager.filter(pk=Slot("pk", output_field=BigIntegerField())), ["pk"])
    for number in (party, 40_000, 3_000_000_000, 2**62) * ASKED_BEFORE:
        assert statement.ask(pk=number) == ([(party,)] if number == party else [])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="can only be asked on postgres")
def test_its_plan_is_kept_with_the_constants_in_it(party: int) -> None:
    statement = Statement(named(), ["pk"])
    for _time in range(ASKED_BEFORE + 2):
        statement.ask(name="50 % Mia")
    (kept,) = [text for text in plans() if "% M" in text]
    assert "$1" in kept
    assert "$2" not in kept


@pytest.mark.skipif(connection.vendor != "postgresql", reason="can only be asked on postgres")
def test_what_is_asked_once_is_not_kept(party: int) -> None:
    before = plans()
    for _time in range(ASKED_BEFORE + 2):
        Statement(Party._base_manager.filter(name="Mia"), ["pk"]).ask()
    assert plans() == before


@pytest.mark.parametrize(("asked", "threshold"), [("", ASKED_BEFORE), ("?prepare=no", None)])
def test_a_pooler_may_have_nothing_prepared(asked: str, threshold: int | None) -> None:
    options = database(f"postgresql://bodega@127.0.0.1/bodega{asked}")["OPTIONS"]
    assert (options["prepare_threshold"], "prepare" in options) == (threshold, False)
