"""What the staff write down about the customers: notes, the promises in them, and what is to be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bodega.web.sample.company import Company, Ware
from bodega.web.sample.customers import Firm, Person, Village
from bodega.web.sample.diary import Calendar, Diary, Thing
from bodega.web.sample.words import listed, words

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MINUTES = {"call": (2, 24), "meeting": (20, 90), "visit": (25, 120), "chat": (3, 12)}
NOTES = 4_000
LATE = timedelta(days=20)


@dataclass
class Topic:
    """What a conversation is about: the record the note stands with, and the words that stay the same in it."""

    firm: Firm
    person: Person
    about: Thing
    slots: Mapping[str, Any]


@dataclass
class Teller:
    """Writes notes, tasks and promises into the diary; no firm hears the same sentence twice before all were used."""

    company: Company
    village: Village
    calendar: Calendar
    diary: Diary
    rng: Random = field(default_factory=lambda: Random("notes"))
    said: dict[tuple[Firm, str], set[str]] = field(default_factory=dict)
    notes: int = 0

    # ---- words -----------------------------------------------------------------------------------------------------

    def topic(self, firm: Firm, wares: Sequence[Ware], about: Thing | None = None, person: Person | None = None) -> Topic:
        ware = self.rng.choice(wares)
        who = person or self.rng.choice(firm.people)
        slots = {
            "account": firm.name, "city": firm.city, "first": who.first, "product": ware.name, "things": ware.things,
            "qty": self.rng.randint(*ware.many), "place": self.place(firm),
        }  # fmt: skip
        return Topic(firm, who, about or who, slots)

    def place(self, firm: Firm) -> str:
        spot = self.rng.choice(listed(words("trades")[firm.trade]["places"]))
        return spot.format(boat=self.boat())

    def boat(self) -> str:
        return self.rng.choice(listed(words("stories")["boats"]["names"]))

    def slots(self, topic: Topic, at: datetime) -> dict[str, Any]:
        """The words of this moment, beside those of the topic."""
        mates = [one["name"].split()[0] for login, one in self.company.staff.items() if login != topic.firm.owner]
        return {
            "mate": self.rng.choice(mates), "weeks": self.rng.randint(2, 6), "percent": self.rng.randint(3, 9),
            "day": weekday(self.calendar.workday(at, self.rng.randint(1, 5))), "hour": f"{self.rng.randint(7, 10)}:{self.rng.choice(('00', '30'))}",
            "month": MONTHS[(at.month + self.rng.randint(0, 2)) % 12], "amount": "the price", **topic.slots,
        }  # fmt: skip

    def unsaid(self, firm: Firm, situation: str) -> tuple[str, str]:
        """How, and in which words: something that was not yet said in this situation."""
        known = words("notes")[situation]
        used = self.said.setdefault((firm, situation), set())
        every = [(how, text) for how, texts in known.items() for text in texts]
        left = [one for one in every if one[1] not in used]
        if not left:
            used.clear()
        how, text = self.rng.choice(left or every)
        used.add(text)
        return how, text

    # ---- notes -----------------------------------------------------------------------------------------------------

    def note(self, topic: Topic, situation: str, at: datetime, by: str = "") -> None:
        """One note, perhaps with a second sentence, perhaps with a promise in it."""
        by = by or topic.firm.owner
        slots = self.slots(topic, at)
        how, text = self.unsaid(topic.firm, situation)
        promise = self.promise(topic, how, at) if situation not in ("won", "remark") else None
        if promise:
            text, slots = f"{text} {promise[0]['says']}", slots | {"day": weekday(promise[1])}
        elif self.rng.random() < 0.3:
            text += " " + self.unsaid(topic.firm, "tails")[1]
        values = {"channel": how, "text": sentence(text.format_map(slots)), "happened_at": at, "about": topic.about}
        if how in MINUTES:
            values["minutes"] = self.rng.randint(*MINUTES[how])
        told = self.diary.add(at, by, Thing(type="activity.note"), values)
        self.notes += told
        if promise and told:
            self.task(topic, promise[0]["task"], "promise", at, (promise[1] - at.date()).days, by)

    def promise(self, topic: Topic, how: str, at: datetime) -> tuple[Mapping[str, Any], Any] | None:
        """What was promised, and by when."""
        if how not in ("call", "meeting", "visit") or self.rng.random() > 0.13:
            return None
        chosen = self.rng.choice(words("stories")["promise"])
        return chosen, self.calendar.workday(at, chosen["days"])

    def task(self, topic: Topic, name: str, kind: str, at: datetime, days: int, by: str) -> None:
        """Something to be done, and its doing: in time most often, late now and then; some of the last weeks is still open."""
        thing = Thing(type="activity.task")
        due = self.calendar.on(self.calendar.workday(at, days), at.timetz().replace(tzinfo=None))
        text = sentence(name.format_map(self.slots(topic, at)))
        values = {"name": text, "kind": kind, "due_on": due.date(), "about": topic.about}
        if not self.diary.add(at + timedelta(minutes=1), by, thing, values):
            return
        luck = self.rng.random()
        done = self.calendar.later(due, self.rng.randint(1, 5), self.rng) if luck < 0.1 else self.during(at, due)
        if luck < 0.93 or due < self.calendar.now - LATE:
            self.diary.add(done, by, thing, {"done_at": done}, verb="done")

    def during(self, at: datetime, due: datetime) -> datetime:
        return at + (due - at) * self.rng.uniform(0.3, 1.0) + timedelta(minutes=5)

    # ---- the rest of the year --------------------------------------------------------------------------------------

    def keep_in_touch(self) -> None:
        """What is not about a deal, until the year has its notes: the customers most of all."""
        customers = [(firm, 6.0 if firm.is_customer else 1.0) for firm in self.village.firms]
        firms, weights = zip(*customers, strict=True)
        while self.notes < NOTES:
            (firm,) = self.rng.choices(firms, weights)
            topic = self.topic(firm, self.wares(firm))
            if self.rng.random() < 0.3:
                topic.about = firm
            self.note(topic, "remark" if self.rng.random() < 0.22 else "regular", self.calendar.some(self.rng))

    def wares(self, firm: Firm) -> list[Ware]:
        """What firms of its trade buy."""
        return [ware for series in listed(words("trades")[firm.trade]["buys"]) for ware in self.company.wares[series]]

    def plan_ahead(self, topics: Sequence[Topic]) -> None:
        """What is on everybody's list around today: some of it late, some today, the rest in the days to come."""
        for login, one in self.company.staff.items():
            mine = [topic for topic in topics if topic.firm.owner == login]
            for topic, ahead in zip(self.rng.sample(mine, min(len(mine), 11)), (-4, -1, 0, 0, 0, 1, 2, 3, 5, 8, 13), strict=False):
                kind = self.rng.choice(words("stories")["task"])
                values = {
                    "name": sentence(kind["name"].format_map(self.slots(topic, self.calendar.now))), "kind": kind["kind"],
                    "due_on": self.calendar.now.date() + timedelta(days=ahead), "about": topic.about,
                }  # fmt: skip
                at = self.calendar.later(self.calendar.now, -self.rng.randint(6, 12), self.rng)
                self.diary.add(at, one["login"], Thing(type="activity.task"), values)


def weekday(day: Any) -> str:
    return WEEKDAYS[day.weekday()]


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
