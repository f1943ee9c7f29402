"""The year of the sample company: who does what when, and how it is written through the door in that order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from bodega.kernel import change
from bodega.kernel.drafts import Draft
from bodega.kernel.registry import type_of
from bodega.kernel.scope import scope
from bodega.lib import clock
from bodega.web.sample.words import Chance

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

DAYS = 364
FRESH = timedelta(days=14)
"""Since then all is written down when it happens; before, deals the same afternoon and the rest once a week."""
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
FIRST_HOUR = timedelta(hours=1)
SEASON = (0.9, 1.2, 1.4, 1.2, 1.0, 0.8, 0.6, 0.7, 1.1, 1.1, 1.0, 0.5)
"""How busy each month is."""
ORDER = "organisation person relationship consent boats deal note task".split()
"""What can be pointed at is written before what points at it."""
TOGETHER = attrgetter("at", "order", "by", "verb")


@dataclass(eq=False, kw_only=True)
class Thing:
    """A record to be: its type, its id once it is stored, and when it is written for the last time so far."""

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
        self.start = self.on(self.now.date() - DAYS * DAY, time(8))
        days = [self.start.date() + number * DAY for number in range(1, DAYS + 1)]
        self.days = [day for day in days if day.weekday() < 5]
        self.busy = [SEASON[day.month - 1] for day in self.days]

    def on(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone)

    def during(self, day: date, chance: Chance) -> datetime:
        """A moment in the working hours of that day, or of the Monday after the week-end."""
        day += (7 - day.weekday()) * DAY if day.weekday() > 4 else 0 * DAY
        return self.on(day, time(chance.randint(8, 14), chance.randint(0, 59)))

    def some(self, chance: Chance, *, before: int = 0) -> datetime:
        """A moment in the year, more than so many days ago; the busy months have more of them."""
        days = [day for day in self.days if day < self.now.date() - before * DAY]
        return self.during(chance.choices(days, self.busy[: len(days)])[0], chance)

    def later(self, at: datetime, days: float, chance: Chance) -> datetime:
        """A moment about so many days later; on the same day at least half an hour later."""
        found = self.during((at + timedelta(days=days)).date(), chance)
        return max(found, at + timedelta(minutes=chance.randint(30, 90)))

    def workday(self, at: datetime, days: int) -> date:
        return self.during((at + days * DAY).date(), Chance(0)).date()

    def desk(self, at: datetime, by: str, *, weekly: bool) -> datetime:
        """When somebody comes to write down what happened then: the same afternoon, or on their day of the week."""
        if at > self.now - FRESH or at <= self.start + FIRST_HOUR:
            return at
        day, mine = at.date(), sum(map(ord, by)) % 5
        while (found := self.afternoon(day, by)) < at or day.weekday() > 4 or (weekly and day.weekday() != mine):
            day += DAY
        return found

    def afternoon(self, day: date, by: str) -> datetime:
        chance = Chance(f"{by} {day}")
        return self.on(day, time(chance.randint(15, 17), chance.randint(0, 59)))


@dataclass
class Diary:
    """Everything that will be written: first collected, then written in the order in which it happened."""

    calendar: Calendar
    actors: Mapping[str, Actor]
    acts: list[Act] = field(default_factory=list)

    def add(self, at: datetime, by: str, thing: Thing, values: Mapping[str, Any], *, verb: str = "created") -> bool:
        """Have it written, after what it points at. False where that is in the future: it has not happened."""
        earliest = max(at, *after(thing, values.values()), at if verb == "created" else self.next(thing))
        moment = self.calendar.desk(earliest, by, weekly=thing.type != "sales.deal")
        if moment > self.calendar.now:
            return False
        thing.written = moment
        self.acts.append(Act(moment, ORDER.index(thing.type.partition(".")[2]), by, verb, thing, values))
        return True

    def next(self, thing: Thing) -> datetime:
        """When a thing can be written again; what was never written cannot."""
        return (thing.written or self.calendar.now) + SECOND

    def write(self) -> None:
        """One change for all that one person did in one way at one moment."""
        self.acts.sort(key=TOGETHER)
        with scope():
            for (moment, _order, by, verb), batch in groupby(self.acts, key=TOGETHER):
                is_first_day = moment <= self.calendar.start + FIRST_HOUR
                with clock.fixed(moment):
                    write([*batch], verb, actor=self.actors[by].via(surface="import" if is_first_day else "page"))


def after(thing: Thing, values: Iterable[Any]) -> Iterator[datetime]:
    """When what the values name is there to be named; of the same type, it must not be in the same batch."""
    for value in values:
        if isinstance(value, Thing) and value.written:
            yield value.written + (SECOND if value.type == thing.type else 0 * SECOND)


def write(acts: Sequence[Act], verb: str, *, actor: Actor) -> None:
    type_ = type_of(acts[0].thing.type)
    if verb == "deleted":
        found = change.delete(type_, [act.thing.id for act in acts], actor=actor)
    else:
        found = change.save_many(type_, [drafted(act) for act in acts], actor=actor, changed=verb)
    for draft in found.problems:
        raise RuntimeError(f"{type_.key} by {actor.name}: {draft.problem} in {draft.values}")
    if verb == "created":
        for act, pk in zip(acts, found.created, strict=True):
            act.thing.id = pk


def drafted(act: Act) -> Draft:
    """The values with ids for the records they name; `about` names its record with the type."""
    named = {name: value for name, value in act.values.items() if isinstance(value, Thing)}
    ids = {name: (thing.type, thing.id) if name == "about" else thing.id for name, thing in named.items()}
    return Draft(act.thing.id or None, {**act.values, **ids})
