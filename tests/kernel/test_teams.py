"""The teams of a record, its territory and its privacy: entered, asked for, told by history, and what they open."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from bodega.apps.products.records import product
from bodega.kernel import change, history, query
from bodega.kernel.actors import TeamSet
from bodega.kernel.registry import type_of
from tests.personas import People, reaching


def ids(word: str, people: People) -> list[str]:
    """The products that a question names, for Anna."""
    found = query.ask(product, query.parse(word, product, actor=people.anna), actor=people.anna)
    return sorted(found.values_list("name", flat=True))


def team(name: str, people: People) -> int:
    return int(type_of("kernel.team").named(name, actor=people.anna).get()["pk"])


@pytest.fixture
def north(people: People) -> int:
    return team("North", people)


@pytest.fixture
def south(people: People) -> int:
    return team("South", people)


def test_a_record_of_several_teams_is_found_by_each(people: People, north: int, south: int) -> None:
    for name, teams in {"Both": [south, north], "One": [north], "None": []}.items():
        change.create(product, {"name": name, "teams": teams}, actor=people.anna)
    assert ids("teams:North", people) == ["Both", "One"]
    assert ids("teams:South", people) == ["Both"]
    assert ids("teams:empty", people) == ["None"]
    assert sorted(TeamSet.objects.values_list("teams", flat=True)) == sorted([f"{north}", f"{north},{south}"])


def test_it_is_seen_by_who_works_on_it_and_told_by_history(people: People, south: int) -> None:
    made = change.create(product, {"name": "Hoist"}, actor=people.anna)
    assert not product.rows(people.dora).exists()
    change.save(made, {"teams": [south]}, actor=people.anna, type_=product)
    assert [row.pk for row in product.rows(people.dora)] == [made.pk]
    last = history.history(product, made.pk, actor=people.anna)[0]
    assert [(one.label, one.old, one.new) for one in last.differences] == [("Teams", "", "South")]


def test_what_is_private_is_its_owners_alone(people: People) -> None:
    sees_all = people.ben.via(levels=reaching(view="all", change="all"))
    made = change.create(product, {"name": "Secret"}, actor=people.dora)
    assert product.rows(sees_all).filter(pk=made.pk).exists()
    change.save(made, {"private": True}, actor=people.dora, type_=product)
    assert not product.rows(sees_all).filter(pk=made.pk).exists()
    assert product.rows(people.dora).filter(pk=made.pk).exists()
    assert product.rows(people.anna).filter(pk=made.pk).exists()


def test_nothing_is_a_part_of_itself(people: People, north: int, south: int) -> None:
    teams = type_of("kernel.team")
    change.save(south, {"above": north}, actor=people.anna, type_=teams)
    with pytest.raises(ValidationError) as caught:
        change.save(north, {"above": south}, actor=people.anna, type_=teams)
    assert [*caught.value.message_dict] == ["above"]


def test_a_question_goes_on_behind_the_teams(people: People, north: int, south: int) -> None:
    person = type_of("parties.person")
    for name, teams in (("Ada", [north]), ("Bo", [north, south]), ("Cy", [])):
        change.create(person, {"name": name, "teams": teams}, actor=people.anna)
    asked = query.parse("teams.name:south", person, actor=people.anna)
    assert [row.name for row in query.ask(person, asked, actor=people.anna)] == ["Bo"]
    asked = query.parse("-teams.name:south", person, actor=people.anna)
    assert {row.name for row in query.ask(person, asked, actor=people.anna)} == {"Ada", "Cy"}
