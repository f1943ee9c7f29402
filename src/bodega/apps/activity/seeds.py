"""How an interaction may have ended, in a new installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bodega.platform.seeding import seed_options

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

OPTIONS = {"activity.outcome": "Reached:good|No answer:warn|Left a message:info|Agreed:good|Declined:bad"}


def seed(*, actor: Actor) -> None:
    seed_options(OPTIONS, actor=actor)
