"""Calling an action is the check: access, lock, version and condition, whoever calls it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from bodega.apps.activity import actions as activity
from bodega.apps.sales import actions
from bodega.apps.sales.records import deal, stage
from bodega.kernel import change, history
from bodega.kernel.action import Refused
from bodega.kernel.change import Conflict, Gone
from bodega.kernel.scope import forget
from bodega.lib.money import Money
from tests.personas import People, reaching


def make(people: People, **values: object) -> object:
    return change.create(deal, {"name": "Isdom renewal", "amount": Money(1000, "EUR")} | values, actor=people.ben)


def test_it_does_what_it_says(people: People) -> None:
    won = actions.win(make(people), actor=people.ben, closed_on=date(2026, 3, 1))
    assert (won.status, won.closed_on, won.stage.name) == ("won", date(2026, 3, 1), "Won")


def test_it_is_refused_with_the_reason_where_the_condition_does_not_hold(people: People) -> None:
    won = actions.win(make(people), actor=people.ben)
    with pytest.raises(Refused, match="status is Open"):
        actions.win(won, actor=people.ben)


def test_it_asks_the_record_as_it_is_now_not_as_it_was_read(people: People) -> None:
    stale = make(people)
    actions.win(stale, actor=people.ben)
    with pytest.raises(Refused):
        actions.lose(stale, actor=people.ben, reason="price")


def test_an_older_version_is_a_conflict(people: People) -> None:
    made = make(people)
    change.save(made, {"name": "Changed"}, actor=people.ben, type_=deal)
    with pytest.raises(Conflict):
        actions.win(made, actor=people.ben, version=1)


def test_who_may_look_but_not_change_is_told_so(people: People) -> None:
    looker = people.cleo.via(levels=reaching(view="all", change="own"))
    with pytest.raises(PermissionDenied):
        actions.win(make(people), actor=looker)


def test_who_may_not_see_it_learns_nothing(people: People) -> None:
    with pytest.raises(Gone):
        actions.win(make(people), actor=people.dora)


def test_the_signature_is_the_form() -> None:
    asked = {name: (kind.word, kind.required) for name, kind in actions.lose.parameters.items()}
    assert asked == {"reason": ("choice", True), "note": ("longtext", False)}


def test_several_are_moved_as_one_act_which_can_be_undone(people: People) -> None:
    ids = [make(people, name=f"Deal {n}").pk for n in range(3)]  # type: ignore[attr-defined]
    proposal = stage.rows(people.ben).get(name="Proposal").pk
    found = actions.move_many(ids, stage=proposal, actor=people.ben)
    assert (sorted(found.changed), len(found.change_ids)) == (ids, 1)
    assert {*deal.rows(people.ben).filter(pk__in=ids).values_list("stage", flat=True)} == {proposal}
    assert history.undo(found.change_ids[0], actor=people.ben).records == 3


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_as_many_statements_for_three_as_for_one(
    people: People, count: int, django_assert_max_num_queries: object
) -> None:
    ids = [make(people, name=f"Deal {n}").pk for n in range(count)]  # type: ignore[attr-defined]
    proposal = stage.rows(people.ben).get(name="Proposal").pk
    forget()
    with django_assert_max_num_queries(60) as captured:  # type: ignore[operator]
        actions.move_many(ids, stage=proposal, actor=people.ben)
    assert len(captured) == STATEMENTS.setdefault("move", len(captured))


STATEMENTS: dict[str, int] = {}


def test_those_that_do_not_meet_the_condition_are_left_alone(people: People) -> None:
    tasks = [activity.add_task(name=f"Task {n}", actor=people.ben) for n in range(3)]
    activity.finish(tasks[0], actor=people.ben)
    found = activity.finish_many([task.pk for task in tasks], actor=people.ben)
    assert sorted(found.changed) == [tasks[1].pk, tasks[2].pk]
    assert activity.finish_many([task.pk for task in tasks], actor=people.dora).changed == []
