"""The deals of the sample company: how each one began, what was talked about, how it went through the stages and ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from bodega.apps.sales.drafting import total
from bodega.apps.sales.models import LOST, OPEN, WON
from bodega.kernel.parts import Line
from bodega.lib.money import Money, digits, format_money
from bodega.web.sample.company import CONTRACTS, WORTH, Company, Step, Ware
from bodega.web.sample.customers import Firm, Village
from bodega.web.sample.diary import Calendar, Diary, Thing
from bodega.web.sample.telling import Teller, Topic
from bodega.web.sample.words import listed, weighted, words

DEALS, RENEWALS = 900, 150
STAY = {"New": 6, "Qualified": 9, "Engaging": 14, "Proposal": 12, "Negotiation": 8, "Due": 14, "Offered": 12, "Agreed": 6}
"""How many days a deal usually stands in a stage."""
TALK = {"Qualified": "middle", "Engaging": "middle", "Proposal": "quote", "Negotiation": "negotiation", "Offered": "service", "Agreed": "service"}
LUCK = {"referral": 1.3, "partner": 1.15, "trade_fair": 0.9, "advertising": 0.75, "e_mail": 0.85}
"""How much better or worse deals go that came this way."""
PAYS_IN = {"GB": "GBP", "US": "USD", "JP": "JPY"}
REASONS = [
    ("price", 30.0), ("went_with_a_competitor", 22.0), ("timing", 12.0), ("no_answer", 12.0), ("no_budget", 10.0), ("no_need", 7.0),
    ("product_does_not_fit", 7.0),
]  # fmt: skip


@dataclass(eq=False, kw_only=True)
class Deal(Thing):
    """A deal as the story knows it: where it stands, since when, and what it is about."""

    topic: Topic
    step: Step
    at: datetime
    source: str
    is_renewal: bool
    type: str = "sales.deal"


@dataclass
class Year:
    """Invents the deals of a year and follows each through its stages until it ends, or until today."""

    company: Company
    village: Village
    calendar: Calendar
    diary: Diary
    teller: Teller
    rng: Random = field(default_factory=lambda: Random("deals"))
    deals: list[Deal] = field(default_factory=list)

    def sell(self) -> None:
        known = [(firm, 8.0 if firm.is_customer else 3.0) for firm in self.village.firms]
        while len(self.deals) < DEALS:
            deal = self.opened(weighted(self.rng, known), is_renewal=len(self.deals) < RENEWALS)
            if deal is not None:
                self.deals.append(deal)
                self.follow(deal)

    # ---- how it begins ---------------------------------------------------------------------------------------------

    def opened(self, firm: Firm, *, is_renewal: bool) -> Deal | None:
        wares = self.company.wares["Service"] if is_renewal else self.teller.wares(firm)
        topic = self.teller.topic(firm, wares)
        source = firm.source if self.rng.random() < 0.6 else weighted(self.rng, [(key, 1.0) for key in ("phone_call", "e_mail", "website")])
        at = self.calendar.some(self.rng)
        first = self.company.steps[CONTRACTS if is_renewal else "Sales"][0]
        deal = Deal(topic=topic, step=first, at=at, source=source, is_renewal=is_renewal)
        topic.about = deal if self.rng.random() < 0.6 else topic.person
        values = {
            "name": self.name(deal), "account": firm, "contact": topic.person if self.rng.random() < 0.95 else None, "source": source,
            "stage": first.id, "expected_on": (at + timedelta(days=self.rng.randint(25, 80))).date(),
            "tags": ["urgent"] if self.rng.random() < 0.05 else [], **self.worth(deal, wares), **self.next_step(deal),
        }  # fmt: skip
        if not self.diary.add(at, firm.owner, deal, values):
            return None
        topic.slots = {**topic.slots, "amount": format_money(values["amount"], "en", compact=True)}
        self.teller.note(topic, "service" if is_renewal else "inquiry", at)
        return deal

    def name(self, deal: Deal) -> str:
        topic = deal.topic
        if deal.is_renewal:
            return f"{topic.firm.name}, {topic.slots['product'].split(',')[0].lower()} {deal.at.year + 1}"
        season = str(deal.at.year + (deal.at.month > 9))
        pattern = self.rng.choice(listed(words("trades")[topic.firm.trade]["deals"], "; "))
        told = pattern.format_map({**topic.slots, "season": season, "boat": self.teller.boat()})
        return told if self.rng.random() < 0.5 else f"{topic.firm.name}: {told[:1].lower()}{told[1:]}"

    def worth(self, deal: Deal, wares: Sequence[Ware]) -> dict[str, Any]:
        """Lines and what they come to; one in four begins with a guess."""
        currency = PAYS_IN.get(deal.topic.firm.country, "EUR")
        lines = [*self.lines(deal.topic, wares, currency)]
        amount = total(lines, currency)
        if self.rng.random() < 0.25:
            step = 10 ** max(digits(currency), len(str(amount.minor)) - 2)
            return {"amount": Money(max(1, round(amount.minor / step)) * step, currency)}
        return {"lines": lines, "amount": amount}

    def lines(self, topic: Topic, wares: Sequence[Ware], currency: str) -> Iterator[Line]:
        """The product that is talked about, and up to three more."""
        others = self.rng.sample(wares, min(len(wares), self.rng.choice((0, 1, 1, 2, 3))))
        main = next(ware for ware in wares if ware.name == topic.slots["product"])
        for ware in [main, *(ware for ware in others if ware is not main)]:
            places = Decimal(1).scaleb(-digits(currency))
            price = (ware.price / WORTH[currency]).quantize(places)
            quantity = topic.slots["qty"] if ware is main else self.rng.randint(*ware.many)
            discount = Decimal(self.rng.choice((5, 8, 10))) if self.rng.random() < 0.15 else None
            yield {"product": ware.id, "description": "", "quantity": Decimal(quantity), "unit_price": price, "discount": discount}

    def next_step(self, deal: Deal) -> dict[str, str]:
        known = words("stories")["next_steps"].get(deal.step.name, [""])
        return {"next_step": self.rng.choice(known).format_map(self.teller.slots(deal.topic, deal.at))}

    # ---- how it goes on --------------------------------------------------------------------------------------------

    def follow(self, deal: Deal) -> None:
        pace = self.rng.lognormvariate(0, 0.45)
        for step in self.path(deal):
            at = self.calendar.later(deal.at, max(1.0, self.rng.gauss(1, 0.35) * pace * STAY[deal.step.name]), self.rng)
            self.wait(deal, at)
            if at > self.calendar.now or not self.move(deal, step, at):
                return
        if deal.step.status == OPEN and self.rng.random() < 0.6:
            self.teller.note(deal.topic, "quiet", self.calendar.later(deal.at, 9, self.rng))
        if deal.step.status == WON:
            self.deliver(deal)

    def path(self, deal: Deal) -> list[Step]:
        """The stages before it: to the end, or to where it falls asleep."""
        known = self.company.steps[CONTRACTS if deal.is_renewal else "Sales"]
        ahead = [step for step in known[1:] if step.status == OPEN and self.rng.random() < 0.88]
        won, lost = (next(step for step in known if step.status == status) for status in (WON, LOST))
        chance = (0.74 if deal.is_renewal else 0.53) * self.company.staff[deal.topic.firm.owner]["wins"] * LUCK.get(deal.source, 1.0)
        if self.rng.random() < 0.06:
            return ahead[: self.rng.randint(0, 2)]
        return [*ahead, won] if self.rng.random() < chance else [*ahead[: self.rng.randint(0, len(ahead))], lost]

    def wait(self, deal: Deal, until: datetime) -> None:
        """A long stay is not a silent one."""
        at = self.calendar.later(deal.at, 12, self.rng)
        if at < until - timedelta(days=4) and self.rng.random() < 0.6:
            self.teller.note(deal.topic, "service" if deal.is_renewal else self.rng.choice(("quiet", "middle")), at)
        if self.rng.random() < 0.25:
            task = self.rng.choice(words("stories")["task"])
            self.teller.task(deal.topic, task["name"], task["kind"], deal.at, self.rng.randint(2, 10), deal.topic.firm.owner)

    def move(self, deal: Deal, step: Step, at: datetime) -> bool:
        """What was said, then the move. False where that has not happened yet."""
        verbs, values = {OPEN: "moved", WON: "won", LOST: "lost"}, {"stage": step.id}
        reason = weighted(self.rng, REASONS) if step.status == LOST else ""
        deal.step, deal.at = step, at
        values |= {"lost_reason": reason} if reason else {}
        values |= {"expected_on": (at + timedelta(days=self.rng.randint(10, 40))).date()} if step.name in ("Proposal", "Offered") else {}
        talk = words("stories")["lost"][reason] if reason else "won" if step.status == WON else TALK[step.name]
        if not self.diary.add(at, deal.topic.firm.owner, deal, values | self.next_step(deal), verb=verbs[step.status]):
            return False
        if not reason or self.rng.random() < 0.8:
            self.teller.note(deal.topic, "service" if deal.is_renewal and not reason else talk, at - timedelta(minutes=20))
        return True

    def deliver(self, deal: Deal) -> None:
        """After the order: the firm is a customer, the goods arrive, and not always as they should."""
        firm, at = deal.topic.firm, self.calendar.later(deal.at, self.rng.randint(6, 30), self.rng)
        if not firm.is_customer:
            firm.is_customer = self.diary.add(deal.at, firm.owner, firm, {"life_cycle": "customer"}, verb="changed")
        if self.rng.random() < 0.14:
            self.teller.note(deal.topic, "complaint", at)
            self.teller.note(deal.topic, "settled", self.calendar.later(at, self.rng.randint(1, 6), self.rng))
        elif self.rng.random() < 0.7:
            self.teller.note(deal.topic, "service" if deal.is_renewal else "delivery", at)
