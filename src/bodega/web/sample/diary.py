"""The year of the sample company: who does what when, and how it is written down through the door in that order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from bodega.kernel import change
from bodega.kernel.drafts import Draft
from bodega.kernel.registry import type_of
from bodega.kernel.scope import scope
from bodega.lib import clock

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

DAYS = 364
FRESH = timedelta(days=14)
"""Within the last two weeks everything is written down when it happens; before, at the end of somebody's day."""
SECOND = timedelta(seconds=1)
ORDER = (
    "parties.organisation", "parties.person", "parties.relationship", "parties.consent", "custom.boats", "sales.deal",
    "activity.note", "activity.task",
)  # fmt: skip
"""What can be pointed at comes before what points at it."""
SEASON = (0.9, 1.2, 1.4, 1.2, 1.0, 0.8, 0.6, 0.7, 1.1, 1.1, 1.0, 0.5)
"""How busy each month is."""


@dataclass(eq=False, kw_only=True)
class Thing:
    """A record to be: its type, when it was last written about, and its id once it is stored."""

    type: str
    id: int = 0
    written: datetime | None = None


class Act(NamedTuple):
    at: datetime
    order: int
    by: str
    verb: str
    thing: Thing
    values: Mapping[str, Any]


class Calendar:
    """The working days from a year ago until now."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self.now, self.zone = now.astimezone(zone), zone
        self.start = self.on(self.now.date() - timedelta(days=DAYS), time(8))
        days = [self.start.date() + timedelta(days=number) for number in range(1, DAYS + 1)]
        self.days = [day for day in days if day.weekday() < 5]
        self.busy = [SEASON[day.month - 1] for day in self.days]

    def on(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone)

    def during(self, day: date, rng: Random) -> datetime:
        """A moment in the working hours of that day, or of the Monday behind the week-end."""
        day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
        return self.on(day, time(rng.randint(8, 15), rng.randint(0, 59)))

    def some(self, rng: Random, *, before: int = 0) -> datetime:
        """A moment in the year, so many days ago at the latest; the busy months have more of them."""
        days = [day for day in self.days if day < self.now.date() - timedelta(days=before)]
        return self.during(rng.choices(days, self.busy[: len(days)])[0], rng)

    def later(self, at: datetime, days: float, rng: Random) -> datetime:
        """A moment about so many days later, on the same day at the earliest half an hour later."""
        found = self.during((at + timedelta(days=days)).date(), rng)
        return max(found, at + timedelta(minutes=rng.randint(30, 90)))

    def workday(self, at: datetime, days: int) -> date:
        return self.during((at + timedelta(days=days)).date(), Random(0)).date()

    def desk(self, at: datetime, by: str) -> datetime:
        """When somebody comes to write down what happened then."""
        if at > self.now - FRESH or at <= self.start + timedelta(hours=1):
            return at
        minute = sum(map(ord, by)) * at.day % 60
        desk = self.on(at.date(), time(16 + minute % 2, minute))
        return desk if desk >= at else self.desk(self.on(at.date() + timedelta(days=1), time(8)), by)


@dataclass
class Diary:
    """Everything that will be written, first collected, then written in the order in which it happened."""

    calendar: Calendar
    actors: Mapping[str, Actor]
    acts: list[Act] = field(default_factory=list)

    def add(self, at: datetime, by: str, thing: Thing, values: Mapping[str, Any], *, verb: str = "created") -> bool:
        """Have it written after all that it points at. False where that would be in the future: it has not happened."""
        earliest = [at, *after(thing, things_in(values.values()))]
        if verb != "created":
            earliest += [thing.written + SECOND] if thing.written else [self.calendar.now + SECOND]
        moment = self.calendar.desk(max(earliest), by)
        if moment > self.calendar.now:
            return False
        thing.written = moment
        self.acts.append(Act(moment, ORDER.index(thing.type), by, verb, thing, values))
        return True

    def write(self) -> None:
        """A change for all that one person did in one way at one moment."""
        self.acts.sort(key=attrgetter("at", "order", "by", "verb"))
        for _day, acts in groupby(self.acts, key=lambda act: act.at.date()):
            with scope():
                for (moment, _order, by, verb), batch in groupby(acts, key=attrgetter("at", "order", "by", "verb")):
                    with clock.fixed(moment):
                        self.write_batch([*batch], by, verb)

    def write_batch(self, acts: Sequence[Act], by: str, verb: str) -> None:
        is_first_day = acts[0].at.date() == self.calendar.start.date()
        actor = self.actors[by].via(surface="import" if is_first_day else "page")
        type_ = type_of(acts[0].thing.type)
        if verb == "deleted":
            found = change.delete(type_, [act.thing.id for act in acts], actor=actor)
        else:
            drafts = [Draft(act.thing.id or None, resolved(act.values)) for act in acts]
            found = change.save_many(type_, drafts, actor=actor, changed=verb)
        for draft in found.problems:
            raise RuntimeError(f"{type_.key} by {by}: {draft.problem} in {draft.values}")
        for act, pk in zip(acts, found.created, strict=False):
            act.thing.id = pk


def after(thing: Thing, others: Iterable[Thing]) -> Iterator[datetime]:
    """When the others are there to be pointed at; those of the same type are not yet, in the same batch."""
    for other in others:
        if other.written:
            yield other.written + (SECOND if other.type == thing.type else timedelta(0))


def things_in(values: Iterable[Any]) -> Iterator[Thing]:
    return (value for value in values if isinstance(value, Thing))


def resolved(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with ids for the records they name; `about` names its record with the type."""
    return {name: pointer(name, value) if isinstance(value, Thing) else value for name, value in values.items()}


def pointer(name: str, thing: Thing) -> Any:
    return (thing.type, thing.id) if name == "about" else thing.id
