"""What somebody may hand over: each app says which of its records, what is most urgent first."""

from __future__ import annotations

from typing import NamedTuple

from bodega.surfaces.html.components import Text


class Offer(NamedTuple):
    """Records of a type that answer the question, whoever has them."""

    type: str
    label: Text
    question: str
    rank: int


OFFERS: list[Offer] = []


def add(type_key: str, label: Text, question: str = "", *, rank: int) -> None:
    """Offer these to be handed over; those of a lower rank stand first."""
    OFFERS.append(Offer(type_key, label, question, rank))
    OFFERS.sort(key=lambda one: one.rank)
