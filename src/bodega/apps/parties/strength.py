"""How strong the relationship with a customer is: from 0 to 100, by how often, how lately and from which side.

A touch fades: after `HALF` it counts half. What fades alike for everybody need not be written down anew: kept is the
logarithm of the sum as it would have been at `START`, which only a touch changes. So a list may ask for the strong ones
by an index on any day, and nothing has to be gone over at night.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp2, log2
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from bodega.kernel.actors import Actor
from bodega.kernel.kinds import Asking, Show, Spanning
from bodega.kernel.kinds.base import Json
from bodega.lib import clock
from bodega.lib.numbers import parse_integer

START = datetime(2020, 1, 1, tzinfo=UTC)
HALF = timedelta(days=90)
FULL = 15.0
"""The sum that makes 50: three meetings lately, or a call from each side in every month."""
FARTHEST = 1e6
"""Beyond what any logarithm here comes to."""


def faded(moment: datetime) -> float:
    """The logarithm of what one touch at that moment counts at `START`, where a touch then counts 1."""
    return (moment - START) / HALF


def kept(inward: float, outward: float, *, at: datetime) -> float | None:
    """What is kept of the sums from each side, both as they are at that moment; None where there was no touch.

    Who only ever writes, or is only ever written to, has half the relationship that an equal share of both makes.
    """
    total = inward + outward
    if total <= 0:
        return None
    both = 2 * min(inward, outward) / total
    return log2(total * (1 + both) / 2) + faded(at)


def at(moment: datetime, value: float) -> int:
    """From what is kept to 0 … 100, at that moment."""
    return round(100 * (1 - exp2(-exp2(min(value - faded(moment), 50)) / FULL)))


def threshold(moment: datetime, strength: float) -> float:
    """What is kept of those who have that strength, with parts of one, at that moment: the reverse of `at`."""
    if not 0 < strength < 100:
        return FARTHEST if strength > 0 else -FARTHEST
    return log2(-FULL * log2(1 - strength / 100)) + faded(moment)


@dataclass(frozen=True, kw_only=True)
class Strength(Spanning):
    """Another number at each moment: read as 0 … 100, kept as told above."""

    word = "integer"
    align = "num"
    writable = False
    json_schema = {"type": "integer", "minimum": 0, "maximum": 100}

    def bind_field(self) -> models.Field[Any, Any]:
        return models.FloatField()

    def to_json(self, value: Any) -> Json:
        return None if value is None else at(clock.now(), value)

    def from_json(self, value: Json) -> Any:
        if value is not None and not (isinstance(value, int) and 0 <= value <= 100):
            raise ValidationError(_("The strength of a relationship is a whole number from 0 to 100."))
        return value

    def text(self, value: Any, *, show: Show) -> str:
        return "" if value is None else str(at(show.now, value))

    def operand(self, text: str, *, actor: Actor) -> Json:
        try:
            return self.from_json(parse_integer(text))
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def operand_text(self, literal: Json, *, show: Show) -> str:
        return str(literal)

    def operand_sentence(self, literal: Json, *, show: Show) -> str:
        return str(literal)

    def edges(self, literal: Json, *, asking: Asking) -> tuple[float, float]:
        number = self.from_json(literal)
        return threshold(asking.now, number - 0.5), threshold(asking.now, number + 0.5)
