"""The value of a fact: read as its topic's kind says, and kept as text beside a date or a number to ask by."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bodega.apps.memory.models import CHOICE, DATE, MONEY, NUMBER, YES_NO
from bodega.kernel.kinds import Choice, Choosable, Date, Decimal, Kind, Money, Show, Text, YesNo
from bodega.lib import clock, dates
from bodega.lib.numbers import format_decimal, parse_decimal
from bodega.lib.text import slug

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

MONTH = re.compile(r"(?:(?P<m>\d{1,2})[/.-]|(?P<name>[a-z]{3,9})\.? )(?P<y>\d{4})", re.ASCII | re.IGNORECASE)
NAME, LENGTH = "text", 500


class Value(NamedTuple):
    """As it is kept: text, and beside it a day or a number."""

    text: str
    day: date | None = None
    amount: Number | None = None


def kind_of(topic: Any) -> Kind:
    """The kind by which values on a topic (or what has its columns) are read and shown."""
    if topic.kind == CHOICE:
        return Choice(name=NAME, fixed=choices_of(topic.options))
    made: dict[str, Kind] = {
        DATE: Date(name=NAME),
        NUMBER: Decimal(name=NAME),
        MONEY: Money(name=NAME),
        YES_NO: Choice(name=NAME, fixed=(Choosable("yes", _("Yes")), Choosable("no", _("No")))),
    }
    return made.get(topic.kind) or Text(name=NAME, length=LENGTH)


def choices_of(options: str) -> tuple[Choosable, ...]:
    """One on each line, with a key from its name: `key: name` keeps the key when the name changes."""
    found = []
    for line in options.splitlines():
        key, colon, name = line.strip().partition(":")
        if key.strip():
            name = name.strip() if colon else key.strip()
            found.append(Choosable((slug(key) or key.strip())[:60], name or key.strip()))
    return tuple(found)


def read(text: str, topic: Any, *, actor: Actor) -> Value:
    """What somebody wrote for the value. Raises ValidationError."""
    word = text.strip()
    if not word:
        return Value("")
    if topic.kind == DATE:
        day = read_day(word, actor=actor)
        return Value(day.isoformat(), day=day)
    if topic.kind == YES_NO:
        return Value("yes" if YesNo(name=NAME).parse(word, actor=actor) else "no")
    if topic.kind == NUMBER:
        number = Decimal(name=NAME).parse(with_point(word, actor=actor), actor=actor)
        return Value(format(number, "f"), amount=number)
    kind = kind_of(topic)
    found = kind.parse(text if isinstance(kind, Text) else word, actor=actor)
    return Value(kind.export(found, show=Show(actor)), amount=found.decimal) if topic.kind == MONEY else Value(found)


def shown(text: str, topic: Any, *, show: Show) -> str:
    """A kept value as people read it."""
    if topic.kind == DATE:
        return dates.day(date.fromisoformat(text), today=show.today)
    if topic.kind == NUMBER:
        return format_decimal(Number(text), show.actor.language)
    if topic.kind == MONEY:
        kind = kind_of(topic)
        return kind.text(kind.parse(text, actor=show.actor), show=show)
    return kind_of(topic).text(text, show=show)


def with_point(text: str, *, actor: Actor) -> str:
    """A number that could be read in two ways, as the language of the reader writes it: 1.234 is 1234 in German."""
    try:
        return format(parse_decimal(text, decimal_mark="," if actor.language.startswith("de") else "."), "f")
    except ValueError as problem:
        raise ValidationError(str(problem)) from None


def read_day(text: str, *, actor: Actor) -> date:
    """A day; of a month its last one. What could be two days is read as the language of the reader writes it, or not
    at all."""
    try:
        if whole := month_of(text):
            return whole
        if relative := dates.parse_relative(text):
            return relative.span(now=clock.now(), zone=actor.zone)[-1]
        return dates.parse_date(text, order="dmy" if actor.language.startswith("de") else "ymd")
    except ValueError as problem:
        raise ValidationError(str(problem)) from None


def month_of(text: str) -> date | None:
    """The last day of `3/2027` or `March 2027`. Raises ValueError where it names none."""
    found = MONTH.fullmatch(text.strip())
    if not found:
        return None
    year = int(found["y"])
    first = date(year, int(found["m"]), 1) if found["m"] else dates.parse_date(f"1 {found['name']} {year}")
    return first.replace(day=monthrange(first.year, first.month)[1])
