"""The days that a calendar shows at once: a month in whole weeks, or a week."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MONTH, WEEK, AGENDA = "month", "week", "agenda"
WORDS = {MONTH: gettext_lazy("Month"), WEEK: gettext_lazy("Week"), AGENDA: gettext_lazy("Agenda")}
FIRST, LAST = 1900, 2200
"""Years in which people have something to do."""


@dataclass(frozen=True)
class Period:
    """`word` says how long it is, `at` is a day in it; an agenda begins there and has no end."""

    word: str
    at: date

    @classmethod
    def of(cls, word: str, at: str, *, today: date) -> Period:
        """What an address names; where it names nothing, the month of today."""
        try:
            day = date.fromisoformat(at)
        except ValueError:
            day = today
        return cls(word if word in WORDS else MONTH, day if FIRST <= day.year < LAST else today)

    @property
    def days(self) -> list[date]:
        first, last = self.edges
        first, last = monday(first), monday(last) + timedelta(days=6)
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]

    @property
    def edges(self) -> tuple[date, date]:
        """Its own first and last day: a month is shown with days of its neighbours around it."""
        if self.word == MONTH:
            return self.at.replace(day=1), self.after().at - timedelta(days=1)
        first = monday(self.at)
        return first, first + timedelta(days=6)

    def after(self) -> Period:
        if self.word == MONTH:
            return replace(self, at=(self.at.replace(day=1) + timedelta(days=31)).replace(day=1))
        return replace(self, at=monday(self.at) + timedelta(days=7))

    def before(self) -> Period:
        if self.word == MONTH:
            return replace(self, at=(self.at.replace(day=1) - timedelta(days=1)).replace(day=1))
        return replace(self, at=monday(self.at) - timedelta(days=7))

    @property
    def title(self) -> str:
        first, last = self.edges
        if self.word == MONTH:
            return f"{str(MONTHS[first.month]).capitalize()} {first.year}"
        if self.word == AGENDA:
            return _("From %(day)s") % {"day": short(self.at, year=True)}
        return f"{short(first, year=first.year != last.year)} – {short(last, year=True)}"


def monday(day: date) -> date:
    """Weeks begin on Mondays, as they do in questions."""
    return day - timedelta(days=day.weekday())


def short(day: date, *, year: bool = False) -> str:
    said = f"{day.day} {str(MONTHS_3[day.month]).capitalize()}"
    return f"{said} {day.year}" if year else said
