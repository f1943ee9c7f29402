"""The deals of the sample company: how each began, what was said, how it went through the stages and how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bodega.apps.sales.drafting import total
from bodega.apps.sales.models import LOST, OPEN, WON
from bodega.kernel.parts import Line
from bodega.lib.money import Money, digits, format_money
from bodega.web.sample.company import Company, Step, Ware
from bodega.web.sample.customers import Firm, Person, Village
from bodega.web.sample.diary import DAY, Calendar, Diary, Thing
from bodega.web.sample.telling import Teller, Topic
from bodega.web.sample.words import Chance, Words, words

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


@dataclass
class Year:
    """Invents the deals of a year, and follows each through its stages: to its end, until it falls asleep, or today."""

    company: Company
    village: Village
    calendar: Calendar
    diary: Diary
    teller: Teller
    chance: Chance = field(default_factory=lambda: Chance("deals"))
    deals: list[Deal] = field(default_factory=list)

    def sell(self) -> None:
        while len(self.deals) < DEALS:
            at = self.calendar.some(self.chance)
            if deal := self.opened(*self.village.somebody(at, self.chance), at):
                self.deals.append(deal)
                self.follow(deal)

    def steps(self, ware: Ware) -> Sequence[Step]:
        """The stages of the pipeline in which it is sold."""
        return self.company.steps[words("company")["contracts"]["name"] if ware.is_service else "Sales"]

    # ---- how it begins ---------------------------------------------------------------------------------------------

    def opened(self, firm: Firm, person: Person, at: datetime) -> Deal | None:
        name, ware = self.service() if len(self.deals) < RENEWALS else self.wish(firm)
        topic, source = self.teller.topic(firm, person, ware), self.source(firm)
        deal = Deal(topic=topic, step=self.steps(ware)[0], at=at, source=source)
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

    def name(self, deal: Deal, pattern: str) -> str:
        season = str(deal.at.year + (1 if deal.topic.ware.is_service or deal.at.month > 9 else 0))
        name = self.teller.filled(pattern, deal.topic, deal.at, season=season, boat=self.teller.boat())
        if deal.topic.ware.is_service or self.chance.random() < 0.5:
            return name
        return f"{deal.topic.firm.name}: {name[0].lower()}{name[1:]}"

    def service(self) -> tuple[str, Ware]:
        return "{account}, {product} {season}", self.chance.choice(
            [ware for ware in self.company.wares if ware.is_service]
        )

    def wish(self, firm: Firm) -> tuple[str, Ware]:
        """What a firm of this trade would want, and the product it is about first of all."""
        name, _mark, code = self.chance.listed(words("trades")[firm.trade]["deals"], "; ").partition("=")
        wares = self.teller.wares(firm)
        return name, next((ware for ware in wares if ware.code == code), self.chance.choice(wares))

    def source(self, firm: Firm) -> str:
        return firm.source if self.chance.random() < 0.6 else self.chance.by_share(words("stories")["sources"])

    def worth(self, deal: Deal) -> dict[str, Any]:
        """Lines and what they come to; one deal in four begins with a round guess."""
        currency = PAYS_IN.get(deal.topic.firm.country, "EUR")
        lines = [*self.lines(deal, currency)]
        amount = total(lines, currency)
        if self.chance.random() > 0.25:
            return {"lines": lines, "amount": amount}
        step = 10 ** max(digits(currency), len(str(amount.minor)) - 2)
        return {"amount": Money(max(1, round(amount.minor / step)) * step, currency)}

    def lines(self, deal: Deal, currency: str) -> Iterator[Line]:
        """The ware that is talked about, and up to three more."""
        main, worth = deal.topic.ware, Decimal(words("company")["worth"][currency])
        others = [ware for ware in self.teller.wares(deal.topic.firm) if ware is not main]
        for ware in [
            main,
            *self.chance.sample(others, 0 if deal.topic.ware.is_service else self.chance.choice((0, 1, 1, 2, 3))),
        ]:
            yield {
                "product": ware.id,
                "description": "",
                "quantity": Decimal(deal.topic.slots["qty"] if ware is main else self.chance.randint(*ware.many)),
                "unit_price": (ware.price / worth).quantize(Decimal(1).scaleb(-digits(currency))),
                "discount": Decimal(self.chance.choice((5, 8, 10))) if self.chance.random() < 0.15 else None,
            }

    def next_step(self, deal: Deal) -> dict[str, str]:
        known = words("stories")["next_steps"].get(deal.step.name, [""])
        return {"next_step": self.teller.filled(self.chance.choice(known), deal.topic, deal.at)}

    # ---- how it goes on --------------------------------------------------------------------------------------------

    def follow(self, deal: Deal) -> None:
        pace = self.chance.lognormvariate(0, 0.45)
        for step in self.path(deal):
            days = words("stories")["stages"][deal.step.name]["days"]
            at = self.calendar.later(deal.at, max(1.0, self.chance.gauss(1, 0.35) * pace * days), self.chance)
            self.wait(deal, at)
            if not self.move(deal, step, at):
                return
        if deal.step.status == WON:
            self.deliver(deal)

    def path(self, deal: Deal) -> list[Step]:
        """The stages before it: to the end, or to where it falls asleep."""
        ahead = [
            step for step in self.steps(deal.topic.ware)[1:] if step.status == OPEN and self.chance.random() < 0.88
        ]
        won, lost = (next(step for step in self.steps(deal.topic.ware) if step.status == end) for end in (WON, LOST))
        luck = self.company.staff[deal.topic.firm.owner]["wins"] * words("stories")["sources"][deal.source]["luck"]
        if self.chance.random() < 0.06:
            return ahead[: self.chance.randint(0, 2)]
        if self.chance.random() < (0.7 if deal.topic.ware.is_service else 0.44) * luck:
            return [*ahead, won]
        return [*ahead[: self.chance.randint(0, len(ahead))], lost]

    def wait(self, deal: Deal, until: datetime) -> None:
        """A long stay is not a silent one, and there is something to do in it."""
        at = self.calendar.later(deal.at, 12, self.chance)
        if at < until - 4 * DAY and self.chance.random() < 0.6:
            self.teller.note(
                deal.topic, "service" if deal.topic.ware.is_service else self.chance.choice(("quiet", "middle")), at
            )
        if self.chance.random() < 0.25:
            task, due = (
                self.teller.fitting("task", deal.topic),
                self.calendar.workday(deal.at, self.chance.randint(2, 10)),
            )
            self.teller.task(deal.topic, task["name"], task["kind"], deal.at, due)

    def move(self, deal: Deal, step: Step, at: datetime) -> bool:
        """The move, and what was said before it. False where that has not happened yet."""
        reason = self.reason(deal) if step.status == LOST else ""
        values: dict[str, Any] = {"stage": step.id} | ({"lost_reason": reason} if reason else {})
        if step.name in ("Proposal", "Offered"):
            values["expected_on"] = (at + self.chance.randint(10, 40) * DAY).date()
        before, deal.step = deal.step, step
        if not self.diary.add(at, deal.topic.firm.owner, deal, values | self.next_step(deal), verb=VERBS[step.status]):
            deal.step = before
            return False
        talk: Words = words("stories")["lost"][reason] if reason else words("stories")["stages"][step.name]
        if self.chance.random() < 0.62:
            self.teller.note(deal.topic, talk["talk"], at - timedelta(minutes=20))
        deal.at = at
        return True

    def reason(self, deal: Deal) -> str:
        is_service, every = deal.topic.ware.is_service, words("stories")["lost"].items()
        return self.chance.by_share({key: one for key, one in every if not (is_service and one.get("goods"))})

    def deliver(self, deal: Deal) -> None:
        """After the order: the firm is a customer, the goods arrive, and not always as they should."""
        firm, at = deal.topic.firm, self.calendar.later(deal.at, self.chance.randint(6, 30), self.chance)
        if not firm.is_customer:
            firm.is_customer = self.diary.add(deal.at, firm.owner, firm, {"life_cycle": "customer"}, verb="changed")
        if deal.topic.ware.is_service or self.chance.random() < 0.3:
            return
        if self.chance.random() < 0.2:
            self.teller.note(deal.topic, "complaint", at)
            self.teller.note(deal.topic, "settled", self.calendar.later(at, self.chance.randint(1, 6), self.chance))
        else:
            self.teller.note(deal.topic, "delivery", at)
