"""What a customer was told: its days, what became of it, who hears of it, and how it is measured."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bodega.apps.activity import actions, measures, promising
from bodega.apps.activity.jobs import remind, tell_of_due_tasks, tell_of_the_day
from bodega.apps.activity.measures import Score
from bodega.apps.activity.models import Task
from bodega.apps.activity.records import promise
from bodega.apps.activity.records import task as tasks
from bodega.apps.parties.records import person
from bodega.kernel import change, history, query
from bodega.kernel.action import Refused
from bodega.kernel.actors import Actor, Role
from bodega.kernel.registry import type_of
from bodega.lib import clock
from bodega.platform.accounts import preferences
from bodega.platform.jobs.declare import enqueue
from bodega.platform.jobs.run import run_waiting
from bodega.platform.notifications.models import Notification
from bodega.platform.tallies.keeping import wrong
from tests.personas import People, reaching

MONDAY = date(2026, 5, 4)
FRIDAY = date(2026, 5, 8)


@pytest.fixture
def mia(people: People) -> int:
    return int(change.create(person, {"name": "Mia"}, actor=people.ben).pk)


def on(day: date, hour: int = 12) -> Any:
    return clock.fixed(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def promised(people: People, mia: int, due_on: date | None = FRIDAY, **given: Any) -> Any:
    with on(MONDAY):
        about = ("parties.person", mia)
        return promising.promise(name="Samples", about=about, due_on=due_on, **{"actor": people.ben, **given})


@pytest.mark.parametrize(("day", "status"), [(MONDAY, "kept"), (FRIDAY, "kept"), (FRIDAY + timedelta(days=1), "late")])
def test_it_is_kept_by_its_day_or_late(people: People, mia: int, day: date, status: str) -> None:
    made = promised(people, mia)
    with on(day):
        assert promising.keep(made, actor=people.ben).status == status


def test_without_a_day_it_cannot_be_late(people: People, mia: int) -> None:
    assert promising.keep(promised(people, mia, due_on=None), actor=people.ben).status == "kept"


def test_moving_it_does_not_make_it_kept(people: People, mia: int) -> None:
    made = promised(people, mia)
    moved = promising.reschedule(made, due_on=FRIDAY + timedelta(days=7), reason="Supplier is late", actor=people.ben)
    assert (moved.due_on, moved.first_due_on) == (FRIDAY + timedelta(days=7), FRIDAY)
    with on(FRIDAY + timedelta(days=3)):
        assert promising.keep(moved, actor=people.ben).status == "late"
    lines = [(line["was_due"], line["moved_to"], line["reason"]) for line in promise.declared["moves"].get(made)]
    assert lines == [(FRIDAY, FRIDAY + timedelta(days=7), "Supplier is late")]


def test_moving_it_in_a_form_is_written_down_too(people: People, mia: int) -> None:
    made = promised(people, mia)
    later = change.save(made, {"due_on": FRIDAY + timedelta(days=1)}, actor=people.ben, type_=promise)
    assert later.first_due_on == FRIDAY
    assert [line["was_due"] for line in promise.declared["moves"].get(made)] == [FRIDAY]
    with pytest.raises(ValidationError, match="that day already"):
        promising.reschedule(later, due_on=FRIDAY + timedelta(days=1), reason="Again", actor=people.ben)


def test_it_is_broken_with_what_happened_and_that_is_the_end_of_it(people: People, mia: int) -> None:
    made = promised(people, mia)
    broken = promising.breach(made, outcome="Forgotten", actor=people.ben)
    assert (broken.status, broken.outcome, broken.done_at is not None) == ("broken", "Forgotten", True)
    with pytest.raises(Refused):
        promising.keep(made, actor=people.ben)
    again = promising.open_again(made, actor=people.ben)
    assert (again.status, again.done_at) == ("open", None)


def test_each_act_is_taken_back(people: People, mia: int) -> None:
    made = promised(people, mia)
    acts: list[tuple[Any, dict[str, Any]]] = [
        (promising.keep, {}),
        (promising.breach, {"outcome": "Forgotten"}),
        (promising.release, {"outcome": "Never mind"}),
        (promising.reschedule, {"due_on": MONDAY, "reason": "Sooner"}),
    ]
    for act, given in acts:
        act(made, **given, actor=people.ben)
        history.undo(history.last_acts(promise, [made.pk])[made.pk].pk, actor=people.ben)
        now = promise.rows(people.ben).get(pk=made.pk)
        assert (now.status, now.done_at, now.outcome, now.due_on) == ("open", None, "", FRIDAY)
        assert promise.declared["moves"].get(now) == []


def test_tasks_and_promises_are_not_taken_for_one_another(people: People, mia: int) -> None:
    made = promised(people, mia)
    assert [*promise.rows(people.ben)] == [made]
    assert [*tasks.rows(people.ben)] == []
    levels = {**people.ben.levels, "activity.promise": reaching(view="none")["*"]}
    assert [*promise.rows(people.ben.via(levels=levels))] == []


def test_several_are_kept_as_one_act(people: People, mia: int) -> None:
    made = [promised(people, mia, day).pk for day in (MONDAY, FRIDAY)]
    with on(FRIDAY):
        promising.keep_many(made, actor=people.ben)
    asked = query.ask(promise, query.parse("status:kept", promise, actor=people.ben), actor=people.ben)
    assert [one.pk for one in asked] == made[1:]


def test_whoever_promised_hears_of_it_the_day_before_and_on_the_day_once(people: People, mia: int) -> None:
    promised(people, mia)
    for day, hour in ((7, 3), (7, 9), (7, 10), (8, 3), (8, 9), (8, 11)):
        with on(date(2026, 5, day), hour):
            tell_of_the_day(None)
    told = Notification.objects.filter(user=people.user(people.ben)).order_by("pk")
    assert [(one.kind, one.record_id and one.at.day) for one in told] == [("soon", 7), ("due", 8)]


def test_what_is_due_is_read_once_it_became_morning_and_not_again_all_day(people: People, mia: int) -> None:
    promised(people, mia)
    told = []
    for hour in (3, 5, 7, 15):  # in Berlin two hours later
        with on(FRIDAY, hour), CaptureQueriesContext(connection) as asked:
            enqueue(tell_of_due_tasks)
            run_waiting()
        told.append((any("activity_task" in one["sql"] for one in asked), Notification.objects.count()))
    assert told == [(False, 0), (True, 1), (False, 1), (False, 1)]


def test_tasks_that_were_promises_become_promises_with_their_past(people: People, mia: int) -> None:
    """As installations have them that were made before promises were records of their own."""
    made = [tasks_made(people, mia, kind) for kind in ("promise", "promise", "task")]
    actions.finish(made[1], actor=people.ben)
    role = Role.objects.get(name="Team")
    Role.objects.filter(pk=role.pk).update(levels={**role.levels, "activity.task": {"view": "own"}})
    import_module("bodega.apps.activity.migrations.0009_tasks_that_were_promises").convert(apps, None)
    assert [*promise.rows(people.anna).order_by("pk").values_list("pk", "status", "first_due_on")] == [
        (made[0].pk, "open", FRIDAY),
        (made[1].pk, "late", FRIDAY),
    ]
    assert [one.pk for one in tasks.rows(people.anna)] == [made[2].pk]
    assert Role.objects.get(pk=role.pk).levels["activity.promise"] == {"view": "own"}
    told = [line.change.verb for line in history.history(promise, made[1].pk, actor=people.anna)]
    assert told == ["done", "created"]
    assert wrong(promise) == []


def tasks_made(people: People, mia: int, kind: str) -> Any:
    made = actions.add_task(name=kind, about=("parties.person", mia), due_on=FRIDAY, actor=people.ben)
    Task.objects.filter(pk=made.pk).update(kind=kind)
    return made


def test_before_a_day_off_one_hears_of_what_is_promised_for_the_day_after(people: People, mia: int) -> None:
    """Ben's Friday is a holiday, so on Thursday he hears of Monday."""
    free = {"name": "Ben", "users": [people.ben.user_id], "holidays": f"{FRIDAY} May fair"}
    change.create(type_of("worktime.working_time"), free, actor=people.anna)
    promised(people, mia, due_on=FRIDAY + timedelta(days=3))
    told = []
    for day in range(6, 12):
        with on(date(2026, 5, day), 9):
            tell_of_the_day(None)
            told.append(Notification.objects.count())
    assert told == [0, 1, 1, 1, 1, 2]


def test_one_is_reminded_of_a_task_once_and_not_of_what_is_done(people: People) -> None:
    at = datetime(2026, 5, 7, 12, tzinfo=UTC)
    lines = [{"at": at}, {"at": at + timedelta(hours=1)}, {"at": at - timedelta(days=9)}]
    made = change.create(tasks, {"name": "Ring", "reminders": lines}, actor=people.ben)
    for minutes in (-1, 1, 2, 59):
        with clock.fixed(at + timedelta(minutes=minutes)):
            remind(None)  # type: ignore[arg-type]
    assert [(one.kind, one.record_id) for one in Notification.objects.all()] == [("reminded", made.pk)]
    actions.finish(made, actor=people.ben)
    with clock.fixed(at + timedelta(minutes=61)):
        assert remind(None) == 0  # type: ignore[arg-type]


def test_a_deputy_hears_of_it_while_one_is_away(people: People, mia: int) -> None:
    away = {"first": str(MONDAY), "last": str(FRIDAY), "deputy": people.anna.user_id}
    preferences.keep(people.user(people.ben), "away", away)
    promised(people, mia)
    promised(people, mia, due_on=FRIDAY + timedelta(days=3))
    for day in (FRIDAY, FRIDAY + timedelta(days=3)):
        with on(day, 9):
            tell_of_the_day(None)
    told = Notification.objects.filter(user=people.user(people.anna)).order_by("pk")
    assert [(one.kind, one.by, one.at.date()) for one in told] == [("deputised", "Ben", FRIDAY)] * 2


# ---- how they are measured -------------------------------------------------------------------------------------------


def week(actor: Actor) -> dict[int | None, Score]:
    return measures.by_person(MONDAY, MONDAY + timedelta(days=7), actor=actor)


def test_the_measure_counts_by_the_first_day_and_leaves_out_what_was_released(people: People, mia: int) -> None:
    made = [promised(people, mia) for _one in range(6)]
    with on(FRIDAY):
        promising.keep(made[0], actor=people.ben)
        promising.breach(made[1], outcome="Forgotten", actor=people.ben)
        promising.release(made[2], actor=people.ben)
        promising.reschedule(made[3], due_on=FRIDAY + timedelta(days=30), reason="Supplier", actor=people.ben)
        change.delete(promise, [made[4].pk], actor=people.ben)
    score = week(people.anna)[people.ben.user_id]
    assert score == Score(kept=1, broken=1, released=1, open=2)
    assert (score.all, score.share) == (4, 25)
    assert wrong(promise) == []
    north = people.user(people.ben).teams[0]
    assert measures.by_team(week(people.anna), actor=people.anna) == {north: score}
    assert measures.by_customer(MONDAY, MONDAY + timedelta(days=7), actor=people.anna) == {
        ("parties.person", mia): score
    }


def test_nobody_is_measured_by_what_one_may_not_see(people: People, mia: int) -> None:
    promised(people, mia)
    promised(people, mia, owner=people.dora.user_id, actor=people.anna)
    assert {*week(people.anna)} == {people.ben.user_id, people.dora.user_id}
    assert {*week(people.ben)} == {people.ben.user_id}
    assert week(people.cleo) == {}


def test_who_may_do_nothing_promises_nothing(people: People, mia: int) -> None:
    with pytest.raises(PermissionDenied):
        promised(people, mia, actor=people.cleo)
