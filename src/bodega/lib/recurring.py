"""When something is to be done again: the plain part of RFC 5545's rules."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

DAILY, WEEKLY, MONTHLY, YEARLY = UNITS = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST = 999
WORD = re.compile(r"[A-Z]+=[A-Z0-9,]+")


@dataclass(frozen=True)
class Rule:
    """Every so many days, weeks, months or years. `days` are those of a week, Monday being 0. `month_day` is the day of
    the month; a shorter month has it on its last one, unlike in RFC 5545, where it would have none."""

    unit: str
    every: int = 1
    days: tuple[int, ...] = ()
    month_day: int | None = None
    until: date | None = None

    @classmethod
    def read(cls, text: str) -> Rule:
        """`FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20261231`. Raises ValueError for any other rule."""
        words = text.strip().upper().removeprefix("RRULE:").split(";")
        given = dict(word.split("=") for word in words if WORD.fullmatch(word))
        known = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL"}
        every, day = int(given.get("INTERVAL", "1")), int(given.get("BYMONTHDAY", "1"))
        if len(given) != len(words) or not given.keys() <= known or given.get("FREQ") not in UNITS:
            raise ValueError(text)
        if not (1 <= every <= MOST and 1 <= day <= 31):
            raise ValueError(text)
        days = sorted({DAYS.index(word) for word in given["BYDAY"].split(",")}) if "BYDAY" in given else []
        if days and given["FREQ"] != WEEKLY:
            raise ValueError(text)
        until = date.fromisoformat(given["UNTIL"][:8]) if "UNTIL" in given else None
        return cls(given["FREQ"], every, tuple(days), day if "BYMONTHDAY" in given else None, until)

    def __str__(self) -> str:
        parts = [f"FREQ={self.unit}"]
        parts += [f"INTERVAL={self.every}"] if self.every > 1 else []
        parts += [f"BYDAY={','.join(DAYS[day] for day in self.days)}"] if self.days else []
        parts += [f"BYMONTHDAY={self.month_day}"] if self.month_day else []
        parts += [f"UNTIL={self.until:%Y%m%d}"] if self.until else []
        return ";".join(parts)

    def after(self, day: date, *, not_before: date = date.min) -> date | None:
        """The next day of the rule after that one; of those before `not_before` none. None where it has come to its
        end."""
        found = self.step(day)
        while found < not_before:
            found = self.step(found)
        return None if self.until and found > self.until else found

    def step(self, day: date) -> date:
        if self.unit == DAILY:
            return day + timedelta(days=self.every)
        if self.unit == WEEKLY:
            return self.week(day)
        months = self.every * (12 if self.unit == YEARLY else 1)
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        return date(year, month + 1, min(self.month_day or day.day, calendar.monthrange(year, month + 1)[1]))

    def week(self, day: date) -> date:
        later = [one for one in self.days if one > day.weekday()]
        if later:
            return day + timedelta(days=later[0] - day.weekday())
        monday = day - timedelta(days=day.weekday()) + timedelta(weeks=self.every)
        return monday + timedelta(days=self.days[0] if self.days else day.weekday())
