"""How an interaction may have ended, and the plans, in a new installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bodega.apps.activity.records import plan
from bodega.kernel import change
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


def seed(*, actor: Actor) -> None:
    seed_options(OPTIONS, actor=actor)
    for name, steps in {} if plan.rows(actor).exists() else PLANS.items():
        lines = [{"name": what, "kind": kind, "days": days} for what, kind, days in steps]
        change.create(plan, {"name": name, "steps": lines}, actor=actor)
