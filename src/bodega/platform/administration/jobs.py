"""Each night the copies of who may see a parent are compared with the parents."""

from __future__ import annotations

import logging

from bodega.kernel import copies
from bodega.kernel.registry import DECLARED
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job
from bodega.platform.jobs.models import Priority

logger = logging.getLogger(__name__)


@every("04:50")
@job(lease=600, priority=Priority.LOW)
def check_copies(context: Context) -> dict[str, int]:
    """Returns how many rows were mended, by type: none, as long as all is written through the door."""
    found: dict[str, int] = {}
    for type_ in [one for one in DECLARED.values() if one.is_copied]:
        if count := copies.mend(type_):
            logger.warning("copies were wrong", extra={"type": type_.key, "rows": count})
            found[type_.key] = count
    return found
