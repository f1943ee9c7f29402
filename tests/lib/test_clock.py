"""The clock can be pinned, and then every part of the program agrees on the moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bodega.lib import clock

NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def test_now_is_an_aware_moment_in_utc() -> None:
    before = datetime.now(UTC)
    moment = clock.now()
    assert before <= moment <= datetime.now(UTC)
    assert moment.tzinfo is UTC


def test_a_pinned_clock_stands_still_and_goes_on_afterwards() -> None:
    with clock.fixed(NEW_YEAR) as pinned:
        assert pinned == NEW_YEAR
        assert (clock.now(), clock.now()) == (NEW_YEAR, NEW_YEAR)
    assert clock.now() != NEW_YEAR


def test_pinned_clocks_may_be_nested_and_an_error_unpins() -> None:
    later = NEW_YEAR + timedelta(days=1)
    with clock.fixed(NEW_YEAR):
        with pytest.raises(RuntimeError), clock.fixed(later):
            assert clock.now() == later
            raise RuntimeError
        assert clock.now() == NEW_YEAR


def test_a_moment_of_another_zone_is_turned_into_utc() -> None:
    with clock.fixed(NEW_YEAR.astimezone(timezone(timedelta(hours=5)))):
        assert clock.now() == NEW_YEAR
        assert clock.now().tzinfo is UTC


def test_a_moment_without_a_zone_is_refused() -> None:
    with (
        pytest.raises(ValueError, match=r"^A clock can only be pinned to a moment with a time zone$"),
        clock.fixed(datetime(2026, 1, 1)),
    ):
        pass


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", date(2026, 12, 31)), ("Europe/Berlin", date(2027, 1, 1)), ("America/New_York", date(2026, 12, 31))],
)
def test_today_is_the_day_of_the_zone(zone: str, day: date) -> None:
    with clock.fixed(NEW_YEAR):
        assert clock.today(zone) == day
