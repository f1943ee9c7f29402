"""A plan is carried on step by step, on days that people work, and each step is taken back with what followed it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from bodega.apps.activity import actions, planning
from bodega.apps.activity.records import plan as plans
from bodega.apps.activity.records import task as tasks
from bodega.apps.parties.records import person
from bodega.kernel import change, history
from bodega.lib import clock
from tests.personas import People

THURSDAY, MONDAY = date(2026, 5, 7), date(2026, 5, 11)


def on(day: date) -> Any:
    return clock.fixed(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


@pytest.fixture
def mia(people: People) -> tuple[str, int]:
    """A customer of Dora's."""
    return "parties.person", int(change.create(person, {"name": "Mia"}, actor=people.dora).pk)


@pytest.fixture
def welcome(people: People) -> int:
    steps = [
        {"name": "Write", "days": 0, "who": "starter"},
        {"name": "Ring", "kind": "call", "days": 2, "who": "owner"},
        {"name": "Visit", "days": 3, "since": "start", "who": "person", "person": people.ben.user_id},
    ]
    return int(change.create(plans, {"name": "Welcome", "steps": steps}, actor=people.anna).pk)


def open_ones(people: People) -> list[Any]:
    return [*tasks.rows(people.anna).filter(done_at=None).order_by("pk")]


def test_each_step_follows_the_one_before_and_the_last_is_the_last(
    people: People, mia: tuple[str, int], welcome: int
) -> None:
    told = []
    with on(THURSDAY):
        planning.start(welcome, mia, actor=people.anna)
        while found := open_ones(people):
            (step,) = found
            told.append((step.name, step.kind, step.due_on, step.owner_id, (step.about_type, step.about_id)))
            actions.finish(step, actor=people.anna)
    assert told == [
        ("Write", "task", THURSDAY, people.anna.user_id, mia),
        ("Ring", "call", MONDAY, people.dora.user_id, mia),
        ("Visit", "task", date(2026, 5, 12), people.ben.user_id, mia),
    ]


def test_how_far_it_is_stands_with_the_step(people: People, mia: tuple[str, int], welcome: int) -> None:
    actions.finish(planning.start(welcome, mia, actor=people.anna), actor=people.anna)
    (row,) = tasks.read(tasks.rows(people.anna).filter(done_at=None), ["progress"])
    assert row.values["progress"] == "Welcome, step 2 of 3"


def test_a_step_is_taken_back_with_what_followed_it(people: People, mia: tuple[str, int], welcome: int) -> None:
    made = planning.start(welcome, mia, actor=people.anna)
    actions.finish(made, actor=people.anna)
    history.undo_batch(history.last_acts(tasks, [made.pk])[made.pk].batch, actor=people.anna)
    assert open_ones(people) == [made]


def test_after_it_is_stopped_nothing_follows(people: People, mia: tuple[str, int], welcome: int) -> None:
    actions.stop(planning.start(welcome, mia, actor=people.anna), actor=people.anna)
    assert open_ones(people) == []


def test_several_steps_go_on_as_one_act(people: People, mia: tuple[str, int], welcome: int) -> None:
    made = [planning.start(welcome, mia, actor=people.anna).pk for _one in range(2)]
    actions.finish_many(made, actor=people.anna)
    assert [one.name for one in open_ones(people)] == ["Ring", "Ring"]


def test_what_a_plan_cannot_hold_is_refused(people: People, mia: tuple[str, int]) -> None:
    for line in ({"name": "X", "days": -1}, {"name": "X", "who": "person"}):
        with pytest.raises(ValidationError):
            change.create(plans, {"name": "Bad", "steps": [line]}, actor=people.anna)
    empty = change.create(plans, {"name": "Empty"}, actor=people.anna)
    with pytest.raises(ValidationError, match="no steps"):
        planning.start(empty.pk, mia, actor=people.anna)
    assert "Empty" not in planning.offered().values()


def test_nobody_starts_one_for_whom_they_may_not_see(people: People, mia: tuple[str, int], welcome: int) -> None:
    with pytest.raises(ValidationError):
        planning.start(welcome, mia, actor=people.ben)


def test_steps_that_ask_for_somebody_are_done_by_whom_was_named_at_the_start(
    people: People, mia: tuple[str, int]
) -> None:
    lines = [{"name": "Greet", "who": "asked"}, {"name": "Write", "who": "starter"}, {"name": "Ring", "who": "asked"}]
    plan = change.create(plans, {"name": "Handed out", "steps": lines}, actor=people.anna).pk
    wrong: list[Any] = [None, {}, {"1": str(people.ben.user_id)}, {"1": people.ben.user_id, "3": "9" * 30}, ["1"]]
    for given in wrong:
        with pytest.raises(ValidationError, match="Name who does step"):
            actions.start_plan(plan=plan, about=mia, people=given, actor=people.anna)
    named = {"1": str(people.ben.user_id), "3": people.dora.user_id}
    told = []
    actions.start_plan(plan=plan, about=mia, people=named, actor=people.anna)
    while found := open_ones(people):
        (step,) = found
        told.append((step.name, step.owner_id))
        actions.finish(step, actor=people.anna)
    assert told == [
        ("Greet", people.ben.user_id), ("Write", people.ben.user_id), ("Ring", people.dora.user_id),
    ]  # fmt: skip
