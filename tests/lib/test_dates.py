"""Dates and moments are read as people and spreadsheets write them; what could be two days is asked back."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.lib.dates import ago, day, duration, edges, parse_date, parse_moment

BERLIN = ZoneInfo("Europe/Berlin")
zones = st.timezones()


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2026-03-04", "ymd"),
        ("2026-03-04", "mdy"),
        (" 2026-3-4 ", "ymd"),
        ("2026/03/04", "dmy"),
        ("20260304", "ymd"),
        ("04/03/2026", "dmy"),
        ("03/04/2026", "mdy"),
        ("4.3.2026", "ymd"),
        ("4. 3. 2026", "ymd"),
        ("4.3.26", "dmy"),
        ("3/4/26", "mdy"),
        ("4 Mar 2026", "ymd"),
        ("4th March 2026", "ymd"),
        ("4-Mar-2026", "ymd"),
        ("March 4, 2026", "ymd"),
        ("Mar. 4 2026", "ymd"),
        ("2026-03-04 00:00:00", "ymd"),
        ("2026-03-04T00:00:00.000Z", "ymd"),
        ("3/4/2026 12:00:00 AM", "mdy"),
        ("٢٠٢٦-٠٣-٠٤", "ymd"),
    ],
)
def test_a_date_is_read(text: str, order: str) -> None:
    assert parse_date(text, order=order) == date(2026, 3, 4)


def test_the_dates_of_a_spreadsheet_are_taken() -> None:
    assert parse_date(date(2026, 3, 4)) == date(2026, 3, 4)
    assert parse_date(datetime(2026, 3, 4, tzinfo=UTC)) == date(2026, 3, 4)


def test_a_day_above_twelve_settles_the_order() -> None:
    assert parse_date("24/12/2026") == parse_date("12/24/2026") == date(2026, 12, 24)
    assert parse_date("5/5/2026") == date(2026, 5, 5)


def test_two_digit_years_are_of_the_nearest_century() -> None:
    assert parse_date("1.1.68", order="dmy") == date(2068, 1, 1)
    assert parse_date("1.1.69", order="dmy") == date(1969, 1, 1)


@pytest.mark.parametrize(
    ("text", "order", "sentence"),
    [
        ("03/04/2026", "ymd", "“03/04/2026” could be two days; write it as 2026-04-03 or 2026-03-04"),
        ("03/04/26", "ymd", "“03/04/26” could be several days; write it as 2026-03-31"),
        ("24/12/2026", "mdy", "“24/12/2026” is not a date; write it as 2026-03-31"),
        ("2026-02-29", "ymd", "“2026-02-29” is not a date; write it as 2026-03-31"),
        ("2026-03-04 10:30", "ymd", "“2026-03-04 10:30” has a time of day; only the date is wanted"),
        ("soon", "ymd", "“soon” is not a date; write it as 2026-03-31"),
        ("", "ymd", "“” is not a date; write it as 2026-03-31"),
        ("12345", "ymd", "“12345” is not a date; write it as 2026-03-31"),
        ("1-2-2026-3", "dmy", "“1-2-2026-3” is not a date; write it as 2026-03-31"),
        ("0000-01-01", "ymd", "“0000-01-01” is not a date; write it as 2026-03-31"),
        ("4 Foo 2026", "ymd", "“4 Foo 2026” is not a date; write it as 2026-03-31"),
        ("2026-03-04" + " " * 60 + "x", "ymd", "“2026-03-04" + " " * 54 + "” is not a date; write it as 2026-03-31"),
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_a_sentence(text: str, order: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_date(text, order=order)


@given(st.dates())
def test_iso_dates_are_read_back(when: date) -> None:
    assert parse_date(when.isoformat()) == when


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["dmy", "mdy"]), st.sampled_from("/-."))
def test_dates_in_a_known_order_are_read_back(when: date, order: str, mark: str) -> None:
    parts = {"d": f"{when.day}", "m": f"{when.month:02}", "y": f"{when.year}"}
    assert parse_date(mark.join(parts[part] for part in order), order=order) == when


@given(st.text() | st.text("0123456789-/.: TZapm+"), st.sampled_from(["ymd", "dmy", "mdy"]), zones)
def test_any_text_is_a_date_or_refused_as_one(text: str, order: str, zone: ZoneInfo) -> None:
    for read in (partial(parse_date, order=order), partial(parse_moment, order=order, zone=zone)):
        with suppress(ValueError):
            read(text)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-04T10:30", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
        ("2026-07-04 10:30:15", datetime(2026, 7, 4, 8, 30, 15, tzinfo=UTC)),
        ("2026-03-04T10:30:00Z", datetime(2026, 3, 4, 10, 30, tzinfo=UTC)),
        ("2026-03-04T10:30:00.25+05:30", datetime(2026, 3, 4, 5, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-03-04", datetime(2026, 3, 3, 23, 0, tzinfo=UTC)),
        ("4.3.2026 10:30", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
        ("4 Mar 2026, 10:30 PM", datetime(2026, 3, 4, 21, 30, tzinfo=UTC)),
        ("4 Mar 2026 12:05 am", datetime(2026, 3, 3, 23, 5, tzinfo=UTC)),
        ("4 Mar 2026 10:30 +0200", datetime(2026, 3, 4, 8, 30, tzinfo=UTC)),
        ("4 Mar 2026 10:30 UTC", datetime(2026, 3, 4, 10, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_as_a_wall_clock_of_the_zone(text: str, utc: datetime) -> None:
    moment = parse_moment(text, zone=BERLIN)
    assert (moment, moment.tzinfo) == (utc, UTC)


def test_a_moment_of_a_spreadsheet_is_a_wall_clock_too() -> None:
    assert parse_moment(datetime(2026, 3, 4, 10, 30), zone=BERLIN) == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    assert parse_moment(date(2026, 3, 4), zone=BERLIN) == datetime(2026, 3, 3, 23, 0, tzinfo=UTC)


def test_an_hour_the_clock_skips_or_repeats_still_is_a_moment() -> None:
    assert parse_moment("2026-03-29 02:30", zone=BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert parse_moment("2026-10-25 02:30", zone=BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-03-04 25:00", "4.3.2026 13:00 PM", "2026-03-04 noon", "0001-01-01 00:00+14:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^“.*” is (not a date; write it as 2026-03-31|outside the years 1 to 9999)$"):
        parse_moment(text, zone=BERLIN)


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)), zones)
def test_a_moment_with_its_offset_is_read_back(moment: datetime, zone: ZoneInfo) -> None:
    assert parse_moment(moment.isoformat(), zone=zone) == moment


def test_the_edges_of_days_follow_the_clock_of_the_zone() -> None:
    start, end = edges(date(2026, 3, 29), date(2026, 3, 29), zone=BERLIN)
    assert (start, end) == (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))
    assert end - start == timedelta(hours=23)


@given(st.dates(), st.integers(0, 400), zones)
def test_edges_are_in_order_for_any_day(first: date, days: int, zone: ZoneInfo) -> None:
    last = first + timedelta(days=min(days, (date.max - first).days))
    start, end = edges(first, last, zone=zone)
    assert start < end


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.times(), zones)
def test_a_moment_lies_between_the_edges_of_its_day(when: date, clock: time, zone: ZoneInfo) -> None:
    moment = datetime.combine(when, clock, zone).astimezone(UTC)
    local = moment.astimezone(zone).date()
    start, end = edges(local, local, zone=zone)
    assert start <= moment < end


NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW, "just now"),
        (NOW - timedelta(seconds=59), "just now"),
        (NOW - timedelta(minutes=5), "5 min ago"),
        (NOW + timedelta(minutes=5, seconds=30), "in 5 min"),
        (NOW - timedelta(hours=3), "3 hours ago"),
        (NOW - timedelta(hours=1), "1 hour ago"),
        (NOW - timedelta(hours=11), "yesterday"),
        (NOW + timedelta(hours=15), "tomorrow"),
        (NOW - timedelta(days=3), "3 days ago"),
        (NOW + timedelta(days=2), "in 2 days"),
        (NOW - timedelta(days=70), "2 months ago"),
        (NOW - timedelta(days=800), "2 years ago"),
    ],
)
def test_how_far_away_a_moment_is(moment: datetime, said: str) -> None:
    assert ago(moment, now=NOW, zone=BERLIN) == said


def test_yesterday_is_the_day_before_in_the_zone_of_the_reader() -> None:
    moment = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    assert ago(moment, now=NOW, zone=BERLIN) == "yesterday"
    assert ago(moment, now=NOW, zone=ZoneInfo("Asia/Tokyo")) == "13 hours ago"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (date(2026, 11, 20), "Yesterday"),
        (date(2026, 11, 21), "Today"),
        (date(2026, 11, 22), "Tomorrow"),
        (date(2026, 11, 26), "Thu"),
        (date(2026, 11, 27), "Fri"),
        (date(2026, 11, 28), "28 Nov"),
        (date(2026, 11, 19), "19 Nov"),
        (date(2025, 9, 3), "3 Sep 2025"),
        (date(2027, 1, 1), "1 Jan 2027"),
    ],
)
def test_a_day_is_said_in_few_letters(when: date, said: str) -> None:
    assert day(when, today=date(2026, 11, 21)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (45.9, "45 s"), (360, "6 min"), (3600, "1 hour"), (12 * 86_400, "12 days"), (86_400, "1 day"),
     (59 * 86_400, "59 days"), (60 * 86_400, "1 month"), (365 * 86_400, "12 months"), (731 * 86_400, "2 years")],
)  # fmt: skip
def test_a_length_of_time_is_said_in_its_largest_unit(seconds: float, said: str) -> None:
    assert duration(seconds) == said
