"""The deals of the sample company: how each began, what was said, how it went through the stages and how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from bodega.apps.sales.drafting import total
from bodega.apps.sales.models import LOST, OPEN, WON
from bodega.kernel.parts import Line
from bodega.lib.money import Money, digits, format_money
from bodega.web.sample.company import Company, Step, Ware
from bodega.web.sample.customers import Firm, Person, Village
from bodega.web.sample.diary import DAY, MINUTE, Diary, Thing, workday
from bodega.web.sample.telling import Teller, Topic
from bodega.web.sample.words import Chance, Words, words

DEALS, RENEWALS = 900, 150
PAYS_IN = {"GB": "GBP", "US": "USD", "JP": "JPY"}
VERBS = {OPEN: "moved", WON: "won", LOST: "lost"}


@dataclass(eq=False, kw_only=True)
class Deal(Thing):
    """A deal as its story knows it: what it is about, where it stands and since when."""

    topic: Topic
    firm: Firm
    ware: Ware
    step: Step
    at: datetime
    source: str
    type: str = "sales.deal"


@dataclass
class Year:
    """Invents the deals of a year, and follows each through its stages: to its end, until it falls asleep, or today."""

    company: Company
    village: Village
    diary: Diary
    teller: Teller
    chance: Chance = field(default_factory=lambda: Chance("deals"))
    deals: list[Deal] = field(default_factory=list)

    def sell(self) -> None:
        while len(self.deals) < DEALS:
            at = self.diary.some(self.chance)
            if deal := self.opened(*self.village.somebody(at, self.chance), at):
                self.deals.append(deal)
                self.follow(deal)

    def stages(self, ware: Ware) -> Sequence[Step]:
        """The stages of the pipeline in which it is sold."""
        return self.company.stages[words("company")["contracts"]["name"] if ware.is_service else "Sales"]

    def opened(self, firm: Firm, person: Person, at: datetime) -> Deal | None:
        name, ware = self.wish(firm)
        topic, sources = self.teller.topic(firm, person, ware), words("stories")["sources"]
        source = self.chance.some(0.6, firm.source, self.chance.by_share(sources))
        deal = Deal(topic=topic, firm=firm, ware=ware, step=self.stages(ware)[0], at=at, source=source)
        worth = self.worth(deal)
        values = {"name": self.name(deal, name), "account": firm, "source": source, "stage": deal.step.id}
        values |= {"contact": self.chance.some(0.95, person, None), **worth, **self.next_step(deal)}
        values |= {"expected_on": (at + self.chance.randint(25, 80) * DAY).date()}
        if not self.diary.add(at, firm.owner, deal, values):
            return None
        topic.slots = {**topic.slots, "amount": format_money(worth["amount"], "en", compact=True)}
        topic.about = self.chance.some(0.6, deal, person)
        self.teller.note(topic, words("stories")["stages"][deal.step.name]["talk"], at)
        return deal

    def wish(self, firm: Firm) -> tuple[str, Ware]:
        """What is wanted, and the ware it is about first of all: first the services, then what the trade buys."""
        if len(self.deals) < RENEWALS:
            services = [ware for ware in self.company.wares if ware.is_service]
            return "{account}, {product} {season}", self.chance.choice(services)
        name, _mark, code = self.chance.listed(words("trades")[firm.trade]["deals"], "; ").partition("=")
        wares = self.teller.wares(firm)
        return name, next((ware for ware in wares if ware.code == code), self.chance.choice(wares))

    def name(self, deal: Deal, pattern: str) -> str:
        season = str(deal.at.year + (1 if deal.ware.is_service or deal.at.month > 9 else 0))
        name = self.teller.filled(pattern, deal.topic, deal.at, season=season, boat=self.teller.boat())
        plain = deal.ware.is_service or self.chance.random() < 0.7
        return name if plain else f"{deal.firm.name}: {name[0].lower()}{name[1:]}"

    def worth(self, deal: Deal) -> dict[str, Any]:
        """Lines and what they come to; one deal in four begins with a round guess."""
        currency = PAYS_IN.get(deal.firm.country, "EUR")
        lines = [*self.lines(deal, currency)]
        amount = total(lines, currency)
        if self.chance.random() > 0.25:
            return {"lines": lines, "amount": amount}
        step = 10 ** max(digits(currency), len(str(amount.minor)) - 2)
        return {"amount": Money(max(1, round(amount.minor / step)) * step, currency)}

    def lines(self, deal: Deal, currency: str) -> Iterator[Line]:
        """The ware that is talked about, and up to three more."""
        worth, cent = Decimal(words("company")["worth"][currency]), Decimal(1).scaleb(-digits(currency))
        others = [ware for ware in self.teller.wares(deal.firm) if ware is not deal.ware]
        more = 0 if deal.ware.is_service else self.chance.choice((0, 1, 1, 2, 3))
        for ware in [deal.ware, *self.chance.sample(others, more)]:
            wanted = deal.topic.slots["qty"] if ware is deal.ware else self.chance.randint(*ware.many)
            discount = self.chance.some(0.15, Decimal(self.chance.choice((5, 8, 10))), None)
            line = {"product": ware.id, "description": "", "quantity": Decimal(wanted), "discount": discount}
            yield line | {"unit_price": (ware.price / worth).quantize(cent)}

    def next_step(self, deal: Deal) -> dict[str, str]:
        known = words("stories")["next_steps"].get(deal.step.name, [""])
        return {"next_step": self.teller.filled(self.chance.choice(known), deal.topic, deal.at)}

    def follow(self, deal: Deal) -> None:
        pace = self.chance.lognormvariate(0, 0.45)
        for step in self.path(deal):
            days = words("stories")["stages"][deal.step.name]["days"]
            at = self.diary.later(deal.at, max(1.0, self.chance.gauss(1, 0.35) * pace * days), self.chance)
            self.wait(deal, at)
            if not self.move(deal, step, at):
                return
        if deal.step.status == WON:
            self.deliver(deal)

    def path(self, deal: Deal) -> list[Step]:
        """The stages before it: to the end, or to where it falls asleep."""
        stages = self.stages(deal.ware)
        ahead = [step for step in stages[1:] if step.status == OPEN and self.chance.random() < 0.88]
        won, lost = (next(step for step in stages if step.status == end) for end in (WON, LOST))
        luck = self.company.staff[deal.firm.owner]["wins"] * words("stories")["sources"][deal.source]["luck"]
        if self.chance.random() < 0.06:
            return ahead[: self.chance.randint(0, 2)]
        if self.chance.random() < (0.7 if deal.ware.is_service else 0.44) * luck:
            return [*ahead, won]
        return [*ahead[: self.chance.randint(0, len(ahead))], lost]

    def wait(self, deal: Deal, until: datetime) -> None:
        """A long stay is not a silent one, and there is something to do in it."""
        at = self.diary.later(deal.at, 12, self.chance)
        if at < until - 4 * DAY and self.chance.random() < 0.6:
            talk = "service" if deal.ware.is_service else self.chance.choice(("quiet", "middle"))
            self.teller.note(deal.topic, talk, at)
        if self.chance.random() < 0.25:
            due = workday((deal.at + self.chance.randint(2, 10) * DAY).date())
            self.teller.task(deal.topic, self.teller.fitting("task", deal.topic), deal.at, due)

    def move(self, deal: Deal, step: Step, at: datetime) -> bool:
        """The move, and what was said before it. False where that has not happened yet."""
        reason = self.reason(deal) if step.status == LOST else ""
        values: dict[str, Any] = {"stage": step.id} | ({"lost_reason": reason} if reason else {})
        if step.name in ("Proposal", "Offered"):
            values["expected_on"] = (at + self.chance.randint(10, 40) * DAY).date()
        before, deal.step = deal.step, step
        if not self.diary.add(at, deal.firm.owner, deal, values | self.next_step(deal), verb=VERBS[step.status]):
            deal.step = before
            return False
        talk: Words = words("stories")["lost"][reason] if reason else words("stories")["stages"][step.name]
        if self.chance.random() < 0.62:
            self.teller.note(deal.topic, talk["talk"], at - 20 * MINUTE)
        deal.at = at
        return True

    def reason(self, deal: Deal) -> str:
        every = words("stories")["lost"].items()
        return self.chance.by_share({key: one for key, one in every if not (deal.ware.is_service and one.get("goods"))})

    def deliver(self, deal: Deal) -> None:
        """After the order: the firm is a customer, the goods arrive, and not always as they should."""
        firm, at = deal.firm, self.diary.later(deal.at, self.chance.randint(6, 30), self.chance)
        if not firm.is_customer:
            firm.is_customer = self.diary.add(deal.at, firm.owner, firm, {"life_cycle": "customer"}, verb="changed")
        if deal.ware.is_service or self.chance.random() < 0.3:
            return
        went_wrong = self.chance.random() < 0.2
        self.teller.note(deal.topic, "complaint" if went_wrong else "delivery", at)
        if went_wrong:
            self.teller.note(deal.topic, "settled", self.diary.later(at, self.chance.randint(1, 6), self.chance))
