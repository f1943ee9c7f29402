"""Which of several facts on one topic holds: the same answer from the same facts, whenever it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bodega.apps.memory.models import BESIDE, CURRENT, LIKELY, PAST, SURE, UNSURE

WEIGHT = {SURE: 2, LIKELY: 1, UNSURE: 0}


@dataclass(frozen=True)
class Said:
    """One fact, as far as it matters here. `by` is who said it."""

    id: int
    value: str
    by: int
    sure: str
    heard_at: datetime
    settled_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def order(self) -> tuple[datetime, int]:
        return self.settled_at or self.heard_at, self.id

    def outdoes(self, other: Said) -> bool:
        """Whether this later word takes the place of the other one. What somebody else says, or what is less sure,
        stands beside it until somebody settles that."""
        same_mouth = self.by == other.by and WEIGHT.get(self.sure, 0) >= WEIGHT.get(other.sure, 0)
        return self.settled_at is not None or self.value == other.value or same_mouth


class Standing(NamedTuple):
    word: str
    by: int | None = None
    """What took its place."""


def settle(facts: Iterable[Said], *, several: bool) -> Mapping[int, Standing]:
    """How each of the facts of one party on one topic stands. Of a topic with several values at a time, only the same
    value is superseded."""
    found: dict[int, Standing] = {}
    standing: list[Said] = []
    for one in sorted(facts, key=lambda said: said.order):
        if one.withdrawn_at is not None:
            found[one.id] = Standing(PAST)
            continue
        outdone = [other for other in standing if (one.value == other.value if several else one.outdoes(other))]
        found |= {other.id: Standing(PAST, one.id) for other in outdone}
        holds = bool(outdone) and outdone[0] is standing[0]  # the one that holds stands first
        left = [other for other in standing if other not in outdone]
        standing = [one, *left] if holds else [*left, one]
    for at, one in enumerate(standing):
        found[one.id] = Standing(BESIDE if at and not several else CURRENT)
    return found
