"""What the calendar's templates are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString

from bodega.surfaces.html.shapes import Empty, Link, Page, Pager, Question


class Slip(NamedTuple):
    """One record on a day. `tone` is the colour of what it stands in, `details` are what else is worth saying."""

    id: int
    url: str
    title: str
    version: int
    time: str = ""
    tone: str = ""
    details: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """`outside` is a day of the month before or after; `more` says how many do not fit."""

    value: str
    number: str
    label: str
    is_today: bool = False
    outside: bool = False
    slips: SafeString
    more: str = ""
    more_url: str = ""
    new_url: str = ""
    new_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPage(Page):
    """`word` is month, week or agenda; `move_url` takes POST `ids`, `to` and `version.<id>`, and is empty where
    nothing may be moved."""

    question: Question | None = None
    word: str
    period: str
    words: Sequence[Link] = ()
    by: Sequence[Link] = ()
    before_url: str = ""
    today_url: str = ""
    after_url: str = ""
    heads: Sequence[str] = ()
    days: Sequence[Day] = ()
    move_url: str = ""
    pager: Pager | None = None
    empty: Empty | None = None
