"""The week that a new installation begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bodega.kernel import change
from bodega.platform.worktime.records import working_time

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor


def seed(*, actor: Actor) -> None:
    if not working_time.rows(actor).exists():
        change.create(working_time, {"name": "Usual week", "is_usual": True}, actor=actor)
