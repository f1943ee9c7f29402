"""The year of the sample company: who does what when, and how it is written through the door in that order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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

DAY, MINUTE, SECOND, NO_TIME = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1), timedelta(0)
YEAR, FRESH = 364 * DAY, 14 * DAY
"""In the last two weeks all is written down when it happens; before, deals the same afternoon, the rest once a week."""
SEASON = (0.9, 1.2, 1.4, 1.2, 1.0, 0.8, 0.6, 0.7, 1.1, 1.1, 1.0, 0.5)
"""How busy each month is."""
ORDER = "organisation person relationship consent boats deal note task promise fact sensitive asked_again".split()
"""What can be pointed at is written before what points at it."""
TOGETHER = attrgetter("at", "order", "by", "verb")
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(eq=False, kw_only=True)
class Thing:
    """A record to be: its type, its id once it is stored, and when it was last written, if it was."""

    type: str
    id: int = 0
    written: datetime = NEVER


class Act(NamedTuple):
    at: datetime
    order: int
    by: str
    verb: str
    thing: Thing
    values: Mapping[str, Any]


class Diary:
    """The working days from a year ago until now, and what happens on them: first collected, then written in order."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self.now, self.zone = now.astimezone(zone), zone
        self.start = self.on(self.now.date() - YEAR, 8, 0)
        self.opened = self.start + 60 * MINUTE
        days = [self.start.date() + number * DAY for number in range(1, YEAR // DAY + 1)]
        self.days = [day for day in days if day.weekday() < 5]
        self.busy = [SEASON[day.month - 1] for day in self.days]
        self.acts: list[Act] = []

    def on(self, day: date, hour: int, minute: int) -> datetime:
        return datetime.combine(day, time(hour, minute), self.zone)

    def during(self, day: date, chance: Chance) -> datetime:
        """A moment in the working hours of that day, or of the Monday after the week-end."""
        return self.on(workday(day), chance.randint(8, 14), chance.randint(0, 59))

    def some(self, chance: Chance, *, before: int = 0) -> datetime:
        """A moment in the year, more than so many days ago; the busy months have more of them."""
        days = [day for day in self.days if day < self.now.date() - before * DAY]
        return self.during(chance.choices(days, self.busy[: len(days)])[0], chance)

    def later(self, at: datetime, days: float, chance: Chance) -> datetime:
        """A moment about so many days later; on the same day at least half an hour later."""
        return max(self.during((at + days * DAY).date(), chance), at + chance.randint(30, 90) * MINUTE)

    def desk(self, at: datetime, by: str, *, weekly: bool) -> datetime:
        """When somebody comes to write down what happened then: the same afternoon, or on their day of the week."""
        if at > self.now - FRESH or at <= self.opened:
            return at
        day, mine = at.date(), sum(map(ord, by)) % 5
        while (found := self.afternoon(day, by)) < at or day.weekday() > 4 or (weekly and day.weekday() != mine):
            day += DAY
        return found

    def afternoon(self, day: date, by: str) -> datetime:
        chance = Chance(f"{by} {day}")
        return self.on(day, chance.randint(15, 17), chance.randint(0, 59))

    def add(self, at: datetime, by: str, thing: Thing, values: Mapping[str, Any], *, verb: str = "created") -> bool:
        """Have it written, after what it points at. False where that is in the future: it has not happened."""
        earliest = max(at, thing.written + SECOND, *there(thing, values.values()))
        moment = self.desk(earliest, by, weekly=thing.type != "sales.deal")
        if moment > self.now:
            return False
        thing.written = moment
        self.acts.append(Act(moment, ORDER.index(thing.type.partition(".")[2]), by, verb, thing, values))
        return True

    def write(self, actors: Mapping[str, Actor]) -> None:
        """One change for all that one person did in one way at one moment."""
        self.acts.sort(key=TOGETHER)
        with scope():
            for (moment, _order, by, verb), batch in groupby(self.acts, key=TOGETHER):
                with clock.fixed(moment):
                    surface = "import" if moment <= self.opened else "page"
                    write([*batch], verb, actor=actors[by].via(surface=surface))


def workday(day: date) -> date:
    """That day, or the Monday after the week-end."""
    return day + (7 - day.weekday()) * DAY if day.weekday() > 4 else day


def there(thing: Thing, values: Iterable[Any]) -> Iterator[datetime]:
    """When what the values name is there to be named; of the same type, it must not be in the same batch."""
    for value in (one for some in values for one in (some if isinstance(some, list) else [some])):
        if isinstance(value, Thing):
            yield value.written + (SECOND if value.type == thing.type else NO_TIME)


def write(acts: Sequence[Act], verb: str, *, actor: Actor) -> None:
    type_ = type_of(acts[0].thing.type)
    if verb == "deleted":
        found = change.delete(type_, [act.thing.id for act in acts], actor=actor)
    else:
        found = change.save_many(type_, [drafted(act) for act in acts], actor=actor, changed=verb)
    for draft in found.problems:
        raise RuntimeError(f"{type_.key} by {actor.name}: {draft.problem} in {draft.values}")
    for act, pk in zip(acts, found.created, strict=verb == "created"):
        act.thing.id = pk


def drafted(act: Act) -> Draft:
    """The values with ids for the records they name; `about` names its record with the type."""
    named = {name: value for name, value in act.values.items() if isinstance(value, Thing)}
    ids = {name: (thing.type, thing.id) if name == "about" else thing.id for name, thing in named.items()}
    several = {name: [one.id for one in value] for name, value in act.values.items() if name == "participants"}
    return Draft(act.thing.id or None, {**act.values, **ids, **several})
