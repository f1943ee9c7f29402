"""The customers of the sample company: firms and the people in them, and how they stand to each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from bodega.kernel.kinds import Address
from bodega.lib.money import Money
from bodega.web.sample.company import Company
from bodega.web.sample.diary import Calendar, Diary, Thing
from bodega.web.sample.words import Words, by_share, filled, listed, mailbox, numbers, spelled, weighted, words

FIRMS, PEOPLE, PRIVATE, BOATS = 400, 1_200, 36, 60
SOURCES = [
    ("referral", 26.0), ("website", 20.0), ("trade_fair", 16.0), ("phone_call", 14.0), ("e_mail", 9.0), ("advertising", 8.0),
    ("partner", 7.0),
]  # fmt: skip
BOAT_TRADES = ("boatyard", "marina", "fishery", "school")


@dataclass(eq=False, kw_only=True)
class Firm(Thing):
    """An organisation, and what the stories about it need."""

    name: str
    trade: str
    country: str
    city: str
    owner: str
    domain: str
    source: str
    is_customer: bool
    people: list[Person] = field(default_factory=list)
    type: str = "parties.organisation"


@dataclass(eq=False, kw_only=True)
class Person(Thing):
    name: str
    first: str
    owner: str
    firm: Firm | None
    reachable: bool = True
    type: str = "parties.person"


@dataclass
class Village:
    """Invents customers. The names come from one row of chance, whatever day it is."""

    company: Company
    calendar: Calendar
    diary: Diary
    rng: Random = field(default_factory=lambda: Random("Harbour Hardware"))
    firms: list[Firm] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    phones: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def settle(self) -> None:
        """Everybody, with what hangs on them."""
        for _number in range(FIRMS):
            self.found_firm()
        for firm in self.firms:
            self.employ(firm)
        while len(self.people) < PEOPLE - PRIVATE:
            self.employ(weighted(self.rng, ((firm, 1 + 5 * firm.is_customer) for firm in self.firms)))
        while len(self.people) < PEOPLE:
            self.employ(None)
        self.relate()
        self.name_boats()

    # ---- firms -----------------------------------------------------------------------------------------------------

    def found_firm(self) -> None:
        country, trade = by_share(self.rng, words("places")), by_share(self.rng, words("trades"))
        here, craft = words("places")[country], words("trades")[trade]
        city = self.rng.choice(here["cities"])
        name = self.new_name(here, trade, city[0])
        is_old = self.rng.random() < 0.64
        stands = self.rng.choices(("customer", "prospect", "lead", "former_customer"), (80, 12, 2, 6) if is_old else (0, 45, 55, 0))[0]
        firm = Firm(
            name=name, trade=trade, country=country, city=city[0], domain=f"{mailbox(name)[:40].strip('-')}.example",
            owner=weighted(self.rng, self.company.sellers(words("staff")["teams"][0 if craft["waterside"] else 1])),
            source=weighted(self.rng, SOURCES), is_customer=stands == "customer",
        )  # fmt: skip
        values = self.firm_values(firm, here, craft, city) | {"life_cycle": stands, "parent": self.mother(firm)}
        self.diary.add(self.came(is_old), firm.owner, firm, values)
        self.firms.append(firm)

    def new_name(self, here: Words, trade: str, city: str) -> str:
        """A firm's name that no other has."""
        for _try in range(40):
            pattern = self.rng.choice(listed(here["firms"][trade], "; "))
            family = spelled(self.rng.choice(listed(here["family"])))[1]
            name = pattern.format(family=family, city=city, thing=self.rng.choice(listed(here["things"])))
            if name not in self.taken:
                break
        else:
            name = f"{name} {len(self.taken)}"
        self.taken.add(name)
        return str(name)

    def came(self, is_old: bool) -> datetime:
        return self.calendar.start if is_old else self.calendar.some(self.rng, before=6)

    def firm_values(self, firm: Firm, here: Words, craft: Words, city: Any) -> dict[str, Any]:
        low, high = craft["employees"]
        staff = round(low * (high / low) ** self.rng.random())
        mail = self.rng.choice(("info", "office", "post", "hello", "kontakt" if firm.country == "DE" else "mail"))
        some = self.some
        return {
            "name": firm.name, "sector": craft["sector"], "source": firm.source, "employees": some(0.8, staff), "language": here["language"],
            "address": self.address(here, firm.country, city), "phone": self.phone(firm.country, "phones"),
            "email": f"{mail}@{firm.domain}", "website": some(0.85, f"https://www.{firm.domain}/", ""), "time_zone": here.get("zone", ""),
            "founded": some(0.6, self.rng.randint(1871, 2021)),
            "revenue": some(0.35, Money(staff * self.rng.randint(70, 190) * 100_000, "EUR")),
            "tags": self.tags("organisation_tags", 0.28), "about": some(0.22, self.rng.choice(words("stories")["people"]["about"]), ""),
            "delivery_gate": some(0.3, self.rng.choice(words("stories")["people"]["gates"]), ""),
        }  # fmt: skip

    def some(self, share: float, value: Any, otherwise: Any = None) -> Any:
        return value if self.rng.random() < share else otherwise

    def tags(self, of: str, share: float) -> list[str]:
        known = words("stories")["people"][of]
        return self.rng.sample(known, self.rng.choice((1, 1, 2))) if self.rng.random() < share else []

    def address(self, here: Words, country: str, city: Any) -> Address:
        name, postcode, lat, lon = city
        street = self.rng.choice(here["streets"]).format(n=self.rng.randint(1, 96))
        spread = [self.rng.uniform(-0.02, 0.02) for _axis in range(2)]
        return Address(street, filled(postcode, self.rng), name, "", country, round(lat + spread[0], 5), round(lon + spread[1], 5))

    def phone(self, country: str, sort: str) -> str:
        key = country, sort
        if key not in self.phones:
            self.phones[key] = numbers(words("places")[country][sort], self.rng)
        return self.phones[key].pop() if self.phones[key] else ""

    def mother(self, firm: Firm) -> Firm | None:
        """One in fourteen is part of an older firm of the same trade that the same colleague looks after."""
        if self.rng.random() > 0.07:
            return None
        return next((old for old in self.firms if (old.trade, old.owner) == (firm.trade, firm.owner) and old.is_customer), None)

    # ---- people ----------------------------------------------------------------------------------------------------

    def employ(self, firm: Firm | None) -> None:
        """A person more: at the firm, or a private customer."""
        country = firm.country if firm else by_share(self.rng, words("places"))
        here = words("places")[country]
        name, latin, first, parts = self.person_name(here)
        owner = firm.owner if firm else weighted(self.rng, self.company.sellers(words("staff")["teams"][1]))
        person = Person(name=name, first=first, owner=owner, firm=firm)
        values = self.person_values(person, here, country, latin) | parts
        old = firm is not None and firm.written is not None and firm.written <= self.calendar.start + timedelta(hours=1)
        came = self.calendar.start if old and self.rng.random() < 0.75 else self.came(is_old=False)
        self.diary.add(max(came, firm.written) if firm and firm.written and not old else came, owner, person, values)
        self.people.append(person)
        if firm:
            firm.people.append(person)
        self.ask_consent(person)

    def person_name(self, here: Words) -> tuple[str, str, str, dict[str, str]]:
        """A name as written, in Latin letters, the first of it, and its parts. Now and then one that fits no form."""
        odd = words("stories")["people"]["odd"]
        if self.rng.random() < 0.02 and (left := [name for name in odd if name not in self.taken]):
            self.taken.add(left[0])
            return left[0], left[0], left[0].split()[0], {}
        (given, first), (family, last) = (spelled(self.rng.choice(listed(here[part]))) for part in ("given", "family"))
        if not here.get("family_first"):
            return f"{given} {family}", f"{first} {last}", first, {"given_name": given, "family_name": family}
        written = f"{family}{given}" if self.rng.random() < 0.7 else f"{last} {first}"
        return written, f"{first} {last}", f"{last}-san" if here["language"] == "ja" else first, {"given_name": given, "family_name": family}

    def person_values(self, person: Person, here: Words, country: str, latin: str) -> dict[str, Any]:
        firm, some = person.firm, self.some
        titles = listed(words("trades")[firm.trade]["titles"]) if firm else [""]
        second = self.phone(firm.country, "phones") if firm and self.rng.random() < 0.12 else ""
        return {
            "name": person.name, "organisation": firm, "job_title": self.rng.choice(titles), "email": self.mail(latin, firm),
            "phone": some(0.72, self.phone(country, "mobiles"), ""), "language": some(0.8, here["language"], "en"),
            "birthday": some(0.3, date(1950, 1, 1) + timedelta(days=self.rng.randint(0, 20_000))),
            "tags": self.tags("tags", 0.16), "source": firm.source if firm else weighted(self.rng, SOURCES),
            "life_cycle": ("customer" if firm.is_customer else "prospect") if firm else "customer",
            "prefers": some(0.35, self.rng.choice(("call", "call", "mail", "visit")), ""),
            "address": None if firm else self.address(here, country, self.rng.choice(here["cities"])),
            **({"contact_points": [{"channel": "phone", "value": second, "label": "office"}]} if second else {}),
        }  # fmt: skip

    def mail(self, latin: str, firm: Firm | None) -> str:
        """An address that nobody else has, at the firm or at a provider that does not exist; one in twenty has none."""
        names = [mailbox(part) for part in latin.split()]
        local = ".".join(name for name in (names[0], *names[1:][-1:]) if name)[:48]
        at = firm.domain if firm else self.rng.choice(("mail.example", "post.example", "home.example"))
        if self.rng.random() < 0.05:
            return ""
        found = next(one for one in (f"{local}{n or ''}@{at}" for n in range(99)) if one not in self.taken)
        self.taken.add(found)
        return found

    def ask_consent(self, person: Person) -> None:
        """Two in five said yes to news or offers; some of them take it back later."""
        kept = words("stories")["people"]
        for purpose, wording in zip(("product_news", "offers"), kept["wordings"], strict=True):
            if self.rng.random() > 0.3 or not person.written:
                continue
            given = person.written + timedelta(minutes=20)
            values = {
                "party": person, "channel": "e_mail", "purpose": purpose, "basis": "consent", "wording": wording, "given_at": given,
                "source": self.rng.choice(kept["consent_sources"]),
            }  # fmt: skip
            consent = Thing(type="parties.consent")
            if self.diary.add(given, person.owner, consent, values) and self.rng.random() < 0.14:
                end = self.calendar.later(given, self.rng.randint(20, 200), self.rng)
                self.diary.add(end, person.owner, consent, {"withdrawn_at": end}, verb="changed")

    # ---- around them -----------------------------------------------------------------------------------------------

    def relate(self) -> None:
        """Who decides, who buys, who advises, who has left."""
        notes = words("stories")["people"]["notes_of_relation"]
        for person in self.people:
            role, other = self.role_of(person)
            if other is None or not person.written:
                continue
            since = self.calendar.start.date() - timedelta(days=self.rng.randint(30, 4_000))
            ended = role == "employee"
            values = {
                "party": person, "other": other, "role": role, "since": since, "note": self.some(0.4, self.rng.choice(notes), ""),
                "until": since + timedelta(days=self.rng.randint(200, 2_000)) if ended else None, "left": ended,
            }  # fmt: skip
            values["until"] = values["until"] and min(values["until"], person.written.date())
            self.diary.add(person.written + timedelta(minutes=30), person.owner, Thing(type="parties.relationship"), values)

    def role_of(self, person: Person) -> tuple[str, Firm | None]:
        """`employee` is a place where somebody worked before."""
        chance, elsewhere = self.rng.random(), self.rng.choice(self.firms)
        for share, role, other in (
            (0.09, "decision_maker", person.firm), (0.13, "buyer", person.firm), (0.16, "user", person.firm),
            (0.18, "adviser", elsewhere), (0.22, "employee", elsewhere),
        ):  # fmt: skip
            if chance < share:
                return role, other if role in ("adviser", "employee") and other is not person.firm else person.firm
        return "", None

    def name_boats(self) -> None:
        owners = [firm for firm in self.firms if firm.trade in BOAT_TRADES and firm.written]
        for name in listed(words("stories")["boats"]["names"])[:BOATS]:
            firm = self.rng.choice(owners)
            values = {
                "name": name, "length": Decimal(self.rng.randint(52, 310)) / 10, "built": self.rng.randint(1908, 2024), "belongs_to": firm,
            }  # fmt: skip
            self.diary.add(firm.written or self.calendar.start, firm.owner, Thing(type="custom.boats"), values)

    def mistakes(self) -> Iterator[Thing]:
        """Firms that were entered twice, for the trash."""
        for firm in self.firms[20:100:20]:
            twin = Thing(type=firm.type)
            if self.diary.add(self.calendar.some(self.rng, before=6), firm.owner, twin, {"name": firm.name.upper(), "sector": ""}):
                yield twin
