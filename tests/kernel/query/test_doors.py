"""A question never tells what lies behind a door: not by what it finds, nor by what it leaves out."""

from __future__ import annotations

from typing import Any

import pytest

from bodega.kernel import change, registry
from bodega.kernel.actors import Actor
from bodega.kernel.query import Question, ask, parse, report
from bodega.kernel.query.tree import Is, QuestionError, Related
from tests.personas import People

SEES_DEALS_ONLY = {"*": {"view": "none"}, "sales.deal": {"view": "all"}}


@pytest.fixture
def deals(people: People) -> dict[str, Any]:
    """A deal of Isdom, which Anna owns, and one of Secret, which Dora owns; both deals are Anna's."""
    organisation, deal = registry.type_of("parties.organisation"), registry.type_of("sales.deal")
    made: dict[str, Any] = {}
    for name, owner in (("Isdom", people.anna), ("Secret", people.dora)):
        given = {"name": name, "owner": owner.user_id, "tags": ["medical"]}
        made[name] = change.create(organisation, given, actor=people.anna).pk
        made[f"{name} deal"] = change.create(
            deal, {"name": f"{name} deal", "account": made[name]}, actor=people.anna
        ).pk
    made["Alone"] = change.create(deal, {"name": "Alone"}, actor=people.anna).pk
    return made


def names(typed: str, actor: Actor, type_key: str = "sales.deal") -> list[str]:
    type_ = registry.type_of(type_key)
    return sorted(row.name for row in ask(type_, parse(typed, type_, actor=actor), actor=actor))


ALL = ["Alone", "Isdom deal", "Secret deal"]


@pytest.mark.parametrize(
    ("typed", "anna", "ben"),
    [
        ("account.tags:medical", ["Isdom deal", "Secret deal"], ["Isdom deal"]),
        ("-account.tags:medical", ["Alone"], ["Alone", "Secret deal"]),
        ("account.name:secret", ["Secret deal"], []),
        ("-account.name:secret", ["Alone", "Isdom deal"], ALL),
        ("account:Secret", ["Secret deal"], []),
        ("-account:Secret", ["Alone", "Isdom deal"], ALL),
        ("account.name>a", ["Isdom deal", "Secret deal"], ["Isdom deal"]),
        ("account.name:empty", [], []),
        ("-account.name:empty", ALL, ALL),
        ("account.owner.name:dora", ["Secret deal"], []),
    ],
)
def test_a_hidden_account_is_as_if_it_had_no_values(
    people: People, deals: dict[str, Any], typed: str, anna: list[str], ben: list[str]
) -> None:
    assert (names(typed, people.anna), names(typed, people.ben)) == (anna, ben)


def test_numbers_cannot_be_tried_out(people: People, deals: dict[str, Any]) -> None:
    typed = f"account:#{deals['Secret']}"
    assert (names(typed, people.anna), names(typed, people.ben)) == (["Secret deal"], [])
    assert names(f"-{typed}", people.ben) == ALL


def test_hidden_related_records_are_not_counted(people: People, deals: dict[str, Any]) -> None:
    deal = registry.type_of("sales.deal")
    change.create(deal, {"name": "Hidden", "account": deals["Isdom"], "owner": people.dora.user_id}, actor=people.anna)
    asked = "count(deals)=2"
    assert names(asked, people.anna, "parties.organisation") == ["Isdom"]
    assert names(asked, people.ben, "parties.organisation") == []
    assert names("deals(name:hidden)", people.ben, "parties.organisation") == []
    assert names("no deals(name:hidden)", people.ben, "parties.organisation") == ["Isdom"]


def test_what_points_at_any_record_is_asked_through_its_door(people: People, deals: dict[str, Any]) -> None:
    task, deal = registry.type_of("activity.task"), registry.type_of("sales.deal")
    for name, owner, about in (
        ("Call back", people.anna, ("sales.deal", deals["Isdom deal"])),
        ("Hidden", people.dora, ("sales.deal", deals["Alone"])),
        ("Of another type", people.anna, ("parties.organisation", deals["Secret"])),
    ):
        change.create(task, {"name": name, "owner": owner.user_id, "about": about}, actor=people.anna)
    assert names("tasks(done_at:empty)", people.anna) == ["Alone", "Isdom deal"]
    assert names("tasks(done_at:empty)", people.ben) == ["Isdom deal"]
    assert names("no tasks", people.ben) == ["Alone", "Secret deal"]
    assert names("count(tasks)=0", people.anna) == ["Secret deal"]
    assert deal.rows(people.anna).count() == 3


def test_a_question_by_hand_cannot_join_what_does_not_belong_together(people: People, deals: dict[str, Any]) -> None:
    """Ids of different types are the same numbers: lines of a deal are not asked of an organisation."""
    organisation = registry.type_of("parties.organisation")
    for type_key, through in (("sales.deal", "lines"), ("sales.deal", "stage"), ("parties.person", "points")):
        with pytest.raises(QuestionError):
            ask(organisation, Question(Related(type_key, through, "any")), actor=people.anna)


def test_who_sees_nothing_finds_nothing(people: People, deals: dict[str, Any]) -> None:
    for typed in ("", "-name:x", "account:empty", "count(deals)=0", "no deals", "-(a b)"):
        type_key = "parties.organisation" if "deals" in typed else "sales.deal"
        assert names(typed, people.cleo, type_key) == []


def test_what_is_in_the_trash_is_behind_the_door_too(people: People, deals: dict[str, Any]) -> None:
    change.delete(registry.type_of("parties.organisation"), [deals["Secret"]], actor=people.anna)
    assert names("account.tags:medical", people.anna) == ["Isdom deal"]
    change.delete(registry.type_of("sales.deal"), [deals["Isdom deal"]], actor=people.anna)
    assert names("no deals", people.anna, "parties.organisation") == ["Isdom"]


def test_groups_do_not_tell_hidden_records_apart(people: People, deals: dict[str, Any]) -> None:
    deal, organisation = registry.type_of("sales.deal"), registry.type_of("parties.organisation")
    other = change.create(organisation, {"name": "Also secret", "owner": people.dora.user_id}, actor=people.anna).pk
    change.create(deal, {"name": "Another", "account": other}, actor=people.anna)
    groups = report(deal, deal.rows(people.ben), by=["account"], actor=people.ben)
    assert sorted((group.labels[0], group.measures[0]) for group in groups) == [
        ("", 1), ("Isdom", 1), ("not visible to you", 2),
    ]  # fmt: skip
    tags = report(deal, deal.rows(people.ben), by=["account.name"], actor=people.ben)
    assert sorted((group.keys[0], group.measures[0]) for group in tags) == [("", 3), ("Isdom", 1)]


def test_a_stored_question_is_asked_as_whoever_asks_it(people: People, deals: dict[str, Any]) -> None:
    stored = Question(Is(("account", "name"), "is", "Secret"))
    deal = registry.type_of("sales.deal")
    assert [ask(deal, stored, actor=actor).count() for actor in (people.anna, people.ben, people.cleo)] == [1, 0, 0]
