"""Kinds of time: days, and moments (stored in UTC, shown in the person's zone)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.kernel.kinds.base import Asking, Input, Json, Show, Spanning
from bodega.lib import dates
from bodega.lib.markup import format_html

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor


ISO = "%04d-%02d-%02dT%02d:%02d:%02d.%06d+00:00"


@dataclass(frozen=True, kw_only=True)
class Date(Spanning):
    """A day. A question may name a relative one (`-30d`, `this month`), which stays unresolved until it is asked."""

    word = "date"
    json_schema = {"type": "string", "format": "date"}
    groupable = True

    def bind_field(self) -> models.Field[Any, Any]:
        return models.DateField()

    def pack(self, value: Any) -> tuple[Any, ...]:
        return (value.isoformat() if value is not None and self.custom else value,)

    def unpack(self, raw: Sequence[Any]) -> Any:
        return date.fromisoformat(raw[0]) if isinstance(raw[0], str) else raw[0]

    def to_json(self, value: Any) -> Json:
        return None if value is None else value.isoformat()

    def from_json(self, value: Json) -> Any:
        return None if value is None else date.fromisoformat(value)

    def parse(self, text: Any, *, actor: Actor) -> Any:
        if text is None or (isinstance(text, str) and not text.strip()):
            return None
        try:
            return dates.parse_date(text)
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def text(self, value: Any, *, show: Show) -> str:
        return "" if value is None else dates.day(value, today=show.today)

    def export(self, value: Any, *, show: Show) -> str:
        return "" if value is None else value.isoformat()

    def cell(self, value: Any, *, show: Show) -> SafeString:
        if value is None:
            return SafeString("")
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), self.text(value, show=show))

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [Input("date", "" if value is None else value.isoformat())]

    def operand(self, text: str, *, actor: Actor) -> Json:
        """As a rule days lie ahead: `30d` is in 30 days."""
        relative = dates.parse_relative(text) or dates.parse_relative(f"+{text.strip()}")
        return {"relative": relative.text} if relative else self.to_json(self.parse(text, actor=actor))

    def operand_text(self, literal: Json, *, show: Show) -> str:
        return str(literal["relative"]) if isinstance(literal, dict) else str(literal)

    def operand_sentence(self, literal: Json, *, show: Show) -> str:
        if isinstance(literal, dict):
            relative = dates.parse_relative(literal["relative"])
            return relative.sentence if relative else ""
        return self.text(self.from_json(literal), show=show)

    def span(self, literal: Json, *, asking: Asking) -> tuple[Any, Any]:
        """The first comparable value of what is named and the first after it."""
        if isinstance(literal, dict):
            relative = dates.parse_relative(literal["relative"])
            if relative is None:
                raise ValidationError(_("“%(text)s” is not a date.") % {"text": literal["relative"]})
            first, last = relative.span(now=asking.now, zone=asking.actor.zone)
        else:
            first = last = date.fromisoformat(literal)
        return first, last + timedelta(days=1)

    def edges(self, literal: Json, *, asking: Asking) -> tuple[Any, Any]:
        """`span` as raw values."""
        first, after = self.span(literal, asking=asking)
        return self.pack(first)[0], self.pack(after)[0]


@dataclass(frozen=True, kw_only=True)
class Moment(Date):
    """A point in time. A question that names a day means all of that day in the asker's zone."""

    word = "datetime"
    json_schema = {"type": "string", "format": "date-time"}

    def bind_field(self) -> models.Field[Any, Any]:
        return models.DateTimeField()

    def pack(self, value: Any) -> tuple[Any, ...]:
        return (iso(value) if value is not None and self.custom else value,)

    def unpack(self, raw: Sequence[Any]) -> Any:
        return datetime.fromisoformat(raw[0]) if isinstance(raw[0], str) else raw[0]

    def to_json(self, value: Any) -> Json:
        return None if value is None else iso(value)

    def from_json(self, value: Json) -> Any:
        return None if value is None else datetime.fromisoformat(value)

    def parse(self, text: Any, *, actor: Actor) -> Any:
        if text is None or (isinstance(text, str) and not text.strip()):
            return None
        if isinstance(text, datetime):
            return (text if text.tzinfo else text.replace(tzinfo=actor.zone)).astimezone(UTC)
        try:
            return dates.parse_moment(str(text), zone=actor.zone)
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def text(self, value: Any, *, show: Show) -> str:
        if value is None:
            return ""
        there = value.astimezone(show.actor.zone)
        return f"{dates.day(there.date(), today=show.today)} {there:%H:%M}"

    def export(self, value: Any, *, show: Show) -> str:
        return "" if value is None else iso(value)

    def cell(self, value: Any, *, show: Show) -> SafeString:
        if value is None:
            return SafeString("")
        there = value.astimezone(show.actor.zone)
        wall = there.isoformat(" ", "minutes")[:16]
        exact, said = f"{wall} {there.tzname()}", f"{dates.day(there.date(), today=show.today)} {wall[11:]}"
        return format_html('<time datetime="{}" title="{}">{}</time>', iso(value), exact, said)

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [Input("datetime-local", "" if value is None else f"{value.astimezone(show.actor.zone):%Y-%m-%dT%H:%M}")]

    def operand(self, text: str, *, actor: Actor) -> Json:
        """A day stays a day; only what names a time of day is a moment."""
        relative = dates.parse_relative(text)
        if relative:
            return {"relative": relative.text}
        try:
            return dates.parse_date(text).isoformat()
        except ValueError:
            return self.to_json(self.parse(text, actor=actor))

    def span(self, literal: Json, *, asking: Asking) -> tuple[Any, Any]:
        if isinstance(literal, str) and len(literal) > len("2026-11-21"):
            moment = datetime.fromisoformat(literal).astimezone(UTC)
            return moment, moment + timedelta(microseconds=1)
        relative = dates.parse_relative(literal["relative"]) if isinstance(literal, dict) else None
        if relative:
            return relative.edges(now=asking.now, zone=asking.actor.zone)
        first, after = super().span(literal, asking=asking)
        return midnight(first, asking.actor.zone), midnight(after, asking.actor.zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def iso(moment: datetime) -> str:
    """One text per moment, which sorts as the moments do; what `isoformat` says, in two thirds of its time."""
    at = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return ISO % (at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond)
