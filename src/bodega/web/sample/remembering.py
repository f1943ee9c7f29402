"""What the staff of the sample company hear of their customers beside the business, and what of it they keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bodega.web.sample.company import Company
from bodega.web.sample.customers import Person
from bodega.web.sample.diary import DAY, MINUTE, Diary, Thing
from bodega.web.sample.words import Chance, Words, words

OFTEN, KEPT, AGAIN = 0.16, 0.8, 0.2
"""Of what is said in person so much tells something; so much of that is kept, and so much of it was known before."""


@dataclass
class Memory:
    """Chance of its own, so that what else happens in the year is as it would be without."""

    company: Company
    diary: Diary
    chance: Chance = field(default_factory=lambda: Chance("facts"))
    known: set[tuple[Person, str]] = field(default_factory=set)

    def something(self, person: Person, how: str) -> Words | None:
        """What somebody lets drop in a conversation, if anything; nobody tells it twice."""
        if how not in ("call", "meeting", "visit") or self.chance.random() > OFTEN:
            return None
        every = [(one, float(one["share"])) for one in words("facts")["fact"]]
        found = self.chance.weighted(every)
        if (person, found["topic"]) in self.known:
            return None
        self.known.add((person, found["topic"]))
        month = (self.diary.now + self.chance.randint(20, 500) * DAY).date()
        slots = {"first": person.first, "month": f"{month.month}/{month.year}"}
        return {**found, "says": found["says"].format_map(slots), "text": found["text"].format_map(slots)}

    def keep(self, found: Words, person: Person, note: Thing, at: datetime) -> None:
        """Most of it is kept at once; the rest is left for somebody to see in what was written down."""
        if self.chance.random() > KEPT:
            return
        topic, is_sensitive = self.company.topics[found["topic"]]
        thing = Thing(type="memory.sensitive" if is_sensitive else "memory.fact")
        values = {"party": person, "topic": topic, "text": found["text"], "words": found["says"], "note": note}
        values |= {"sure": self.chance.some(0.85, "sure", "likely"), "heard_at": at}
        admin = next(login for login, one in self.company.staff.items() if one.get("admin"))
        self.diary.add(at + MINUTE, admin if is_sensitive else person.firm.owner, thing, values)
        if found.get("again") and self.chance.random() < AGAIN:
            asked = {"party": person, "topic": topic, "channel": "call", "remark": words("stories")["told_before"]}
            later = self.diary.later(at, self.chance.randint(20, 60), self.chance)
            self.diary.add(later, person.firm.owner, Thing(type="memory.asked_again"), asked | {"asked_at": later})
