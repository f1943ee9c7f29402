"""Each night roll-ups are compared with the records themselves, and folded."""

from __future__ import annotations

import logging

from bodega.kernel.registry import DECLARED
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job
from bodega.platform.jobs.models import Priority
from bodega.platform.tallies.keeping import fold, grown, mend

logger = logging.getLogger(__name__)


@every("04:40")
@job(lease=600, priority=Priority.LOW)
def keep_tallies(context: Context) -> dict[str, int]:
    """Returns how many rows were wrong, by type: none, as long as all is written through the door."""
    found: dict[str, int] = {}
    for type_ in [one for one in DECLARED.values() if one.tally is not None]:
        if count := mend(type_):
            logger.warning("tally was wrong", extra={"type": type_.key, "rows": count})
            found[type_.key] = count
        owners = grown(type_)
        for done, owner in enumerate(owners):
            fold(type_, owner)
            context.progress(done, total=len(owners), text=str(type_.plural))
    return found
