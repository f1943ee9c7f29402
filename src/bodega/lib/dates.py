"""Reading dates and moments as people write them, and saying them shortly."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language, gettext_noop, ngettext_lazy, npgettext_lazy
from django.utils.translation import gettext as _

_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_LONGEST = 64
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d(?:[T ].+)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})(?P<mark>[-/.])(?P<m>\d{1,2})(?P=mark)(?P<d>\d{1,2})")
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})(?P<mark>[-/.]) ?(?P<b>\d{1,2})(?P=mark) ?(?P<y>\d{4}|\d{2})")
_DAY_NAMED = re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?[ -](?P<m>[a-z]{3,9})\.?,?[ -](?P<y>\d{4})", re.IGNORECASE)
_MONTH_NAMED = re.compile(r"(?P<m>[a-z]{3,9})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?:T|,? )(?P<h>\d{1,2}):(?P<min>\d\d)(?::(?P<s>\d\d)(?:[.,](?P<f>\d{1,6})\d*)?)? ?(?P<half>[ap]m)?"
    r" ?(?P<zone>z|utc|[+-]\d\d(?::?\d\d)?)?",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan,february feb,march mar,april apr,may,june jun,july jul,august aug,"
        "september sep sept,october oct,november nov,december dec".split(","),
        start=1,
    )
    for name in names.split()
}

_SHIFT = re.compile(r"(?P<count>[+-]\d{1,6})(?P<unit>[hdwmy])", re.IGNORECASE)
# A hundred years either way: no calendar ends there, so that a relative date always has days.
_FARTHEST = {"h": 876_000, "d": 36_500, "w": 5_200, "m": 1_200, "y": 100}
_PERIODS = {
    gettext_noop("yesterday"): (-1, "day"),
    gettext_noop("today"): (0, "day"),
    gettext_noop("tomorrow"): (1, "day"),
    gettext_noop("last week"): (-1, "week"),
    gettext_noop("this week"): (0, "week"),
    gettext_noop("next week"): (1, "week"),
    gettext_noop("last month"): (-1, "month"),
    gettext_noop("this month"): (0, "month"),
    gettext_noop("next month"): (1, "month"),
    gettext_noop("last quarter"): (-1, "quarter"),
    gettext_noop("this quarter"): (0, "quarter"),
    gettext_noop("next quarter"): (1, "quarter"),
    gettext_noop("last year"): (-1, "year"),
    gettext_noop("this year"): (0, "year"),
    gettext_noop("next year"): (1, "year"),
}
_TEXTS = {period: text for text, period in _PERIODS.items()}
_LENGTHS = {
    "h": ngettext_lazy("%(count)s hour", "%(count)s hours", "count"),
    "d": ngettext_lazy("%(count)s day", "%(count)s days", "count"),
    "w": ngettext_lazy("%(count)s week", "%(count)s weeks", "count"),
    "m": ngettext_lazy("%(count)s month", "%(count)s months", "count"),
    "y": ngettext_lazy("%(count)s year", "%(count)s years", "count"),
}
# The same as it stands in "… ago" and "in …", where other languages take another case.
_AWAY = {
    "h": npgettext_lazy("away", "%(count)s hour", "%(count)s hours", "count"),
    "d": npgettext_lazy("away", "%(count)s day", "%(count)s days", "count"),
    "w": npgettext_lazy("away", "%(count)s week", "%(count)s weeks", "count"),
    "m": npgettext_lazy("away", "%(count)s month", "%(count)s months", "count"),
    "y": npgettext_lazy("away", "%(count)s year", "%(count)s years", "count"),
}


def parse_date(text: str | date, *, order: str = "ymd") -> date:
    """The day a person or a spreadsheet wrote; a time of day is taken only if it is midnight.

    ISO and English month names always; `order` ("dmy", "mdy") says how 03/04/2026 is meant, and with
    "ymd" what could be two days is refused. Raises ValueError with a sentence for the person.
    """
    if not isinstance(text, str):
        moment = text if isinstance(text, datetime) else datetime.combine(text, time())
    else:
        moment = _read(text, order)
    if moment.time() != time():
        raise ValueError(_("“%(text)s” has a time of day; only the date is wanted") % {"text": text})
    return moment.date()


def parse_moment(text: str | date, *, zone: ZoneInfo, order: str = "ymd") -> datetime:
    """The moment in UTC; without an offset of its own the text is a wall clock in `zone`. A day is its midnight."""
    if isinstance(text, str):
        local = _read(text, order)
    else:
        local = text if isinstance(text, datetime) else datetime.combine(text, time())
    try:
        return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise ValueError(_("“%(text)s” is outside the years 1 to 9999") % {"text": text}) from None


def edges(first: date, last: date, *, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """In UTC, where the day `first` starts and where the day `last` has ended (the first moment after it)."""
    end = _midnight(last + timedelta(days=1), zone) if last < date.max else _LATEST
    return _midnight(first, zone), end


@dataclass(frozen=True, slots=True)
class Relative:
    """A day or a stretch of days that depends on the day it is asked on; `parse_relative` makes one.

    `unit` is one of "h d w m y" for a distance ("-30d") or a word for a whole period ("this week").
    """

    count: int
    unit: str

    @property
    def text(self) -> str:
        """The form a person types and `parse_relative` reads."""
        return _TEXTS.get((self.count, self.unit)) or f"{self.count:+d}{self.unit}"

    @property
    def sentence(self) -> str:
        """The same in words, in the reader's language: "30 days ago", "in 2 weeks", "this quarter"."""
        if self.text in _PERIODS:
            return _(self.text)
        said = _counted(abs(self.count), self.unit, away=True)
        return _("in %(time)s") % {"time": said} if self.count > 0 else _("%(time)s ago") % {"time": said}

    def span(self, *, now: datetime, zone: ZoneInfo, week_start: int = 0) -> tuple[date, date]:
        """The first and the last day it means, both included; `week_start` counts from Monday."""
        if self.unit == "h":
            day_ = self._moment(now).astimezone(zone).date()
            return day_, day_
        today = now.astimezone(zone).date()
        if self.unit in _FARTHEST:
            day_ = _shift(today, self.count, self.unit)
            return day_, day_
        first = _shift(_first_day(today, self.unit, week_start), self.count, self.unit)
        return first, _shift(first, 1, self.unit) - timedelta(days=1)

    def edges(self, *, now: datetime, zone: ZoneInfo, week_start: int = 0) -> tuple[datetime, datetime]:
        """The same as moments in UTC, start and end (excluded); for hours both are the exact moment."""
        if self.unit == "h":
            return self._moment(now), self._moment(now)
        return edges(*self.span(now=now, zone=zone, week_start=week_start), zone=zone)

    def _moment(self, now: datetime) -> datetime:
        return now.astimezone(UTC) + timedelta(hours=self.count)


def parse_relative(text: str) -> Relative | None:
    """The relative date in "-30d", "+2w", "-12h", "today", "last_month" …; None where it is something else."""
    plain = " ".join(text.replace("_", " ").lower().split()) if len(text) <= _LONGEST else ""
    if plain in _PERIODS:
        return Relative(*_PERIODS[plain])
    shape = _SHIFT.fullmatch(plain)
    if shape is None or abs(int(shape["count"])) > _FARTHEST[shape["unit"]]:
        return None
    count, unit = int(shape["count"]), shape["unit"]
    return Relative(count, unit) if count or unit == "h" else Relative(0, "day")


def ago(moment: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """How far away a moment is, in one unit: "5 min ago", "yesterday", "in 2 days"; days are those of `zone`."""
    seconds = (now - moment).total_seconds()
    if abs(seconds) < 60:
        return _("just now")
    days = (now.astimezone(zone).date() - moment.astimezone(zone).date()).days
    if abs(seconds) < 3600 or days == 0:
        said = duration(abs(seconds), away=True)
    elif abs(days) == 1:
        return _("yesterday") if days > 0 else _("tomorrow")
    else:
        said = _long(abs(days), away=True)
    return _("%(time)s ago") % {"time": said} if seconds > 0 else _("in %(time)s") % {"time": said}


def day(when: date, *, today: date) -> str:
    """A day in as few letters as tell it: "Today", "Thu" within the coming week, "24 Nov", "3 Sep 2025"."""
    return _day(when, today, get_language())


@lru_cache(maxsize=2_000)  # lists show the same days again and again
def _day(when: date, today: date, _language: str | None) -> str:
    distance = (when - today).days
    if abs(distance) <= 1:
        return (_("Today"), _("Tomorrow"), _("Yesterday"))[distance]
    if 1 < distance < 7:
        return str(WEEKDAYS_ABBR[when.weekday()])
    # Of Django's tables and not its date format, which takes ten times as long: lists show many days.
    said = _("%(day)s %(month)s") % {"day": when.day, "month": str(MONTHS_3[when.month]).title()}
    return said if when.year == today.year else f"{said} {when.year}"


def whole_day(when: date) -> str:
    """A day of this year with all its names: "Sunday 22 November"."""
    words = {"weekday": WEEKDAYS[when.weekday()], "day": when.day, "month": MONTHS[when.month]}
    return _("%(weekday)s %(day)s %(month)s") % words


def duration(seconds: float, *, away: bool = False) -> str:
    """A length of time in its largest unit, rounded down: "45 s", "6 min", "3 hours", "12 days", "5 months"; or as it
    stands in "5 months ago"."""
    if seconds < 60:
        return _("%(count)s s") % {"count": int(seconds)}
    if seconds < 3600:
        return _("%(count)s min") % {"count": int(seconds // 60)}
    if seconds < 86_400:
        return _counted(int(seconds // 3600), "h", away=away)
    return _long(int(seconds // 86_400), away=away)


def _read(text: str, order: str) -> datetime:
    """The wall clock in the text, with a zone only if the text has an offset."""
    plain = " ".join(text.split()) if len(text) <= _LONGEST else ""
    try:
        return datetime.fromisoformat(plain) if _ISO.fullmatch(plain) else _read_other(plain, order)
    except _AmbiguousError:
        raise
    except ValueError:
        shown = {"text": text.strip()[:_LONGEST]}
        raise ValueError(_("“%(text)s” is not a date; write it as 2026-03-31") % shown) from None


def _read_other(plain: str, order: str) -> datetime:
    for pattern in (_YEAR_FIRST, _YEAR_LAST, _DAY_NAMED, _MONTH_NAMED):
        if found := pattern.match(plain):
            day_ = _year_last(found, order) if pattern is _YEAR_LAST else _named_parts(found)
            return _with_clock(day_, plain[found.end() :])
    raise ValueError(plain)


class _AmbiguousError(ValueError):
    """A date that can be two days; its sentence goes to the person as it is."""


def _named_parts(found: re.Match[str]) -> date:
    month = found["m"]
    number = int(month) if month.isdecimal() else _MONTHS.get(month.lower(), 0)
    return date(int(found["y"]), number, int(found["d"]))


def _year_last(found: re.Match[str], order: str) -> date:
    a, b, year = int(found["a"]), int(found["b"]), int(found["y"])
    month_first = order == "mdy" or (order == "ymd" and found["mark"] != "." and b > 12)
    if order == "ymd" and len(found["y"]) == 2:
        raise _AmbiguousError(_("“%(text)s” could be several days; write it as 2026-03-31") % {"text": found[0]})
    if order == "ymd" and found["mark"] != "." and a != b and a <= 12 and b <= 12:
        raise _AmbiguousError(
            _("“%(text)s” could be two days; write it as %(one)s or %(other)s")
            % {"text": found[0], "one": date(year, b, a), "other": date(year, a, b)}
        )
    # Two digits as in POSIX: 69 to 99 are of the last century.
    century = 0 if len(found["y"]) == 4 else 1900 if year >= 69 else 2000
    return date(century + year, a if month_first else b, b if month_first else a)


def _with_clock(day_: date, rest: str) -> datetime:
    if not rest:
        return datetime.combine(day_, time())
    found = _CLOCK.fullmatch(rest)
    if found is None:
        raise ValueError(rest)
    hour = int(found["h"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(rest)
        hour = hour % 12 + (12 if found["half"].lower() == "pm" else 0)
    fraction = int((found["f"] or "0").ljust(6, "0"))
    clock = time(hour, int(found["min"]), int(found["s"] or 0), fraction)
    return datetime.combine(day_, clock, _offset(found["zone"]))


def _offset(zone: str | None) -> tzinfo | None:
    if zone is None:
        return None
    if zone.lower() in ("z", "utc"):
        return UTC
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    distance = timedelta(hours=hours, minutes=minutes)
    return timezone(-distance if zone[0] == "-" else distance)


def _midnight(day_: date, zone: ZoneInfo) -> datetime:
    try:
        return datetime.combine(day_, time(), zone).astimezone(UTC)
    except OverflowError:
        return _EARLIEST if day_.year == 1 else _LATEST


def _first_day(day_: date, unit: str, week_start: int) -> date:
    if unit == "week":
        return day_ - timedelta(days=(day_.weekday() - week_start) % 7)
    if unit == "month":
        return day_.replace(day=1)
    if unit == "quarter":
        return date(day_.year, (day_.month - 1) // 3 * 3 + 1, 1)
    return date(day_.year, 1, 1) if unit == "year" else day_


def _shift(day_: date, count: int, unit: str) -> date:
    """`count` units later; a month that is too short ends on its last day."""
    if unit in ("d", "day"):
        return day_ + timedelta(days=count)
    if unit in ("w", "week"):
        return day_ + timedelta(weeks=count)
    months = count * {"m": 1, "month": 1, "quarter": 3, "y": 12, "year": 12}[unit]
    year, month = divmod(day_.year * 12 + day_.month - 1 + months, 12)
    return date(year, month + 1, min(day_.day, monthrange(year, month + 1)[1]))


def _counted(count: int, unit: str, *, away: bool) -> str:
    table = _AWAY if away else _LENGTHS
    return table.get(unit, table["y"]) % {"count": count}


def _long(days: int, *, away: bool) -> str:
    """A number of days in the unit people would use: days up to two months, months up to two years."""
    if days < 60:
        return _counted(days, "d", away=away)
    months, years = days * 12 // 365, days * 4 // 1461
    return _counted(months, "m", away=away) if days < 730 else _counted(years, "y", away=away)
