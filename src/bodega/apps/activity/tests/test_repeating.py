"""A task that comes again: the next one is there when one is done, and both are taken back together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from bodega.apps.activity import actions
from bodega.apps.activity.records import task as tasks
from bodega.kernel import change, history
from bodega.kernel.kinds import Show
from bodega.lib import clock
from tests.personas import People

FRIDAY = date(2026, 5, 8)
WEEK = timedelta(days=7)


def weekly(people: People, **given: Any) -> Any:
    values = {"name": "Water the plants", "due_on": FRIDAY, "repeat": "FREQ=WEEKLY", "priority": "high", **given}
    return change.create(tasks, values, actor=people.ben)


def on(day: date) -> Any:
    return clock.fixed(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def open_ones(people: People) -> list[Any]:
    return [*tasks.rows(people.ben).filter(done_at=None).order_by("pk")]


def test_the_next_one_is_made_when_one_is_done(people: People) -> None:
    made = weekly(people)
    with on(FRIDAY):
        actions.finish(made, actor=people.ben)
    (following,) = open_ones(people)
    assert (following.name, following.due_on, following.priority) == ("Water the plants", FRIDAY + WEEK, "high")
    assert (following.owner_id, following.repeat) == (people.ben.user_id, "FREQ=WEEKLY")


def test_both_are_taken_back_as_one(people: People) -> None:
    made = weekly(people)
    actions.finish(made, actor=people.ben)
    act = history.last_acts(tasks, [made.pk])[made.pk]
    history.undo_batch(act.batch, actor=people.ben)
    assert open_ones(people) == [made]


def test_one_that_was_moved_leaves_the_others_where_they_are(people: People) -> None:
    """What else is changed in one holds from there on."""
    made = change.save(weekly(people), {"due_on": FRIDAY + timedelta(days=3)}, actor=people.ben, type_=tasks)
    made = change.save(made, {"name": "Water all plants"}, actor=people.ben, type_=tasks)
    with on(FRIDAY):
        actions.finish(made, actor=people.ben)
    assert [(one.name, one.due_on) for one in open_ones(people)] == [("Water all plants", FRIDAY + WEEK)]


def test_what_was_late_does_not_pile_up(people: People) -> None:
    with on(FRIDAY + 5 * WEEK + timedelta(days=1)):
        actions.finish(weekly(people), actor=people.ben)
    assert [one.due_on for one in open_ones(people)] == [FRIDAY + 6 * WEEK]


def test_several_at_once_have_each_their_next(people: People) -> None:
    made = [weekly(people).pk, weekly(people, repeat="").pk, weekly(people, repeat="FREQ=DAILY").pk]
    with on(FRIDAY):
        actions.finish_many(made, actor=people.ben)
    assert [one.due_on for one in open_ones(people)] == [FRIDAY + WEEK, FRIDAY + timedelta(days=1)]


def test_one_is_skipped_and_the_last_is_not(people: People) -> None:
    with on(FRIDAY):
        assert actions.skip(weekly(people), actor=people.ben).due_on == FRIDAY + WEEK
        with pytest.raises(ValidationError, match="does not come again"):
            actions.skip(weekly(people, repeat="FREQ=WEEKLY;UNTIL=20260509"), actor=people.ben)


def test_the_end_of_february_is_not_the_end_of_every_month(people: People) -> None:
    made = weekly(people, due_on=date(2026, 1, 31), repeat="FREQ=MONTHLY")
    for day in (date(2026, 2, 28), date(2026, 3, 31)):
        with on(date(2026, 1, 31)):
            actions.finish(made, actor=people.ben)
        (made,) = open_ones(people)
        assert made.due_on == day


def test_a_rule_needs_a_day_to_begin_with(people: People) -> None:
    with pytest.raises(ValidationError, match="needs a day"):
        weekly(people, due_on=None)


def test_what_is_no_rule_is_refused_however_it_comes(people: People) -> None:
    with pytest.raises(ValidationError, match="not a rule like FREQ"):
        weekly(people, repeat="every other blue moon")


def test_it_is_entered_by_unit_number_days_and_end(people: People) -> None:
    kind = tasks.declared["repeat"]
    given = {"": ["WEEKLY"], "_every": ["2"], "_days": ["thu, Monday"], "_until": ["2026-12-31"]}
    rule = kind.read(given, actor=people.ben)
    assert rule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20261231"
    shown = {one.suffix: [one.value] for one in kind.inputs(rule, show=Show(people.ben))}
    assert kind.read(shown, actor=people.ben) == rule  # type: ignore[arg-type]
    assert kind.text(rule, show=Show(people.ben)).startswith("every 2 weeks, Monday, Thursday, until 31 Dec")
    assert kind.read({"": [""]}, actor=people.ben) == ""
    with pytest.raises(ValidationError, match="no day of the week"):
        kind.read({**given, "_days": ["noon"]}, actor=people.ben)
