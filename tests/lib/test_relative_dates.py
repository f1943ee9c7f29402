"""Relative dates are kept as they were typed and become days only when they are asked, in the zone of who asks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.lib.dates import Relative, parse_relative

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)  # a Saturday


def read(text: str) -> Relative:
    found = parse_relative(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "sentence", "first", "last"),
    [
        ("-30d", "30 days ago", date(2026, 10, 22), date(2026, 10, 22)),
        ("+1d", "in 1 day", date(2026, 11, 22), date(2026, 11, 22)),
        ("+2w", "in 2 weeks", date(2026, 12, 5), date(2026, 12, 5)),
        ("-3m", "3 months ago", date(2026, 8, 21), date(2026, 8, 21)),
        ("-1y", "1 year ago", date(2025, 11, 21), date(2025, 11, 21)),
        ("-12h", "12 hours ago", date(2026, 11, 20), date(2026, 11, 20)),
        ("yesterday", "yesterday", date(2026, 11, 20), date(2026, 11, 20)),
        ("today", "today", date(2026, 11, 21), date(2026, 11, 21)),
        ("tomorrow", "tomorrow", date(2026, 11, 22), date(2026, 11, 22)),
        ("last week", "last week", date(2026, 11, 9), date(2026, 11, 15)),
        ("this week", "this week", date(2026, 11, 16), date(2026, 11, 22)),
        ("next week", "next week", date(2026, 11, 23), date(2026, 11, 29)),
        ("last month", "last month", date(2026, 10, 1), date(2026, 10, 31)),
        ("this month", "this month", date(2026, 11, 1), date(2026, 11, 30)),
        ("next month", "next month", date(2026, 12, 1), date(2026, 12, 31)),
        ("last quarter", "last quarter", date(2026, 7, 1), date(2026, 9, 30)),
        ("this quarter", "this quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("next quarter", "next quarter", date(2027, 1, 1), date(2027, 3, 31)),
        ("last year", "last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("this year", "this year", date(2026, 1, 1), date(2026, 12, 31)),
        ("next year", "next year", date(2027, 1, 1), date(2027, 12, 31)),
    ],
)
def test_a_relative_date_has_days_and_a_sentence(text: str, sentence: str, first: date, last: date) -> None:
    found = read(text)
    assert (found.text, found.sentence) == (text, sentence)
    assert found.span(now=NOW - timedelta(hours=0), zone=BERLIN) == (first, last)


def test_spelling_is_free() -> None:
    assert read(" This_Week ") == read("this week")
    assert read("-30D") == read("-30d")
    assert read("-0d") == read("+0m") == read("today")


@pytest.mark.parametrize(
    "text", ["", "30d", "-d", "-3q", "-30 d", "2026-01-01", "this", "now", "-101y", "-999999d", "x" * 99]
)
def test_what_is_no_relative_date_is_none(text: str) -> None:
    assert parse_relative(text) is None


def test_the_day_is_that_of_the_zone() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert read("this year").span(now=late, zone=ZoneInfo("UTC")) == (date(2026, 1, 1), date(2026, 12, 31))
    assert read("this year").span(now=late, zone=BERLIN) == (date(2027, 1, 1), date(2027, 12, 31))


def test_a_week_may_start_on_sunday() -> None:
    assert read("this week").span(now=NOW, zone=BERLIN, week_start=6) == (date(2026, 11, 15), date(2026, 11, 21))


def test_a_month_that_is_too_short_ends_on_its_last_day() -> None:
    leap_day = datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert read("-1y").span(now=leap_day, zone=BERLIN)[0] == date(2023, 2, 28)
    assert read("-1m").span(now=datetime(2026, 3, 31, 12, tzinfo=UTC), zone=BERLIN)[0] == date(2026, 2, 28)


def test_edges_are_the_moments_of_the_days() -> None:
    change_of_clocks = datetime(2026, 3, 29, 12, tzinfo=UTC)
    start, end = read("today").edges(now=change_of_clocks, zone=BERLIN)
    assert (start, end) == (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))


def test_hours_are_an_exact_moment() -> None:
    moment = NOW - timedelta(hours=12)
    assert read("-12h").edges(now=NOW, zone=BERLIN) == (moment, moment)


relatives = st.builds(
    lambda count, unit: f"{count:+d}{unit}", st.integers(-100, 100), st.sampled_from("hdwmy")
) | st.sampled_from(["today", "this week", "last month", "next quarter", "last year"])


@given(relatives, st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)), st.timezones(), st.integers(0, 6))
def test_every_relative_date_is_kept_and_has_days(text: str, now: datetime, zone: ZoneInfo, week_start: int) -> None:
    found = read(text)
    assert parse_relative(found.text) == found
    moment = now.replace(tzinfo=UTC)
    first, last = found.span(now=moment, zone=zone, week_start=week_start)
    start, end = found.edges(now=moment, zone=zone, week_start=week_start)
    assert first <= last
    assert start <= end


@given(st.text() | st.text("+-0123456789hdwmy "))
def test_any_text_is_a_relative_date_or_none(text: str) -> None:
    found = parse_relative(text)
    assert found is None or parse_relative(found.text) == found
