"""Working time: the hours of a week in a time zone, but for holidays; adding days and hours of it to a moment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

Interval = tuple[time, time]
DAY = timedelta(days=1)
NONE = timedelta(0)
MIDNIGHT = time(0)
FARTHEST = 50 * 366
"""Days that are looked at before there is taken to be no working day."""
SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–]\s*(\d{1,2})(?:[:.](\d{2}))?")


class NoWorkingTime(ValueError):
    """So far ahead nobody works."""


@dataclass(frozen=True)
class Calendar:
    """`week` has for each day, Monday first, the hours that are worked, in order; one that ends at midnight ends at
    `MIDNIGHT`. A day without hours, and a holiday, is no working day."""

    zone: ZoneInfo
    week: tuple[tuple[Interval, ...], ...]
    holidays: frozenset[date] = field(default_factory=frozenset)

    def is_working(self, day: date) -> bool:
        return bool(self.week[day.weekday()]) and day not in self.holidays

    def hours(self, day: date) -> list[tuple[datetime, datetime]]:
        """What is worked on a day, as moments: where the clock is put forward, an hour fewer."""
        if not self.is_working(day):
            return []
        found = [(self.moment(day, start), self.moment(day, end, ends=True)) for start, end in self.week[day.weekday()]]
        return [(start, end) for start, end in found if start < end]

    def moment(self, day: date, at: time, *, ends: bool = False) -> datetime:
        here = datetime.combine(day + DAY if ends and at == MIDNIGHT else day, at, self.zone)
        return here.astimezone(UTC)

    # ---- days --------------------------------------------------------------------------------------------------

    def add_days(self, day: date, number: int) -> date:
        """The working day so many after that day (before it, where negative); with 0 the day itself or, where nobody
        works on it, the next one. Raises NoWorkingTime."""
        step, left = (DAY, number) if number >= 0 else (-DAY, -number)
        if left == 0 and self.is_working(day):
            return day
        left = max(left, 1)
        for one in walk(day + step, step):
            left -= self.is_working(one)
            if not left:
                return one
        raise NoWorkingTime

    def days_between(self, start: date, end: date) -> int:
        """By how many working days `end` comes after `start`; negative where it is earlier."""
        if end < start:
            return self.is_working(start) - self.is_working(end) - self.days_between(end, start)
        return sum(self.is_working(start + number * DAY) for number in range(1, (end - start).days + 1))

    # ---- hours -------------------------------------------------------------------------------------------------

    def add(self, at: datetime, work: timedelta) -> datetime:
        """The moment at which so much has been worked from then on. Raises NoWorkingTime."""
        for start, end in self.from_(at):
            begin = max(start, at)
            if work <= end - begin:
                return begin + work
            work -= end - begin
        raise NoWorkingTime

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much is worked between two moments; nothing, where the second is not later."""
        spans = (span for day in days_of(start, end, self.zone) for span in self.hours(day))
        return sum((max(min(to, end) - max(since, start), NONE) for since, to in spans), NONE)

    def from_(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The hours that end after that moment, in order."""
        for day in walk(at.astimezone(self.zone).date() - DAY, DAY):
            yield from (span for span in self.hours(day) if span[1] > at)


def walk(day: date, step: timedelta) -> Iterator[date]:
    return (day + number * step for number in range(FARTHEST))


def days_of(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Every day of the zone that has a part of that time."""
    first, last = (at.astimezone(zone).date() for at in (start, end))
    return (first + number * DAY for number in range(max((last - first).days + 1, 0)))


# ---- as people write it ----------------------------------------------------------------------------------------------


def intervals(text: str) -> tuple[Interval, ...]:
    """`9-12:30, 13:30-18`: hours in order that do not overlap. Raises ValueError."""
    found = []
    for part in filter(None, (one.strip() for one in re.split(r"[,;]", text))):
        match = SPAN.fullmatch(part)
        if match is None:
            raise ValueError(part)
        texts = match.groups("0")
        start, end = (time(int(hour) % 24, int(minute)) for hour, minute in (texts[:2], texts[2:]))
        if int(match[1]) > 23 or int(match[3]) > 24 or (int(match[3]) == 24 and end != MIDNIGHT):
            raise ValueError(part)
        if end != MIDNIGHT and end <= start:
            raise ValueError(part)
        found.append((start, end))
    if any(before[1] == MIDNIGHT or before[1] > after[0] for before, after in pairwise(found)):
        raise ValueError(text)
    return tuple(found)


def written(hours: Sequence[Interval]) -> str:
    return ", ".join(f"{start:%H:%M}-{'24:00' if end == MIDNIGHT else f'{end:%H:%M}'}" for start, end in hours)


def holidays(lines: Iterable[str]) -> frozenset[date]:
    """A day in each line, with or without a name: `2026-12-25 Christmas Day`. Raises ValueError."""
    words = (line.split() for line in lines)
    return frozenset(date.fromisoformat(found[0]) for found in words if found)
