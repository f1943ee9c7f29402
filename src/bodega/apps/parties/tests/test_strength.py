"""How strong a relationship is: what may be relied on of the number, on any day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from bodega.apps.parties.strength import FULL, HALF, at, kept, threshold

moments = some.datetimes(datetime(2015, 1, 1), datetime(2060, 1, 1), timezones=some.just(UTC))
sums = some.just(0.0) | some.floats(1e-9, 500)


@given(sums, sums, moments)
def test_it_is_a_number_from_0_to_100_and_none_without_a_touch(inward: float, outward: float, now: datetime) -> None:
    value = kept(inward, outward, at=now)
    assert (value is None) == (inward + outward == 0)
    assert value is None or 0 <= at(now, value) <= 100


@given(some.floats(0.01, 500), some.floats(0.01, 500), moments, some.integers(1, 2_000))
def test_it_fades_by_itself(inward: float, outward: float, now: datetime, days: int) -> None:
    value, later = kept(inward, outward, at=now), now + timedelta(days=days)
    assert value is not None
    faded = 2 ** (-timedelta(days=days) / HALF)
    again = kept(inward * faded, outward * faded, at=later)
    assert at(later, value) <= at(now, value)
    assert again is None or abs(at(later, value) - at(later, again)) <= 1


@given(some.floats(0.1, 500), moments)
def test_both_sides_make_more_than_one(total: float, now: datetime) -> None:
    alone, together = kept(0, total, at=now), kept(total / 2, total / 2, at=now)
    assert alone is not None
    assert together is not None
    assert at(now, alone) <= at(now, together)


@given(some.floats(0.001, 30), moments, some.integers(0, 100))
def test_what_is_asked_is_what_is_shown(total: float, now: datetime, number: int) -> None:
    value = kept(total, total, at=now)
    assert value is not None
    first, after = threshold(now, number - 0.5), threshold(now, number + 0.5)
    shown = 100 * (1 - 2 ** (-total * 2 / FULL))
    if abs(shown % 1 - 0.5) > 0.001:  # not where it rounds
        assert (first <= value < after) == (at(now, value) == number)
