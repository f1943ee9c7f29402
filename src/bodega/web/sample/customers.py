"""The customers of the sample company: firms, the people in them, and how they stand to each other and to us."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bodega.kernel.kinds import Address
from bodega.lib.money import Money
from bodega.web.sample.company import Company
from bodega.web.sample.diary import DAY, MINUTE, Diary, Thing
from bodega.web.sample.words import Chance, Words, mailbox, spelled, words

FIRMS, PEOPLE, TWICE = 400, 1_200, 4
BOAT_TRADES = ("boatyard", "marina", "fishery", "school")
SETTLED = 6
"""Nobody is new to us within the last days, so that every firm and person is there, whatever day it is."""


@dataclass(eq=False, kw_only=True)
class Firm(Thing):
    """An organisation, and what the stories about it need."""

    name: str
    trade: str
    country: str
    owner: str
    source: str
    is_customer: bool
    people: list[Person] = field(default_factory=list)
    type: str = "parties.organisation"

    @property
    def domain(self) -> str:
        return f"{mailbox(self.name)[:40].strip('-')}.example"


@dataclass(eq=False, kw_only=True)
class Person(Thing):
    """A person; `first` is what we call them in notes."""

    first: str
    firm: Firm
    type: str = "parties.person"


@dataclass
class Village:
    """Invents the customers."""

    company: Company
    diary: Diary
    chance: Chance = field(default_factory=lambda: Chance("Harbour Hardware"))
    firms: list[Firm] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def settle(self) -> None:
        for _number in range(FIRMS):
            self.found_firm()
        for firm in self.firms:
            self.employ(firm)
        for _number in range(PEOPLE - FIRMS):
            self.employ(self.some_firm(self.chance))
        self.name_boats()
        self.enter_twice()

    def some_firm(self, chance: Chance) -> Firm:
        """Any firm; customers three times as often."""
        return chance.weighted((firm, 3.0 if firm.is_customer else 1.0) for firm in self.firms)

    def somebody(self, at: datetime, chance: Chance) -> tuple[Firm, Person]:
        """A firm and somebody there, whom we knew by then."""
        while True:
            firm = self.some_firm(chance)
            if known := [one for one in firm.people if one.written < at]:
                return firm, chance.choice(known)

    def one_of(self, what: str, share: float = 1) -> str:
        return self.chance.some(share, str(self.chance.choice(words("stories")["people"][what])), "")

    def tags(self, of: str, share: float) -> list[str]:
        count = self.chance.some(share, self.chance.choice((1, 1, 2)), 0)
        return self.chance.sample(words("stories")["people"][of], count)

    def free(self, patterns: list[str]) -> str:
        """What is made after one of these patterns and nobody else has; empty where hardly anything is left."""
        for _try in range(30):
            found = self.chance.filled(self.chance.choice(patterns)).replace(" ", "")
            if found not in self.taken:
                self.taken.add(found)
                return found
        return ""

    def came(self, *, is_old: bool = False) -> datetime:
        return self.diary.start if is_old else self.diary.some(self.chance, before=SETTLED)

    def found_firm(self) -> None:
        chance, stories = self.chance, words("stories")
        country, trade = chance.by_share(words("places")), chance.by_share(words("trades"))
        here, craft = words("places")[country], words("trades")[trade]
        city, age = chance.choice(here["cities"]), chance.some(0.64, "old", "new")
        stands = chance.weighted(stories["life_cycle"][age].items())
        owner = chance.weighted(self.company.sellers(waterside=craft["waterside"]))
        firm = Firm(
            name=self.new_name(here, trade, city[0]),
            trade=trade,
            country=country,
            owner=owner,
            source=chance.by_share(stories["sources"]),
            is_customer=stands == "customer",
        )
        values = self.reached(firm, here, city) | self.figures(firm, craft) | {"life_cycle": stands}
        self.diary.add(self.came(is_old=age == "old"), firm.owner, firm, values)
        self.firms.append(firm)

    def new_name(self, here: Words, trade: str, city: str) -> str:
        """A firm's name that no other has."""
        while True:
            family, thing = spelled(self.chance.listed(here["family"]))[1], self.chance.listed(here["things"])
            name = self.chance.listed(here["firms"][trade], "; ").format(family=family, city=city, thing=thing)
            for found in (name, f"{name}, {thing}", f"{family} {name}"):
                if found not in self.taken:
                    self.taken.add(found)
                    return found

    def reached(self, firm: Firm, here: Words, city: Any) -> dict[str, Any]:
        mail = self.chance.choice(("info", "office", "post", "hello", "kontakt" if firm.country == "DE" else "mail"))
        site = self.chance.some(0.85, f"https://www.{firm.domain}/", "")
        values = {"name": firm.name, "email": f"{mail}@{firm.domain}", "website": site, "source": firm.source}
        values |= {"language": here["language"], "time_zone": here.get("zone", ""), "phone": self.free(here["phones"])}
        return values | {"address": self.address(here, firm.country, city)}

    def figures(self, firm: Firm, craft: Words) -> dict[str, Any]:
        """What sort of firm it is, and what we noted about it."""
        chance, (low, high) = self.chance, craft["employees"]
        staff = round(low * (high / low) ** chance.random())
        return {
            "sector": craft["sector"],
            "parent": self.mother(firm),
            "employees": chance.some(0.8, staff, None),
            "founded": chance.some(0.6, chance.randint(1871, 2021), None),
            "revenue": chance.some(0.35, Money(staff * chance.randint(70, 190) * 100_000, "EUR"), None),
            "tags": self.tags("organisation_tags", 0.28),
            "about": self.one_of("about", 0.22),
            "delivery_gate": self.one_of("gates", 0.3),
        }

    def mother(self, firm: Firm) -> Firm | None:
        """Some are part of an older firm of the same trade that the same colleague looks after."""
        alike = [old for old in self.firms if (old.trade, old.owner) == (firm.trade, firm.owner) and old.is_customer]
        return self.chance.some(0.08, self.chance.choice(alike), None) if alike else None

    def address(self, here: Words, country: str, city: Any) -> Address:
        name, postcode, *position = city
        street = self.chance.choice(here["streets"]).format(n=self.chance.randint(1, 96))
        lat, lon = (round(degrees + self.chance.uniform(-0.02, 0.02), 5) for degrees in position)
        return Address(street, self.chance.filled(postcode), name, "", country, lat, lon)

    def employ(self, firm: Firm) -> None:
        """A person more at the firm."""
        here = words("places")[firm.country]
        name, first, latin, parts = self.named(here, firm)
        person = Person(first=first, firm=firm)
        values = {"name": name, "email": self.mail(latin, firm.domain)} | parts | self.person_values(firm, here)
        self.diary.add(self.met(firm), firm.owner, person, values)
        firm.people.append(person)
        self.ask_consent(person)
        self.relate(person)

    def named(self, here: Words, firm: Firm) -> tuple[str, str, str, dict[str, str]]:
        """A name, what we call the person, the name in Latin letters, and its parts where it has two.

        Where the family comes first, some stand as on an English card; now and then there is one that fits no form.
        """
        odd = [one for one in words("stories")["people"]["odd"] if one not in self.taken]
        if odd and self.chance.random() < 0.02:
            self.taken.add(odd[0])
            return odd[0], odd[0].split()[0], odd[0], {}
        while True:
            (given, first), (family, last) = (spelled(self.chance.listed(here[part])) for part in ("given", "family"))
            if (latin := f"{first} {last}") + firm.name not in self.taken:
                self.taken.add(latin + firm.name)
                break
        written = f"{given} {family}"
        if here.get("family_first"):
            written = self.chance.some(0.7, family + given, f"{last} {first}")
        return written, first, latin, {"given_name": given, "family_name": family}

    def met(self, firm: Firm) -> datetime:
        """When we came to know somebody: most people of old customers before the year began."""
        at_once = 0.75 if firm.written <= self.diary.opened else 0.4
        return self.chance.some(at_once, firm.written, max(firm.written, self.came()))

    def person_values(self, firm: Firm, here: Words) -> dict[str, Any]:
        """What we know; one in fifty is a customer without a firm, whom a firm sent to us."""
        chance = self.chance
        return {
            "organisation": chance.some(0.98, firm, None),
            "job_title": chance.listed(words("trades")[firm.trade]["titles"]),
            "phone": chance.some(0.72, self.free(here["mobiles"]), ""),
            "language": chance.some(0.8, here["language"], "en"),
            "birthday": chance.some(0.3, date(1950, 1, 1) + chance.randint(0, 20_000) * DAY, None),
            "life_cycle": "customer" if firm.is_customer else "prospect",
            "source": firm.source,
            "tags": self.tags("tags", 0.16),
            "prefers": chance.some(0.35, chance.choice(("call", "call", "mail", "visit")), ""),
        }

    def mail(self, latin: str, host: str) -> str:
        """An address that nobody else has; one in twenty has none."""
        names = [name for name in map(mailbox, latin.split()) if name]
        local = ".".join(dict.fromkeys((names[0], names[-1])))[:48]
        found = next(one for one in (f"{local}{n or ''}@{host}" for n in range(99)) if one not in self.taken)
        self.taken.add(found)
        return self.chance.some(0.95, found, "")

    def ask_consent(self, person: Person) -> None:
        """Half of them said yes to news or to offers; some of these took it back later."""
        for purpose, wording in zip(("product_news", "offers"), words("stories")["people"]["wordings"], strict=True):
            if self.chance.random() > 0.3:
                continue
            consent, given, source = Thing(type="parties.consent"), person.written + 20 * MINUTE, self.one_of("forms")
            values = {"party": person, "channel": "e_mail", "purpose": purpose, "wording": wording, "source": source}
            self.diary.add(given, person.firm.owner, consent, values | {"given_at": given})
            if self.chance.random() < 0.14:
                end = self.diary.later(given, self.chance.randint(20, 200), self.chance)
                self.diary.add(end, person.firm.owner, consent, {"withdrawn_at": end}, verb="changed")

    def relate(self, person: Person) -> None:
        """Who decides, who buys, who advises another firm, who worked for one before."""
        role, elsewhere = self.chance.by_share(words("stories")["relations"]), self.chance.choice(self.firms)
        how = words("stories")["relations"][role]
        if role == "nothing":
            return
        since, left = self.diary.start.date() - self.chance.randint(900, 4_000) * DAY, how.get("left", False)
        other = elsewhere if how.get("elsewhere") else person.firm
        values = {"party": person, "other": other, "role": role, "since": since, "left": left}
        values |= {"until": since + self.chance.randint(200, 900) * DAY} if left else {}
        values |= {"note": self.one_of("notes_of_relation", 0.4)}
        self.diary.add(person.written + 30 * MINUTE, person.firm.owner, Thing(type="parties.relationship"), values)

    def name_boats(self) -> None:
        owners = [firm for firm in self.firms if firm.trade in BOAT_TRADES]
        for name in words("stories")["boats"]["names"].split(", "):
            firm, length = self.chance.choice(owners), Decimal(self.chance.randint(52, 310)) / 10
            values = {"name": name, "length": length, "built": self.chance.randint(1908, 2024), "belongs_to": firm}
            self.diary.add(self.diary.start, firm.owner, Thing(type="custom.boats"), values)

    def enter_twice(self) -> None:
        """A few firms were entered a second time by mistake; those went into the trash."""
        for firm in self.chance.sample(self.firms, TWICE):
            twin, at = Thing(type=firm.type), self.diary.some(self.chance, before=3 * SETTLED)
            self.diary.add(at, firm.owner, twin, {"name": firm.name.upper()})
            self.diary.add(self.diary.later(at, 9, self.chance), "henrik@example.com", twin, {}, verb="deleted")
