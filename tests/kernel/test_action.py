"""Calling an action is the check: access, lock, version and condition, whoever calls it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from bodega.apps.sales import actions
from bodega.apps.sales.records import deal
from bodega.kernel import change
from bodega.kernel.action import Refused
from bodega.kernel.change import Conflict, Gone
from bodega.lib.money import Money
from tests.personas import People


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
    looker = people.cleo.via(levels={"*": {"view": "all", "change": "own"}})
    with pytest.raises(PermissionDenied):
        actions.win(make(people), actor=looker)


def test_who_may_not_see_it_learns_nothing(people: People) -> None:
    with pytest.raises(Gone):
        actions.win(make(people), actor=people.dora)


def test_the_signature_is_the_form() -> None:
    asked = {name: (kind.word, kind.required) for name, kind in actions.lose.parameters.items()}
    assert asked == {"reason": ("choice", True), "note": ("longtext", False)}
