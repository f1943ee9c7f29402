"""What the staff of the sample company write down: notes, the promises in them, and what is to be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from bodega.web.sample.company import Company, Ware
from bodega.web.sample.customers import Firm, Person, Village
from bodega.web.sample.diary import DAY, Calendar, Diary, Thing
from bodega.web.sample.words import Words, listed, words

NOTES = 4_000
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = "January February March April May June July August September October November December".split()
MINUTES = {"call": (2, 24), "meeting": (20, 90), "visit": (25, 120), "chat": (3, 12)}
RECENT = 20 * DAY
"""What was due before that has been done by now."""
AHEAD = (-4, -1, 0, 0, 0, 1, 2, 3, 5, 8, 13)
"""When everybody's next tasks are due, in days from today."""


@dataclass
class Topic:
    """What a conversation is about: the record the note stands with, and the words that stay the same in it."""

    firm: Firm
    person: Person
    ware: Ware
    about: Thing
    slots: Mapping[str, Any]


@dataclass
class Teller:
    """Writes notes, tasks and promises into the diary; a firm hears no sentence twice before all were said."""

    company: Company
    village: Village
    calendar: Calendar
    diary: Diary
    rng: Random = field(default_factory=lambda: Random("notes"))
    said: dict[tuple[Firm, str], set[str]] = field(default_factory=dict)
    notes: int = 0

    # ---- words -----------------------------------------------------------------------------------------------------

    def topic(self, person: Person, ware: Ware) -> Topic:
        firm = person.firm
        assert firm is not None
        words_of_it = {"account": firm.name, "city": firm.city, "first": person.first, "place": self.place(firm)}
        words_of_it |= {"product": ware.short, "things": ware.things, "qty": self.rng.randint(*ware.many)}
        return Topic(firm, person, ware, person, words_of_it)

    def place(self, firm: Firm) -> str:
        return str(self.rng.choice(listed(words("trades")[firm.trade]["places"]))).format(boat=self.boat())

    def boat(self) -> str:
        return self.rng.choice(listed(words("stories")["boats"]["names"]))

    def wares(self, firm: Firm) -> list[Ware]:
        """What firms of its trade buy."""
        series = listed(words("trades")[firm.trade]["buys"])
        return [ware for ware in self.company.wares if ware.series in series]

    def filled(self, text: str, topic: Topic, at: datetime, **known: str) -> str:
        """The text with the words of the topic and of this moment."""
        rng = self.rng
        mates = [one["name"].split()[0] for login, one in self.company.staff.items() if login != topic.firm.owner]
        slots = {
            "mate": rng.choice(mates),
            "weeks": rng.randint(2, 6),
            "percent": rng.randint(3, 9),
            "amount": "a fair sum",
        }
        slots |= {"day": weekday(self.calendar.workday(at, rng.randint(1, 5))), "hour": f"{rng.randint(7, 10)}:30"}
        slots |= {"month": MONTHS[(at.month + rng.randint(0, 2)) % 12]} | dict(topic.slots) | known
        told = text.format_map(slots)
        return told[:1].upper() + told[1:]

    def unsaid(self, firm: Firm, situation: str) -> tuple[str, str]:
        """How, and in which words: something that was not yet said to the firm in this situation."""
        every = [(how, text) for how, texts in words("notes")[situation].items() for text in texts]
        used = self.said.setdefault((firm, situation), set())
        if len(used) == len(every):
            used.clear()
        how, text = self.rng.choice([one for one in every if one[1] not in used])
        used.add(text)
        return how, text

    # ---- notes -----------------------------------------------------------------------------------------------------

    def note(self, topic: Topic, situation: str, at: datetime) -> None:
        """One note; after something said in person perhaps with a promise in it, or with a second sentence."""
        how, text = self.unsaid(topic.firm, situation)
        promise, due = None, at.date()
        if how in ("call", "meeting", "visit") and situation != "won":
            chance = self.rng.random()
            if chance < 0.14:
                promise = self.fitting("promise", topic)
                text, due = f"{text} {promise['says']}", self.calendar.workday(at, promise["days"])
            elif chance < 0.45:
                text += " " + self.unsaid(topic.firm, "tails")[1]
        words_of_it = {"day": weekday(due)} if promise else {}
        values = {"channel": how, "text": self.filled(text, topic, at, **words_of_it), "happened_at": at}
        values |= {"minutes": self.rng.randint(*MINUTES[how])} if how in MINUTES else {}
        if self.diary.add(at, topic.firm.owner, Thing(type="activity.note"), values | {"about": topic.about}):
            self.notes += 1
            if promise:
                self.task(topic, promise["task"], "promise", at, due)

    def fitting(self, what: str, topic: Topic) -> Words:
        """A promise or a task that can be one about these wares."""
        known: Sequence[Words] = words("stories")[what]
        return self.rng.choice([one for one in known if not (topic.ware.is_service and one.get("goods"))])

    # ---- tasks -----------------------------------------------------------------------------------------------------

    def task(self, topic: Topic, name: str, kind: str, at: datetime, due: date) -> Thing | None:
        """Something to be done, and its doing: in time most often, late now and then; of the recent ones some are open."""
        thing = Thing(type="activity.task")
        values = {"name": self.filled(name, topic, at), "kind": kind, "due_on": due, "about": topic.about}
        if not self.diary.add(at + timedelta(minutes=1), topic.firm.owner, thing, values):
            return None
        end, luck = self.calendar.on(due, at.timetz().replace(tzinfo=None)), self.rng.random()
        if luck < 0.72 or end < self.calendar.now - RECENT:
            late = self.rng.randint(1, 5) * DAY if luck < 0.08 else 0 * DAY
            done = at + (end - at) * self.rng.uniform(0.4, 1) + late
            self.diary.add(done, topic.firm.owner, thing, {"done_at": done}, verb="done")
        return thing

    def plan_ahead(self, topics: Sequence[Topic]) -> None:
        """What is on everybody's list around today: some of it late, some due today, the rest in the days to come."""
        today = self.calendar.now.date()
        for login in self.company.staff:
            mine = [topic for topic in topics if topic.firm.owner == login]
            for topic, days in zip(self.rng.sample(mine, min(len(mine), len(AHEAD))), AHEAD, strict=False):
                at = self.calendar.during(today - self.rng.randint(6, 12) * DAY, self.rng)
                one = self.fitting("task", topic)
                values = {"name": self.filled(one["name"], topic, at), "kind": one["kind"], "about": topic.about}
                values["due_on"] = today + days * DAY
                self.diary.add(at, login, Thing(type="activity.task"), values)

    def keep_in_touch(self) -> None:
        """What is not about a deal, until the year has its notes."""
        while self.notes < NOTES:
            at = self.calendar.some(self.rng)
            person = self.village.somebody(at, self.rng)
            topic = self.topic(person, self.rng.choice(self.wares(person.at)))
            if self.rng.random() < 0.3:
                topic.about = topic.firm
            self.note(topic, "remark" if self.rng.random() < 0.22 else "regular", at)


def weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]
