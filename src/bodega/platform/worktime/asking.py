"""When somebody works, as the program counts days and hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings

from bodega.kernel.actors import User
from bodega.kernel.registry import type_of
from bodega.kernel.scope import arranged
from bodega.lib import working
from bodega.lib.working import Calendar
from bodega.platform.worktime.models import WorkingTime

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFICE = working.intervals("9-17")
UNSAID = (OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, (), ())
"""The week where no administrator has said anything."""


@dataclass(frozen=True)
class Kept:
    """A working time, read once for all who ask."""

    week: tuple[tuple[working.Interval, ...], ...]
    holidays: frozenset[date]
    zone: str
    teams: frozenset[int]
    users: frozenset[int]
    is_usual: bool

    @classmethod
    def of(cls, row: WorkingTime) -> Kept:
        return cls(
            week=tuple(working.intervals(getattr(row, name)) for name in WEEK),
            holidays=working.holidays(row.holidays.splitlines()),
            zone=row.time_zone,
            teams=frozenset(row.teams or ()),
            users=frozenset(row.users or ()),
            is_usual=row.is_usual,
        )


def every_kept() -> list[Kept]:
    rows = type_of("worktime.working_time").every(deleted=False).order_by("pk")
    return arranged("working times", lambda: [Kept.of(row) for row in rows])


def calendars(user_ids: Iterable[int | None]) -> Mapping[int | None, Calendar]:
    """When each of these people works; None stands for nobody in particular (one query)."""
    wanted = {*user_ids}
    users = User.objects.filter(pk__in=[pk for pk in wanted if pk]).only("pk", "teams", "time_zone")
    found: dict[int | None, Calendar] = {user.pk: calendar(user.pk, user.teams or (), user.time_zone) for user in users}
    return {pk: found.get(pk) or calendar(None, (), "") for pk in wanted}


def calendar_of(user_id: int | None) -> Calendar:
    return calendars([user_id])[user_id]


def calendar(user_id: int | None, teams: Iterable[int], zone: str) -> Calendar:
    every, own = every_kept(), frozenset(teams)
    ways = (
        lambda one: user_id in one.users,
        lambda one: bool(own & one.teams),
        lambda one: one.is_usual,
    )
    kept = next((one for fits in ways for one in every if fits(one)), None)
    here = ZoneInfo((kept.zone if kept else "") or zone or settings.TIME_ZONE)
    return Calendar(here, kept.week, kept.holidays) if kept else Calendar(here, UNSAID)
