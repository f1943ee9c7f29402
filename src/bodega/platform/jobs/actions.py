"""What a person may do to a job."""

from __future__ import annotations

import logging

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bodega.kernel.actors import Actor
from bodega.kernel.models import Parked
from bodega.lib import clock
from bodega.platform.audit import log as audit
from bodega.platform.jobs import rows
from bodega.platform.jobs.models import Pause

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


def retry_all(*, actor: Actor) -> int:
    """Queues everything that failed once more and says how many; 0 as well where another does so at this moment."""
    _require_admin(actor=actor)
    try:
        with transaction.atomic():
            count = rows.retry_all()
    except IntegrityError:
        count = 0
    logger.info("failed jobs retried", extra={"count": count, "user": actor.user_id})
    return count


def retry_all_parked(*, actor: Actor) -> int:
    """Has the workers deliver everything that is parked again, record by record; says how many events that are."""
    _require_admin(actor=actor)
    count = Parked.objects.update(again=True)
    logger.info("parked events retried", extra={"count": count, "user": actor.user_id})
    return count


@transaction.atomic
def pause(name: str, *, actor: Actor) -> None:
    """Has the workers begin nothing of this name: a job, a reaction, Pause.EVERYTHING. What runs goes on to its end."""
    _require_admin(actor=actor)
    Pause.objects.get_or_create(name=name, defaults={"since": clock.now(), "user_id": actor.user_id})
    audit.note(audit.Kind.PAUSED, actor=actor, about=audit.About(name=name))
    logger.info("paused", extra={"paused": name, "user": actor.user_id})


@transaction.atomic
def resume(name: str, *, actor: Actor) -> None:
    _require_admin(actor=actor)
    Pause.objects.filter(name=name).delete()
    audit.note(audit.Kind.RESUMED, actor=actor, about=audit.About(name=name))
    logger.info("resumed", extra={"resumed": name, "user": actor.user_id})


def _require_admin(*, actor: Actor) -> None:
    if not actor.is_admin:
        raise PermissionDenied(_("Only an administrator can do this."))
