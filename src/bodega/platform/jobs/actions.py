"""What a person may do to a job."""

from __future__ import annotations

import logging

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from bodega.kernel.actors import Actor
from bodega.platform.jobs import rows

logger = logging.getLogger(__name__)


def cancel(job_id: int, *, actor: Actor) -> bool:
    """Ends a job that waits or runs; one that runs stops at its next report. False when it was over already."""
    _require_admin(actor=actor)
    logger.info("job cancelled", extra={"job": job_id, "user": actor.user_id})
    return rows.cancel(job_id)


def retry(job_id: int, *, actor: Actor) -> bool:
    """Queues a job that failed or was cancelled once more. False when it was neither, or is queued anew already."""
    _require_admin(actor=actor)
    logger.info("job retried", extra={"job": job_id, "user": actor.user_id})
    return rows.retry(job_id)


def _require_admin(*, actor: Actor) -> None:
    if not actor.is_admin:
        raise PermissionDenied(_("Only an administrator can do this."))
