"""Rules of recurrence: on the days that one expects, and the same after they were written and read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.lib.recurring import DAILY, UNITS, WEEKLY, Rule

DAYS = st.dates(date(2000, 1, 1), date(2090, 1, 1))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    unit = draw(st.sampled_from(UNITS))
    days = tuple(sorted(draw(st.sets(st.integers(0, 6))))) if unit == WEEKLY else ()
    month_day = draw(st.none() | st.integers(1, 31)) if unit not in (DAILY, WEEKLY) else None
    return Rule(unit, draw(st.integers(1, 40)), days, month_day, draw(st.none() | DAYS))


@given(rules())
def test_what_is_written_is_read(rule: Rule) -> None:
    assert Rule.read(str(rule)) == rule


@given(rules(), DAYS, DAYS)
def test_the_next_day_is_later_and_not_beyond_the_end(rule: Rule, day: date, today: date) -> None:
    found = rule.after(day, not_before=today)
    assert found is None or (found > day and found >= today and (rule.until is None or found <= rule.until))


@pytest.mark.parametrize(
    ("text", "day", "wanted"),
    [
        ("FREQ=DAILY;INTERVAL=3", "2026-05-08", "2026-05-11"),
        ("FREQ=WEEKLY", "2026-05-08", "2026-05-15"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "2026-05-04", "2026-05-07"),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "2026-05-07", "2026-05-18"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31", "2026-02-28"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-02-28", "2026-03-31"),
        ("FREQ=YEARLY;BYMONTHDAY=29", "2024-02-29", "2025-02-28"),
        ("FREQ=YEARLY;BYMONTHDAY=29", "2027-02-28", "2028-02-29"),
        ("FREQ=DAILY;UNTIL=20260508", "2026-05-08", None),
    ],
)
def test_on_which_day_it_is_next(text: str, day: str, wanted: str | None) -> None:
    found = Rule.read(text).after(date.fromisoformat(day))
    assert found == (wanted and date.fromisoformat(wanted))


def test_what_was_passed_over_is_not_made_up_for() -> None:
    assert Rule(WEEKLY).after(date(2026, 5, 4), not_before=date(2026, 6, 3)) == date(2026, 6, 8)


NONE = "FREQ=HOURLY FREQ=DAILY;INTERVAL=0 FREQ=DAILY;COUNT=3 FREQ=DAILY;BYDAY=MO FREQ=WEEKLY;BYDAY=XX soon"


@pytest.mark.parametrize("text", ["", *NONE.split(), "FREQ=MONTHLY;BYMONTHDAY=32"])
def test_what_it_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (its text is what was written)
        Rule.read(text)
