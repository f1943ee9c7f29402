"""A timeline is asked for less than everything, and what was done in one go is one line of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bodega.apps.activity import actions, panels
from bodega.apps.activity.projection import project
from bodega.apps.activity.queries import Asked, timeline
from bodega.apps.parties.records import organisation, person
from bodega.apps.sales.records import deal
from bodega.kernel import change
from bodega.kernel.actors import HIDDEN, Role, actor_of
from bodega.kernel.events import latest
from bodega.lib import clock
from bodega.surfaces.html.panels import Visit
from tests.personas import People

START = clock.now().replace(microsecond=0) - timedelta(days=2)


@pytest.fixture
def isdom(people: People) -> Any:
    """An organisation of which Anna and Ben have told this and that."""
    made = change.create(organisation, {"name": "Isdom"}, actor=people.ben)
    mia = change.create(person, {"name": "Mia", "organisation": made.pk}, actor=people.ben)
    said = [
        ("call", "Wants 40 units", people.ben),
        ("meeting", "Saw the hall", people.anna),
        ("call", "No 40", people.anna),
    ]
    for number, (channel, text, actor) in enumerate(said):
        colleagues = [people.ben.user_id or 0] if channel == "meeting" else None
        with clock.fixed(START + timedelta(hours=number)):
            actions.log(
                text=text, about=("parties.person", mia.pk), channel=channel, colleagues=colleagues, actor=actor
            )
    hall = change.create(deal, {"name": "Hall 2", "account": made.pk}, actor=people.anna)
    project(latest(deal.key, hall.pk))
    return made


def told(isdom: Any, people: People, asked: Asked, **more: Any) -> list[str]:
    found, _following = timeline(organisation, isdom.pk, actor=more.get("actor", people.anna), asked=asked)
    return [line.details.get("text") or line.label.text for line in found]


def test_by_what_it_is(people: People, isdom: Any) -> None:
    assert told(isdom, people, Asked(type="activity.note")) == ["No 40", "Saw the hall", "Wants 40 units"]
    assert told(isdom, people, Asked(channel="call")) == ["No 40", "Wants 40 units"]
    assert told(isdom, people, Asked(type="sales.deal")) == ["Hall 2"]


def test_by_whose_it_is(people: People, isdom: Any) -> None:
    assert told(isdom, people, Asked(user=people.ben.user_id)) == ["Saw the hall", "Wants 40 units"]
    assert told(isdom, people, Asked(type="activity.note", user=people.anna.user_id)) == ["No 40", "Saw the hall"]


def test_by_its_words(people: People, isdom: Any) -> None:
    assert told(isdom, people, Asked(words="40 UNITS")) == ["Wants 40 units"]
    assert told(isdom, people, Asked(words="40%")) == []


def test_a_field_that_is_hidden_is_not_asked_about(people: People, isdom: Any) -> None:
    ben = people.user(people.ben)
    Role.objects.filter(pk__in=ben.roles).update(fields={"activity.note": {"text": HIDDEN}})
    assert told(isdom, people, Asked(words="40"), actor=actor_of(ben)) == []
    assert len(told(isdom, people, Asked(channel="call"), actor=actor_of(ben))) == 2


def lines(isdom: Any, actor: Any, asked: Mapping[str, str]) -> list[str]:
    found = panels.timeline(Visit(organisation, isdom, actor, told=asked))
    assert found is not None
    return [str(entry.title) for day in found.days for entry in day.entries]


def test_what_was_done_in_one_go_is_one_line(people: People, isdom: Any) -> None:
    for number in range(4):
        with clock.fixed(START + timedelta(hours=9, minutes=8 * number)):
            made = change.create(deal, {"name": f"Spare {number}", "account": isdom.pk}, actor=people.ben)
            project(latest(deal.key, made.pk))
    found = panels.timeline(Visit(organisation, isdom, people.anna, told={"kind": "sales.deal"}))
    assert found is not None
    entries = [entry for day in found.days for entry in day.entries]
    assert [entry.title for entry in entries][1:] == ["<b>Ben</b> added 4 deals"]
    assert [f"Spare {number}" in entries[1].text for number in range(4)] == [True] * 4


def test_two_are_two_and_a_pause_ends_it(people: People, isdom: Any) -> None:
    for minutes in (0, 5, 30, 35):
        with clock.fixed(START + timedelta(hours=9, minutes=minutes)):
            made = change.create(deal, {"name": f"Spare {minutes}", "account": isdom.pk}, actor=people.ben)
            project(latest(deal.key, made.pk))
    assert len(lines(isdom, people.anna, {"kind": "sales.deal", "who": str(people.ben.user_id)})) == 4
