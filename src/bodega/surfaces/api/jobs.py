"""Forgetting answers that nobody asks for any more."""

from __future__ import annotations

from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job
from bodega.surfaces.api import keeping


@every("04:20")
@job()
def forget_answers(context: Context) -> int:
    """Removes the kept answers of calls of yesterday and before; returns how many."""
    return keeping.forget()
