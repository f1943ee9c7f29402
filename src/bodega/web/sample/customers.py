"""The customers of the sample company: firms, the people in them, and how they stand to each other and to us."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bodega.kernel.kinds import Address
from bodega.lib.money import Money
from bodega.web.sample.company import Company
from bodega.web.sample.diary import DAY, FIRST_HOUR, Calendar, Diary, Thing
from bodega.web.sample.words import Chance, Words, mailbox, spelled, words

FIRMS, PEOPLE, PRIVATE, TWICE = 400, 1_200, 36, 4
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

    name: str
    first: str
    owner: str
    firm: Firm | None
    type: str = "parties.person"


@dataclass
class Village:
    """Invents the customers."""

    company: Company
    calendar: Calendar
    diary: Diary
    chance: Chance = field(default_factory=lambda: Chance("Harbour Hardware"))
    firms: list[Firm] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    phones: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def settle(self) -> None:
        for _number in range(FIRMS):
            self.found_firm()
        for firm in self.firms:
            self.employ(firm)
        while len(self.people) < PEOPLE - PRIVATE:
            self.employ(self.some_firm(self.chance))
        while len(self.people) < PEOPLE:
            self.employ(None)
        self.name_boats()
        self.enter_twice()

    def some_firm(self, chance: Chance) -> Firm:
        """Any firm; customers three times as often."""
        return chance.weighted((firm, 3.0 if firm.is_customer else 1.0) for firm in self.firms)

    def somebody(self, at: datetime, chance: Chance) -> tuple[Firm, Person]:
        """A firm and somebody there, whom we knew by then."""
        while True:
            firm = self.some_firm(chance)
            if known := [one for one in firm.people if one.written and one.written < at]:
                return firm, chance.choice(known)

    def one_of(self, what: str, share: float = 1) -> str:
        return self.chance.some(share, str(self.chance.choice(words("stories")["people"][what])), "")

    def tags(self, of: str, share: float) -> list[str]:
        return self.chance.sample(
            words("stories")["people"][of], self.chance.some(share, self.chance.choice((1, 1, 2)), 0)
        )

    def came(self, *, is_old: bool = False) -> datetime:
        return self.calendar.start if is_old else self.calendar.some(self.chance, before=SETTLED)

    # ---- firms -----------------------------------------------------------------------------------------------------

    def found_firm(self) -> None:
        chance, stories = self.chance, words("stories")
        country, trade = chance.by_share(words("places")), chance.by_share(words("trades"))
        here, craft = words("places")[country], words("trades")[trade]
        city, age = chance.choice(here["cities"]), chance.some(0.64, "old", "new")
        stands = chance.weighted(stories["life_cycle"][age].items())
        name, owner = (
            self.new_name(here, trade, city[0]),
            chance.weighted(self.company.sellers(waterside=craft["waterside"])),
        )
        known = {"source": chance.by_share(stories["sources"]), "is_customer": stands == "customer"}
        firm = Firm(name=name, trade=trade, country=country, owner=owner, **known)
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
        return {
            "name": firm.name,
            "address": self.address(here, firm.country, city),
            "phone": self.phone(firm.country, "phones"),
            "email": f"{mail}@{firm.domain}",
            "website": self.chance.some(0.85, f"https://www.{firm.domain}/", ""),
            "language": here["language"],
            "time_zone": here.get("zone", ""),
        }

    def figures(self, firm: Firm, craft: Words) -> dict[str, Any]:
        """What sort of firm it is, and what we noted about it."""
        chance, (low, high) = self.chance, craft["employees"]
        staff = round(low * (high / low) ** chance.random())
        return {
            "sector": craft["sector"],
            "source": firm.source,
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

    def phone(self, country: str, sort: str) -> str:
        """The next free number; there are more than enough of most."""
        if (country, sort) not in self.phones:
            self.phones[country, sort] = self.chance.numbers(words("places")[country][sort])
        free = self.phones[country, sort]
        return free.pop() if free else ""

    # ---- people ----------------------------------------------------------------------------------------------------

    def employ(self, firm: Firm | None) -> None:
        """A person more: at the firm, or a private customer."""
        country = firm.country if firm else self.chance.by_share(words("places"))
        here = words("places")[country]
        given, family = (spelled(self.chance.listed(here[part])) for part in ("given", "family"))
        owner = firm.owner if firm else self.chance.weighted(self.company.sellers(waterside=False))
        person = Person(name=self.named(given, family, here), first=given[1], owner=owner, firm=firm)
        values = {"given_name": given[0], "family_name": family[0]}
        odd = [one for one in words("stories")["people"]["odd"] if one not in self.taken]
        if odd and self.chance.random() < 0.02:
            person.name, person.first, values = odd[0], odd[0].split()[0], {}
            self.taken.add(odd[0])
        latin = f"{given[1]} {family[1]}" if values else person.name
        values |= self.person_values(person, here, country) | {"name": person.name, "email": self.mail(latin, firm)}
        self.diary.add(self.met(firm), owner, person, values)
        self.people.append(person)
        if firm:
            firm.people.append(person)
        self.ask_consent(person)
        self.relate(person)

    def named(self, given: tuple[str, str], family: tuple[str, str], here: Words) -> str:
        """The name in its own letters; where the family comes first, sometimes as it stands on an English card."""
        if not here.get("family_first"):
            return f"{given[0]} {family[0]}"
        return self.chance.some(0.7, family[0] + given[0], f"{family[1]} {given[1]}")

    def met(self, firm: Firm | None) -> datetime:
        """When we came to know somebody: most people of old customers before the year began."""
        came, chance = self.came(), self.chance.random()
        if firm is None or firm.written is None:
            return came
        is_old = firm.written <= self.calendar.start + FIRST_HOUR
        return firm.written if chance < (0.75 if is_old else 0.4) else max(came, firm.written)

    def person_values(self, person: Person, here: Words, country: str) -> dict[str, Any]:
        firm, chance = person.firm, self.chance
        return {
            "organisation": firm,
            "job_title": chance.listed(words("trades")[firm.trade]["titles"]) if firm else "",
            "phone": chance.some(0.72, self.phone(country, "mobiles"), ""),
            "address": None if firm else self.address(here, country, chance.choice(here["cities"])),
            "language": chance.some(0.8, here["language"], "en"),
            "birthday": chance.some(0.3, date(1950, 1, 1) + chance.randint(0, 20_000) * DAY, None),
            "life_cycle": "customer" if firm is None or firm.is_customer else "prospect",
            "source": firm.source if firm else chance.by_share(words("stories")["sources"]),
            "tags": self.tags("tags", 0.16),
            "prefers": chance.some(0.35, chance.choice(("call", "call", "mail", "visit")), ""),
        }

    def mail(self, latin: str, firm: Firm | None) -> str:
        """An address that nobody else has, at the firm or at a provider that does not exist; one in twenty has none."""
        names = [name for name in map(mailbox, latin.split()) if name]
        local = ".".join(dict.fromkeys((names[0], names[-1])))[:48]
        host = firm.domain if firm else self.chance.choice(("mail.example", "post.example", "home.example"))
        found = next(one for one in (f"{local}{n or ''}@{host}" for n in range(99)) if one not in self.taken)
        self.taken.add(found)
        return self.chance.some(0.95, found, "")

    def ask_consent(self, person: Person) -> None:
        """Half of them said yes to news or to offers; some of these took it back later."""
        for purpose, wording in zip(("product_news", "offers"), words("stories")["people"]["wordings"], strict=True):
            source, asked, stays = (
                self.one_of("consent_sources"),
                self.chance.random() < 0.3,
                self.chance.random() < 0.86,
            )
            if not asked or person.written is None:
                continue
            consent, given = Thing(type="parties.consent"), person.written + timedelta(minutes=20)
            values = {"party": person, "channel": "e_mail", "purpose": purpose, "wording": wording, "source": source}
            self.diary.add(given, person.owner, consent, values | {"given_at": given})
            if not stays:
                end = self.calendar.later(given, self.chance.randint(20, 200), self.chance)
                self.diary.add(end, person.owner, consent, {"withdrawn_at": end}, verb="changed")

    # ---- around them -----------------------------------------------------------------------------------------------

    def relate(self, person: Person) -> None:
        """Who decides, who buys, who advises another firm, who worked for one before."""
        role, elsewhere = self.chance.by_share(words("stories")["relations"]), self.chance.choice(self.firms)
        how = words("stories")["relations"][role]
        other = elsewhere if how.get("elsewhere") else person.firm
        if role == "nothing" or other is None or person.written is None:
            return
        since, left = self.calendar.start.date() - self.chance.randint(900, 4_000) * DAY, how.get("left", False)
        values = {"party": person, "other": other, "role": role, "since": since, "left": left}
        values |= {"until": since + self.chance.randint(200, 900) * DAY} if left else {}
        values |= {"note": self.one_of("notes_of_relation", 0.4)}
        self.diary.add(person.written + timedelta(minutes=30), person.owner, Thing(type="parties.relationship"), values)

    def name_boats(self) -> None:
        owners = [firm for firm in self.firms if firm.trade in BOAT_TRADES]
        for name in words("stories")["boats"]["names"].split(", "):
            firm, length = self.chance.choice(owners), Decimal(self.chance.randint(52, 310)) / 10
            values = {"name": name, "length": length, "built": self.chance.randint(1908, 2024), "belongs_to": firm}
            self.diary.add(self.calendar.start, firm.owner, Thing(type="custom.boats"), values)

    def enter_twice(self) -> None:
        """A few firms were entered a second time by mistake; those went into the trash."""
        for firm in self.chance.sample(self.firms, TWICE):
            twin, at = Thing(type=firm.type), self.calendar.some(self.chance, before=3 * SETTLED)
            self.diary.add(at, firm.owner, twin, {"name": firm.name.upper()})
            self.diary.add(self.calendar.later(at, 9, self.chance), "henrik@example.com", twin, {}, verb="deleted")
