"""The deals of the sample company: how each began, what was said, how it went through the stages and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from bodega.apps.sales.drafting import total
from bodega.apps.sales.models import LOST, OPEN, WON
from bodega.kernel.parts import Line
from bodega.lib.money import Money, digits, format_money
from bodega.web.sample.company import Company, Step, Ware
from bodega.web.sample.customers import Firm, Person, Village
from bodega.web.sample.diary import DAY, Calendar, Diary, Thing
from bodega.web.sample.telling import Teller, Topic
from bodega.web.sample.words import Words, by_share, listed, words

DEALS, RENEWALS = 900, 150
PAYS_IN = {"GB": "GBP", "US": "USD", "JP": "JPY"}
VERBS = {OPEN: "moved", WON: "won", LOST: "lost"}


@dataclass(eq=False, kw_only=True)
class Deal(Thing):
    """A deal as its story knows it: what it is about, where it stands and since when."""

    topic: Topic
    step: Step
    at: datetime
    source: str
    type: str = "sales.deal"

    @property
    def is_renewal(self) -> bool:
        return self.topic.ware.is_service

    @property
    def firm(self) -> Firm:
        return self.topic.firm


@dataclass
class Year:
    """Invents the deals of a year, and follows each through its stages until it ends, falls asleep, or today is reached."""

    company: Company
    village: Village
    calendar: Calendar
    diary: Diary
    teller: Teller
    rng: Random = field(default_factory=lambda: Random("deals"))
    deals: list[Deal] = field(default_factory=list)

    def sell(self) -> None:
        while len(self.deals) < DEALS:
            at = self.calendar.some(self.rng)
            deal = self.opened(self.village.somebody(at, self.rng), at)
            if deal:
                self.deals.append(deal)
                self.follow(deal)

    def steps(self, deal: Deal) -> list[Step]:
        return [*self.company.steps[words("company")["contracts"]["name"] if deal.is_renewal else "Sales"]]

    # ---- how it begins ---------------------------------------------------------------------------------------------

    def opened(self, person: Person, at: datetime) -> Deal | None:
        name, ware = self.service() if len(self.deals) < RENEWALS else self.wish(person.at)
        deal = Deal(
            topic=self.teller.topic(person, ware),
            step=self.company.steps["Sales"][0],
            at=at,
            source=self.source(person.at),
        )
        topic, deal.step = deal.topic, self.steps(deal)[0]
        season = str(at.year + (1 if deal.is_renewal or at.month > 9 else 0))
        name = self.teller.filled(name, topic, at, season=season, boat=self.teller.boat())
        worth = self.worth(deal)
        values = {"account": deal.firm, "contact": person if self.rng.random() < 0.95 else None, "source": deal.source}
        values |= {"name": name if deal.is_renewal or self.rng.random() < 0.5 else f"{deal.firm.name}: {lowered(name)}"}
        values |= {"stage": deal.step.id, "expected_on": (at + self.rng.randint(25, 80) * DAY).date()}
        if not self.diary.add(at, deal.firm.owner, deal, values | worth | self.next_step(deal)):
            return None
        topic.slots = {**topic.slots, "amount": format_money(worth["amount"], "en", compact=True)}
        topic.about = deal if self.rng.random() < 0.6 else person
        self.teller.note(topic, words("stories")["stages"][deal.step.name]["talk"], at)
        return deal

    def service(self) -> tuple[str, Ware]:
        return "{account}, {product} {season}", self.rng.choice(
            [ware for ware in self.company.wares if ware.is_service]
        )

    def wish(self, firm: Firm) -> tuple[str, Ware]:
        """What a firm of this trade would want, and the product it is about first of all."""
        name, _mark, code = self.rng.choice(listed(words("trades")[firm.trade]["deals"], "; ")).partition("=")
        wares = self.teller.wares(firm)
        return name, next((ware for ware in wares if ware.code == code), self.rng.choice(wares))

    def source(self, firm: Firm) -> str:
        return firm.source if self.rng.random() < 0.6 else by_share(self.rng, words("stories")["sources"])

    def worth(self, deal: Deal) -> dict[str, Any]:
        """Lines and what they come to; one deal in four begins with a round guess."""
        currency = PAYS_IN.get(deal.firm.country, "EUR")
        lines = [*self.lines(deal, currency)]
        amount = total(lines, currency)
        if self.rng.random() > 0.25:
            return {"lines": lines, "amount": amount}
        step = 10 ** max(digits(currency), len(str(amount.minor)) - 2)
        return {"amount": Money(max(1, round(amount.minor / step)) * step, currency)}

    def lines(self, deal: Deal, currency: str) -> Iterator[Line]:
        """The ware that is talked about, and up to three more."""
        main, worth = deal.topic.ware, Decimal(words("company")["worth"][currency])
        others = [ware for ware in self.teller.wares(deal.firm) if ware is not main]
        for ware in [main, *self.rng.sample(others, 0 if deal.is_renewal else self.rng.choice((0, 1, 1, 2, 3)))]:
            yield {
                "product": ware.id,
                "description": "",
                "quantity": Decimal(deal.topic.slots["qty"] if ware is main else self.rng.randint(*ware.many)),
                "unit_price": (ware.price / worth).quantize(Decimal(1).scaleb(-digits(currency))),
                "discount": Decimal(self.rng.choice((5, 8, 10))) if self.rng.random() < 0.15 else None,
            }

    def next_step(self, deal: Deal) -> dict[str, str]:
        known = words("stories")["next_steps"].get(deal.step.name, [""])
        return {"next_step": self.teller.filled(self.rng.choice(known), deal.topic, deal.at)}

    # ---- how it goes on --------------------------------------------------------------------------------------------

    def follow(self, deal: Deal) -> None:
        pace = self.rng.lognormvariate(0, 0.45)
        for step in self.path(deal):
            days = words("stories")["stages"][deal.step.name]["days"]
            at = self.calendar.later(deal.at, max(1.0, self.rng.gauss(1, 0.35) * pace * days), self.rng)
            self.wait(deal, at)
            if not self.move(deal, step, at):
                return
        if deal.step.status == WON:
            self.deliver(deal)

    def path(self, deal: Deal) -> list[Step]:
        """The stages before it: to the end, or to where it falls asleep."""
        ahead = [step for step in self.steps(deal)[1:] if step.status == OPEN and self.rng.random() < 0.88]
        won, lost = (next(step for step in self.steps(deal) if step.status == end) for end in (WON, LOST))
        luck = self.company.staff[deal.firm.owner]["wins"] * words("stories")["sources"][deal.source]["luck"]
        if self.rng.random() < 0.06:
            return ahead[: self.rng.randint(0, 2)]
        if self.rng.random() < (0.7 if deal.is_renewal else 0.44) * luck:
            return [*ahead, won]
        return [*ahead[: self.rng.randint(0, len(ahead))], lost]

    def wait(self, deal: Deal, until: datetime) -> None:
        """A long stay is not a silent one, and there is something to do in it."""
        at = self.calendar.later(deal.at, 12, self.rng)
        if at < until - 4 * DAY and self.rng.random() < 0.6:
            self.teller.note(deal.topic, "service" if deal.is_renewal else self.rng.choice(("quiet", "middle")), at)
        if self.rng.random() < 0.25:
            task, due = self.teller.fitting("task", deal.topic), self.calendar.workday(deal.at, self.rng.randint(2, 10))
            self.teller.task(deal.topic, task["name"], task["kind"], deal.at, due)

    def move(self, deal: Deal, step: Step, at: datetime) -> bool:
        """The move, and what was said before it. False where that has not happened yet."""
        reason = self.reason(deal) if step.status == LOST else ""
        values: dict[str, Any] = {"stage": step.id} | ({"lost_reason": reason} if reason else {})
        if step.name in ("Proposal", "Offered"):
            values["expected_on"] = (at + self.rng.randint(10, 40) * DAY).date()
        before, deal.step = deal.step, step
        if not self.diary.add(at, deal.firm.owner, deal, values | self.next_step(deal), verb=VERBS[step.status]):
            deal.step = before
            return False
        talk: Words = words("stories")["lost"][reason] if reason else words("stories")["stages"][step.name]
        if self.rng.random() < 0.62:
            self.teller.note(deal.topic, talk["talk"], at - timedelta(minutes=20))
        deal.at = at
        return True

    def reason(self, deal: Deal) -> str:
        every: Words = words("stories")["lost"]
        return by_share(
            self.rng, {key: one for key, one in every.items() if not (deal.is_renewal and one.get("goods"))}
        )

    def deliver(self, deal: Deal) -> None:
        """After the order: the firm is a customer, the goods arrive, and not always as they should."""
        firm, at = deal.firm, self.calendar.later(deal.at, self.rng.randint(6, 30), self.rng)
        if not firm.is_customer:
            firm.is_customer = self.diary.add(deal.at, firm.owner, firm, {"life_cycle": "customer"}, verb="changed")
        if deal.is_renewal or self.rng.random() < 0.3:
            return
        if self.rng.random() < 0.2:
            self.teller.note(deal.topic, "complaint", at)
            self.teller.note(deal.topic, "settled", self.calendar.later(at, self.rng.randint(1, 6), self.rng))
        else:
            self.teller.note(deal.topic, "delivery", at)


def lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
