"""What each person arranges for themselves: kept by name, forgotten when empty, nobody else's."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from bodega.platform.accounts import preferences
from tests.personas import People


def test_what_is_kept_is_there_beside_what_was_kept_meanwhile(people: People) -> None:
    anna, elsewhere = people.user(people.anna), people.user(people.anna)
    preferences.keep(elsewhere, "density", "compact")
    preferences.keep(anna, "columns sales.deal", ["amount"])
    assert anna.preferences == {"density": "compact", "columns sales.deal": ["amount"]}
    assert people.user(people.anna).preferences == anna.preferences
    assert people.user(people.ben).preferences == {}


def test_what_is_empty_is_forgotten(people: People) -> None:
    anna = people.user(people.anna)
    preferences.keep(anna, "columns sales.deal", ["amount"])
    preferences.keep(anna, "columns sales.deal", [])
    preferences.keep(anna, "density", "")
    assert people.user(people.anna).preferences == {}


def test_it_is_read_with_every_request_so_it_stays_small(people: People) -> None:
    anna = people.user(people.anna)
    with pytest.raises(ValidationError, match="more than can be remembered"):
        preferences.keep(anna, "columns sales.deal", ["amount" * preferences.MOST])
    assert people.user(people.anna).preferences == {}
