"""How an interaction may have ended, what is offered after it, and the plans, in a new installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bodega.apps.activity.records import follow_up, plan
from bodega.kernel import change
from bodega.kernel.drafts import Draft
from bodega.platform.seeding import seed_options

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

OPTIONS = {"activity.outcome": "Reached:good|No answer:warn|Left a message:info|Agreed:good|Declined:bad"}

PLANS = {
    "New customer": [
        ("Write a welcome", "task", 0),
        ("Ask whether all has arrived", "call", 5),
        ("Ask how it is going", "call", 20),
    ],
    "After a lost deal": [
        ("Thank them, and ask what decided it", "call", 2),
        ("Ask how they fare with the other one", "call", 60),
    ],
}

FOLLOW_UPS = [("no_answer", "Call again", 1), ("left_a_message", "Call again", 2)]
"""After which outcome, what, and how many working days later."""


def seed(*, actor: Actor) -> None:
    seed_options(OPTIONS, actor=actor)
    for name, steps in {} if plan.rows(actor).exists() else PLANS.items():
        lines = [{"name": what, "kind": kind, "days": days} for what, kind, days in steps]
        change.create(plan, {"name": name, "steps": lines}, actor=actor)
    if not follow_up.rows(actor).exists():
        values = [{"outcome": after, "name": what, "days": days} for after, what, days in FOLLOW_UPS]
        change.save_many(follow_up, [Draft(None, one) for one in values], actor=actor)
