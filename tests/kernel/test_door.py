"""The door for reading: what goes round it fails in tests (`tests.guard`); who sees some sees their trash, too."""

from __future__ import annotations

import pytest

from bodega.apps.sales import panels
from bodega.apps.sales.models import Deal
from bodega.kernel import change, registry
from tests.personas import People

AROUND = "def look(): return list(Deal.objects.values_list('name', flat=True))"


def test_a_question_that_goes_round_the_door_fails(people: People) -> None:
    made = {"__name__": panels.__name__, "Deal": Deal}
    exec(AROUND, made)  # noqa: S102  (as if a module of the program had it)
    with pytest.raises(AssertionError, match=r"bodega.apps.sales.panels asked without the door: SELECT"):
        made["look"]()  # type: ignore[operator]


def test_what_comes_through_it_does_not(people: People) -> None:
    made = {"__name__": panels.__name__, "rows": registry.type_of("sales.deal").rows(people.ben)}
    exec("def look(): return (rows.count(), list(rows), rows.exists(), list(rows.values('name')))", made)  # noqa: S102
    assert made["look"]() == (0, [], False, [])  # type: ignore[operator]


def test_the_trash_of_those_who_see_some_is_sorted_too(people: People) -> None:
    person = registry.type_of("parties.person")
    mine, theirs = (change.create(person, {"name": name}, actor=actor).pk for name, actor in
                    (("Mine", people.ben), ("Theirs", people.dora)))  # fmt: skip
    for pk, actor in ((mine, people.ben), (theirs, people.dora)):
        change.delete(person, [pk], actor=actor)
    for rows in (person.trash(people.ben), person.ever(people.ben)):
        assert [*rows.order_by("-pk").values_list("pk", flat=True)] == [mine]
