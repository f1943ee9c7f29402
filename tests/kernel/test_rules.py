"""A rule adds what its question means to what some people see, or leaves them nothing else, with no row written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from bodega.kernel import change, history, query, registry
from bodega.kernel.actors import Actor
from bodega.kernel.rules import MOST, Rule
from bodega.lib import clock
from bodega.surfaces.search.finding import find
from bodega.surfaces.search.making import renew
from tests.personas import People

deal = registry.type_of("sales.deal")
rule = registry.type_of("kernel.rule")


@pytest.fixture
def deals(people: People) -> dict[str, int]:
    """Two of Ben's, two of Dora's; the ids by name."""
    owners = {"Old wall": people.ben, "New wall": people.ben, "Old roof": people.dora, "New roof": people.dora}
    return {name: change.create(deal, {"name": name}, actor=owner).pk for name, owner in owners.items()}


def make(people: People, question: str, effect: str = "share", **more: Any) -> Any:
    values = {"name": "R", "type": deal.key, "effect": effect, "question": question} | more
    return change.create(rule, values, actor=people.anna)


def names(actor: Actor, verb: str = "view") -> list[str]:
    return [*deal.rows(actor, verb).order_by("pk").values_list("name", flat=True)]


def test_what_is_shared_by_a_rule_is_seen_as_well(people: People, deals: dict[str, int]) -> None:
    before = dict(deal.every().values_list("pk", "version"))
    assert names(people.ben) == ["Old wall", "New wall"]
    made = make(people, "name:roof -name:old", users=[people.ben.user_id])
    assert (names(people.ben), names(people.ben, "change")) == (
        ["Old wall", "New wall", "New roof"],
        ["Old wall", "New wall"],
    )
    assert names(people.dora) == ["Old roof", "New roof"]
    change.save(made, {"may_change": True}, actor=people.anna, type_=rule)
    assert names(people.ben, "change") == ["Old wall", "New wall", "New roof"]
    assert names(people.ben, "delete") == ["Old wall", "New wall"]
    change.delete(rule, [made.pk], actor=people.anna)
    assert names(people.ben) == ["Old wall", "New wall"]
    assert dict(deal.every().values_list("pk", "version")) == before


def test_what_a_limit_does_not_mean_is_seen_by_nobody_whom_it_concerns(people: People, deals: dict[str, int]) -> None:
    make(people, "name:new", "limit", teams=people.user(people.ben).teams)
    assert [names(actor) for actor in (people.ben, people.dora)] == [["New wall"], ["Old roof", "New roof"]]
    assert len(names(people.anna)) == 4
    make(people, "name:old", "limit")
    assert [names(actor) for actor in (people.ben, people.dora)] == [[], ["Old roof"]]


def test_who_may_see_nothing_of_the_type_sees_what_a_rule_shares(people: People, deals: dict[str, int]) -> None:
    make(people, "name:wall", roles=people.user(people.cleo).roles)
    assert names(people.cleo) == ["Old wall", "New wall"]


def test_a_rule_may_say_me_and_days(people: People, deals: dict[str, int]) -> None:
    make(people, "owner:me stage_since:today", "limit")
    assert [names(actor) for actor in (people.ben, people.dora)] == [["Old wall", "New wall"], ["Old roof", "New roof"]]
    deal.every().filter(pk=deals["Old wall"]).update(stage_since=clock.now().replace(year=2020))
    assert names(people.ben) == ["New wall"]


def test_a_day_is_that_of_whoever_asks(people: People, deals: dict[str, int]) -> None:
    make(people, "stage_since:today", "limit")
    deal.every().filter(pk=deals["Old wall"]).update(stage_since=datetime(2026, 3, 1, 6, tzinfo=UTC))
    with clock.fixed(datetime(2026, 3, 1, 11, 30, tzinfo=UTC)):
        assert names(people.ben) == ["Old wall"]
        assert names(people.ben.via(time_zone="Pacific/Auckland")) == []


def test_what_is_private_is_not_shared_by_a_rule(people: People, deals: dict[str, int]) -> None:
    make(people, "name:roof")
    change.save(deals["Old roof"], {"private": True}, actor=people.dora, type_=deal)
    assert names(people.ben) == ["Old wall", "New wall", "New roof"]


def test_search_counts_and_reports_follow(people: People, deals: dict[str, int]) -> None:
    renew(deal, [*deals.values()])
    make(people, "name:roof", users=[people.ben.user_id])
    make(people, "-name:old", "limit", users=[people.ben.user_id])
    assert [[*hits.ids] for hits in find("roof", actor=people.ben, most=5).groups] == [[deals["New roof"]]]
    assert query.count(deal.rows(people.ben)) == (2, False)
    group = query.report(deal, deal.rows(people.ben), actor=people.ben)
    assert [one.measures for one in group] == [(2,)]


@pytest.mark.parametrize(
    "question", ["account.name:x", "no tasks", "tasks(done_at:empty)", "words", "was(name:x)", "no:field", "("]
)
def test_a_rule_asks_for_the_records_own_fields(people: People, question: str) -> None:
    with pytest.raises(ValidationError) as caught:
        make(people, question)
    assert [*caught.value.message_dict] == ["question"]


def test_a_type_has_no_more_than_fifty(people: People) -> None:
    drafts = [
        change.Draft(None, {"name": f"R{at}", "type": deal.key, "effect": "share", "question": "name:x"})
        for at in range(MOST + 1)
    ]
    found = change.save_many(rule, drafts, actor=people.anna)
    assert (len(found.created), [[*draft.problem.message_dict] for draft in found.problems if draft.problem]) == (
        MOST,
        [["type"]],
    )


@pytest.mark.parametrize(("effect", "left"), [("share", ["Old wall", "New wall"]), ("limit", [])])
def test_a_rule_about_a_field_that_was_removed_shows_nothing(
    people: People, deals: dict[str, int], effect: str, left: list[str]
) -> None:
    field = registry.type_of("kernel.field")
    made = change.create(field, {"type": deal.key, "name": "Colour", "kind": "text"}, actor=people.anna)
    make(people, "-colour:red", effect)
    change.delete(field, [made.pk], actor=people.anna)
    assert names(people.ben) == left


def test_only_administrators_know_of_rules(people: People) -> None:
    made = make(people, "name:x")
    assert not rule.rows(people.ben).exists()
    with pytest.raises(Exception, match="role does not let you"):
        change.delete(rule, [made.pk], actor=people.ben)
    assert Rule._base_manager.filter(deleted_at=None).count() == 1


def test_a_rule_is_taken_back_like_any_other_change(people: People, deals: dict[str, int]) -> None:
    made = make(people, "name:roof")
    history.undo(history.history(rule, made.pk, actor=people.anna)[0].change.pk, actor=people.anna)
    assert names(people.ben) == ["Old wall", "New wall"]
