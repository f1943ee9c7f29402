"""The pipeline a new installation begins with."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bodega.apps.sales.models import LOST, OPEN, WON
from bodega.apps.sales.records import pipeline, stage
from bodega.kernel import change
from bodega.kernel.drafts import Draft
from bodega.platform.seeding import seed_options

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

OPTIONS = {
    "sales.lost_reason": "Price|Went with a competitor|No budget|No need|Timing|No answer|Product does not fit|Other"
}
STAGES = [
    ("New", OPEN, 10, "info", 14),
    ("Qualified", OPEN, 25, "info", 21),
    ("Engaging", OPEN, 40, "plum", 30),
    ("Proposal", OPEN, 60, "warn", 21),
    ("Negotiation", OPEN, 80, "warn", 14),
    ("Won", WON, 100, "good", None),
    ("Lost", LOST, 0, "bad", None),
]


def seed(*, actor: Actor) -> None:
    seed_options(OPTIONS, actor=actor)
    if pipeline.rows(actor).exists():
        return
    made = change.create(pipeline, {"name": "Sales"}, actor=actor)
    drafts = [
        Draft(
            None,
            {
                "name": name,
                "pipeline": made.pk,
                "order": order,
                "status": status,
                "probability": Decimal(chance),
                "tone": tone,
                "rotting_days": days,
            },
        )
        for order, (name, status, chance, tone, days) in enumerate(STAGES)
    ]
    change.save_many(stage, drafts, actor=actor)
