"""Working time: what is added is what lies between, over holidays, nights, and hours that there are not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bodega.lib.working import Calendar, NoWorkingTime, holidays, intervals, written

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = intervals("9-12:30, 13:30-18")
USUAL = Calendar(BERLIN, (*[OFFICE] * 5, (), ()), holidays(["2026-12-25 Christmas Day", "", "2026-12-26"]))
ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu")]
days = st.dates(date(2010, 1, 1), date(2030, 1, 1))
moments = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Some day of the week is worked on."""

    def hours() -> tuple[tuple[time, time], ...]:
        marks = draw(st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(sorted))
        at = [time(mark % 96 // 4, mark % 4 * 15) for mark in marks]
        return tuple((at[2 * n], at[2 * n + 1]) for n in range(len(at) // 2))

    week = [hours() if draw(st.booleans()) else () for _day in range(7)]
    week[draw(st.integers(0, 6))] = hours()
    return Calendar(draw(st.sampled_from(ZONES)), tuple(week), draw(st.frozensets(days, max_size=30)))


@settings(max_examples=60, deadline=None)
@given(calendars(), moments, st.integers(0, 6000))
def test_what_is_added_lies_between(calendar: Calendar, at: datetime, minutes: int) -> None:
    work = timedelta(minutes=minutes)
    end = calendar.add(at, work)
    assert end >= at
    assert calendar.between(at, end) == work


@settings(max_examples=60, deadline=None)
@given(calendars(), days, st.integers(-60, 60))
def test_days_that_are_added_are_working_days(calendar: Calendar, day: date, number: int) -> None:
    found = calendar.add_days(day, number)
    assert calendar.is_working(found)
    if number:
        assert calendar.days_between(day, found) == number
    else:
        assert found >= day


@settings(max_examples=40, deadline=None)
@given(calendars(), days, days)
def test_between_two_days_is_the_same_either_way_but_for_its_sign(calendar: Calendar, one: date, other: date) -> None:
    start, end = sorted((one, other))
    ends = calendar.is_working(end) - calendar.is_working(start)
    assert calendar.days_between(end, start) == -(calendar.days_between(start, end) - ends)


@pytest.mark.parametrize(
    ("at", "hours", "end"),
    [
        ("2026-05-08 17:00", 1, "2026-05-08 18:00"),
        ("2026-05-08 17:00", 2, "2026-05-11 10:00"),
        ("2026-05-09 11:00", 0, "2026-05-11 09:00"),
        ("2026-05-08 12:00", 1, "2026-05-08 14:00"),
        ("2026-12-24 17:30", 1, "2026-12-28 09:30"),
    ],
)
def test_an_office(at: str, hours: int, end: str) -> None:
    begin, wanted = (datetime.fromisoformat(text).replace(tzinfo=BERLIN) for text in (at, end))
    assert USUAL.add(begin, timedelta(hours=hours)) == wanted


def test_the_night_of_the_clock_is_as_long_as_it_is() -> None:
    nights = Calendar(BERLIN, (((time(0), time(0)),),) * 7)
    spring, autumn = (datetime(2026, month, day, tzinfo=BERLIN) for month, day in ((3, 29), (10, 25)))
    assert nights.between(spring, spring + timedelta(days=1)) == timedelta(hours=23)
    assert nights.between(autumn, autumn + timedelta(days=1)) == timedelta(hours=25)


def test_where_nobody_ever_works_it_says_so() -> None:
    never = Calendar(BERLIN, ((),) * 7)
    with pytest.raises(NoWorkingTime):
        never.add_days(date(2026, 5, 8), 1)
    with pytest.raises(NoWorkingTime):
        never.add(datetime(2026, 5, 8, tzinfo=UTC), timedelta(hours=1))


@pytest.mark.parametrize("text", ["9", "9-25", "9-8", "9-12, 11-13", "24-25", "9-24:30", "noon-one", "22-24, 23-24"])
def test_what_is_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (its text is what was written)
        intervals(text)


@pytest.mark.parametrize(
    ("text", "said"), [("9-12:30, 13.30–18", "09:00-12:30, 13:30-18:00"), ("22-24", "22:00-24:00"), ("", "")]
)
def test_hours_are_read_as_they_are_written(text: str, said: str) -> None:
    assert written(intervals(text)) == said
    assert intervals(said) == intervals(text)
