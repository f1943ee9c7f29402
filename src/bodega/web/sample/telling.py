"""What the staff of the sample company write down: notes, the promises in them, and what is to be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bodega.apps.activity.models import BROKEN, KEPT, LATE, RELEASED
from bodega.web.sample.company import Company, Ware
from bodega.web.sample.customers import Firm, Person, Village
from bodega.web.sample.diary import DAY, MINUTE, Diary, Thing, workday
from bodega.web.sample.remembering import Memory
from bodega.web.sample.words import Chance, Words, words

NOTES = 4_000
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = "January February March April May June July August September October November December".split()
MINUTES = {"call": (2, 24), "meeting": (20, 90), "visit": (25, 120), "chat": (3, 12)}
OUTCOMES = (("reached", 6), ("agreed", 3), ("", 6), ("declined", 0.6))
"""How interactions ended, and how often."""
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
    slots: Mapping[str, str]


@dataclass
class Teller:
    """Writes notes, tasks and promises into the diary; a firm hears no sentence twice before all were said."""

    company: Company
    village: Village
    diary: Diary
    memory: Memory
    chance: Chance = field(default_factory=lambda: Chance("notes"))
    luck: Chance = field(default_factory=lambda: Chance("circumstances"))
    said: dict[tuple[Firm, str], set[str]] = field(default_factory=dict)
    notes: int = 0

    def topic(self, firm: Firm, person: Person, ware: Ware) -> Topic:
        place = self.chance.listed(words("trades")[firm.trade]["places"]).format(boat=self.boat())
        slots = {"account": firm.name, "first": person.first, "place": place, "amount": "a fair sum"}
        slots |= {"product": ware.short, "things": ware.things, "qty": str(self.chance.randint(*ware.many))}
        return Topic(firm, person, ware, person, slots)

    def boat(self) -> str:
        return self.chance.listed(words("stories")["boats"]["names"])

    def wares(self, firm: Firm) -> list[Ware]:
        """What firms of its trade buy."""
        series = words("trades")[firm.trade]["buys"].split(", ")
        return [ware for ware in self.company.wares if ware.series in series]

    def filled(self, text: str, topic: Topic, at: datetime, **known: str) -> str:
        """The text with the words of the topic and of this moment."""
        chance, day = self.chance, workday((at + self.chance.randint(1, 5) * DAY).date())
        mates = [one["name"].split()[0] for login, one in self.company.staff.items() if login != topic.firm.owner]
        slots = {"mate": chance.choice(mates), "weeks": chance.randint(2, 6), "percent": chance.randint(3, 9)}
        slots |= {"day": WEEKDAYS[day.weekday()], "hour": f"{chance.randint(7, 10)}:30"}
        slots |= {"month": MONTHS[(at.month + chance.randint(0, 2)) % 12], **topic.slots, **known}
        told = text.format_map(slots)
        return told[:1].upper() + told[1:]

    def unsaid(self, firm: Firm, situation: str) -> tuple[str, str]:
        """How, and in which words: something that was not yet said to the firm in this situation."""
        every = [(how, text) for how, texts in words("notes")[situation].items() for text in texts]
        used = self.said.setdefault((firm, situation), set())
        if len(used) == len(every):
            used.clear()
        how, text = self.chance.choice([one for one in every if one[1] not in used])
        used.add(text)
        return how, text

    def fitting(self, what: str, topic: Topic) -> Words:
        """A promise or a task that can be one about these wares."""
        known: Sequence[Words] = words("stories")[what]
        return self.chance.choice([one for one in known if not (topic.ware.is_service and one.get("goods"))])

    def note(self, topic: Topic, situation: str, at: datetime) -> None:
        """One note; after something said in person perhaps with a promise in it, or with a second sentence."""
        how, text = self.unsaid(topic.firm, situation)
        chance = self.chance.random() if how in ("call", "meeting", "visit") and situation != "won" else 1
        promise = self.fitting("promise", topic) if chance < 0.14 else None
        due, known = at.date(), {}
        if promise:
            due = workday(due + promise["days"] * DAY)
            text, known = f"{text} {promise['says']}", {"day": WEEKDAYS[due.weekday()]}
        elif chance < 0.45:
            text += " " + self.unsaid(topic.firm, "tails")[1]
        heard = self.memory.something(topic.person, how)
        text = f"{self.filled(text, topic, at, **known)} {heard['says'] if heard else ''}".strip()
        thing, values = Thing(type="activity.note"), {"channel": how, "text": text, "happened_at": at}
        values |= {"minutes": self.chance.randint(*MINUTES[how])} if how in MINUTES else {}
        values |= {"about": topic.about} | self.circumstances(topic, how, at)
        if self.diary.add(at, topic.firm.owner, thing, values):
            self.notes += 1
            if heard:
                self.memory.keep(heard, topic.person, thing, at)
            if promise:
                self.promise(topic, promise, at, due)

    def circumstances(self, topic: Topic, how: str, at: datetime) -> dict[str, Any]:
        """From which side it came and how it ended; of late also who took part, where it is about something else."""
        if how in ("note", "post"):
            return {}
        found = {"direction": self.luck.some(0.4, "in", "out"), "outcome": self.luck.weighted(OUTCOMES)}
        took_part = at > self.diary.now - RECENT and topic.about is not topic.person
        return {**found, **({"participants": [topic.person]} if took_part else {})}

    def task(self, topic: Topic, one: Words, at: datetime, due: date, *, is_open: bool = False) -> None:
        """Something to be done, and its doing: in time or, now and then, late; of the recent ones some are open."""
        thing, luck = Thing(type="activity.task"), self.chance.random()
        done = self.undertaken(topic, thing, {"kind": "task", **one}, at, due, luck)
        if done and not is_open:
            self.diary.add(done, topic.firm.owner, thing, {"done_at": done}, verb="done")

    def promise(self, topic: Topic, one: Words, at: datetime, due: date) -> None:
        """What a customer was told: most of them kept, a few late or not at all."""
        thing, luck = Thing(type="activity.promise"), self.chance.random()
        done = self.undertaken(topic, thing, one, at, due, luck)
        if done:
            status = BROKEN if luck < 0.02 else RELEASED if luck > 0.985 else LATE if done.date() > due else KEPT
            told = words("stories")["promises"].get(status, ())
            values = {"status": status, "done_at": done} | ({"outcome": told[due.day % len(told)]} if told else {})
            self.diary.add(done, topic.firm.owner, thing, values, verb="kept" if status == LATE else status)

    def undertaken(
        self, topic: Topic, thing: Thing, one: Words, at: datetime, due: date, luck: float
    ) -> datetime | None:
        """When what is to be done was done, if it was."""
        values = {name: one[name] for name in ("kind",) if name in one} | {"due_on": due, "about": topic.about}
        values["name"] = self.filled(one["name"], topic, at)
        told = self.diary.add(at + MINUTE, topic.firm.owner, thing, values)
        if not told or (luck >= 0.82 and due >= self.diary.now.date() - RECENT):
            return None
        late = self.chance.randint(1, 5) if luck < 0.08 else 0
        days = (due - at.date()).days * self.chance.uniform(0.4, 1) + late
        return self.diary.later(at, days, self.chance)

    def plan_ahead(self, topics: Sequence[Topic]) -> None:
        """What is on everybody's list around today: some of it late, some due today, the rest in the days to come."""
        today = self.diary.now.date()
        for login in self.company.staff:
            mine = [topic for topic in topics if topic.firm.owner == login]
            for topic, days in zip(self.chance.sample(mine, min(len(mine), len(AHEAD))), AHEAD, strict=False):
                at = self.diary.during(today - self.chance.randint(6, 12) * DAY, self.chance)
                due = today + days * DAY if days < 1 else workday(today + days * DAY)
                self.task(topic, self.fitting("task", topic), at, due, is_open=True)

    def keep_in_touch(self) -> None:
        """What is not about a deal, until the year has its notes."""
        while self.notes < NOTES:
            at = self.diary.some(self.chance)
            firm, person = self.village.somebody(at, self.chance)
            topic = self.topic(firm, person, self.chance.choice(self.wares(firm)))
            topic.about = self.chance.some(0.3, firm, topic.about)
            self.note(topic, self.chance.some(0.22, "remark", "regular"), at)
