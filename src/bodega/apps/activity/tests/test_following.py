"""What comes next after an outcome is offered, dated by working days, taken with a click, and never made silently."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from bodega.apps.activity import following
from bodega.apps.activity.records import follow_up, note, task
from bodega.apps.parties.records import organisation, person
from bodega.kernel import change, registry
from bodega.kernel.drafts import Gone
from bodega.lib import clock
from tests.personas import People

THURSDAY, MONDAY = date(2026, 5, 7), date(2026, 5, 11)


@pytest.fixture
def again(people: People) -> int:
    """After no answer, in two working days."""
    values = {"outcome": "no_answer", "name": "Call again", "days": 2}
    return int(change.create(follow_up, values, actor=people.anna).pk)


@pytest.fixture
def mia(people: People) -> int:
    return int(change.create(person, {"name": "Mia"}, actor=people.anna).pk)


def logged(people: People, **values: Any) -> int:
    given = {"text": "Rang", "channel": "call", "outcome": "no_answer", **values}
    return int(change.create(note, given, actor=people.anna).pk)


def test_it_is_taken_for_a_working_day_and_by_whoever_takes_it(people: People, mia: int, again: int) -> None:
    after = logged(people, about=("parties.person", mia))
    assert not task.rows(people.anna).exists()
    with clock.fixed(datetime(2026, 5, 7, 12, tzinfo=UTC)):
        made = following.follow_up(after=after, step=again, actor=people.anna)
    assert (made.name, made.kind, made.due_on, made.owner_id) == ("Call again", "call", MONDAY, people.anna.user_id)
    assert (made.about_type, made.about_id) == ("parties.person", mia)


def test_without_a_subject_it_is_about_the_first_who_took_part(people: People, mia: int, again: int) -> None:
    firm = int(change.create(organisation, {"name": "Isdom"}, actor=people.anna).pk)
    made = following.follow_up(after=logged(people, participants=[firm, mia]), step=again, actor=people.anna)
    assert (made.about_type, made.about_id) == ("parties.organisation", firm)


def test_what_is_not_offered_after_that_outcome_is_refused(people: People, mia: int, again: int) -> None:
    after = logged(people, about=("parties.person", mia), outcome="agreed")
    with pytest.raises(ValidationError, match="not offered"):
        following.follow_up(after=after, step=again, actor=people.anna)


def test_nobody_takes_it_after_what_they_may_not_see(people: People, mia: int, again: int) -> None:
    after = logged(people, about=("parties.person", mia), private=True)
    with pytest.raises(Gone):
        following.follow_up(after=after, step=again, actor=people.ben)
    assert not registry.type_of("activity.task").every().exists()


def test_an_outcome_and_a_number_of_days_that_makes_sense_are_needed(people: People) -> None:
    for values in ({"name": "X", "days": 1}, {"name": "X", "outcome": "agreed", "days": -1}):
        with pytest.raises(ValidationError):
            change.create(follow_up, values, actor=people.anna)
