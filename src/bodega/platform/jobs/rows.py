"""The life of a job's row: taken under a lease, finished or put back by whoever still holds it.

Leases are measured by the clock of the database, so that workers on several machines agree.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from bodega.platform.jobs.models import UNFINISHED, Job, Priority, State

BY_PRIORITY = (Priority.HIGH, Priority.NORMAL, Priority.LOW)
LONGEST_ERROR = 8_000
_DIED = "The worker died while it ran this job, each time it was tried."


class LeaseLost(Exception):
    """The job was cancelled, or another worker has it now: stop, and leave no trace."""


def claim(*, priorities: Sequence[Priority] = BY_PRIORITY, queues: Collection[str] = ()) -> Job | None:
    """Takes the next job that is due, or None. `queues` narrows the choice."""
    for priority in priorities:
        waiting = Job.objects.filter(state=State.QUEUED, priority=priority, run_at__lte=Now())
        if queues:
            waiting = waiting.filter(queue__in=queues)
        # Looked for without a transaction first: on SQLite an idle worker must not take the writers' lock.
        while waiting.exists():
            if (job := _take(waiting)) is not None:
                return job
    return None


@transaction.atomic
def _take(waiting: QuerySet[Job]) -> Job | None:
    job = waiting.order_by("run_at", "id").select_for_update(skip_locked=True).first()
    if job is not None:
        job.state, job.attempts, job.fence = State.RUNNING, job.attempts + 1, job.fence + 1
        Job.objects.filter(pk=job.pk).update(
            state=job.state, attempts=job.attempts, fence=job.fence, started_at=Now(), lease_until=_lease_of(job)
        )
    return job


def held(job: Job) -> QuerySet[Job]:
    """The row, if `job` still has its lease."""
    return Job.objects.filter(pk=job.pk, fence=job.fence, state=State.RUNNING)


def report(job: Job, *, done: int, total: int, text: str) -> None:
    """Raises LeaseLost."""
    _write(job, done=done, total=total, text=text[:200], lease_until=_lease_of(job))


def finish(job: Job, result: Any) -> None:
    """Raises LeaseLost."""
    _write(job, state=State.DONE, result=result, error="", finished_at=Now(), lease_until=None)


def put_back(job: Job) -> None:
    """The worker stops: somebody else goes on, and this attempt does not count. Raises LeaseLost."""
    _write(job, state=State.QUEUED, attempts=F("attempts") - 1, lease_until=None)


def fail(job: Job, error: str) -> None:
    """Tries again later, twice as late each time; after the last attempt the job has failed. Raises LeaseLost."""
    error = error[-LONGEST_ERROR:]
    if job.attempts >= job.max_attempts:
        _write(job, state=State.FAILED, error=error, finished_at=Now(), lease_until=None)
    else:
        wait = timedelta(seconds=pause_before(job.attempts + 1))
        _write(job, state=State.QUEUED, error=error, run_at=Now() + wait, lease_until=None)


def pause_before(attempt: int) -> float:
    """Seconds: 2, 4, 8, … an hour at most, half to one and a half times that, so that what failed together parts."""
    return min(3600.0, 2.0 ** (attempt - 1)) * random.uniform(0.5, 1.5)  # noqa: S311  (no secret hangs on it)


def renew(jobs: Iterable[Job]) -> None:
    """The worker lives: its jobs keep their leases."""
    with transaction.atomic():
        for job in jobs:
            held(job).update(lease_until=_lease_of(job))


def reap() -> int:
    """Puts back the jobs whose worker died, and gives up those that have taken all their workers down."""
    expired = Job.objects.filter(state=State.RUNNING, lease_until__lt=Now())
    if not expired.exists():
        return 0
    lost = {"lease_until": None, "fence": F("fence") + 1}
    with transaction.atomic():
        given_up = expired.filter(attempts__gte=F("max_attempts")).update(
            **lost, state=State.FAILED, finished_at=Now(), error=_DIED
        )
        return given_up + expired.update(**lost, state=State.QUEUED, run_at=Now())


def cancel(job_id: int) -> bool:
    """Ends a job that waits or runs; a running one notices at its next report. False when it was over already."""
    open_job = Job.objects.filter(UNFINISHED, pk=job_id)
    return bool(open_job.update(state=State.CANCELLED, fence=F("fence") + 1, finished_at=Now(), lease_until=None))


def retry(job_id: int) -> bool:
    """Queues a job that failed or was cancelled once more, with all its attempts.

    False when it was neither, or when another job has its key by now.
    """
    over = Job.objects.filter(pk=job_id, state__in=[State.FAILED, State.CANCELLED])
    try:
        with transaction.atomic():
            return bool(over.update(state=State.QUEUED, attempts=0, run_at=Now(), finished_at=None))
    except IntegrityError:
        return False


def _write(job: Job, **values: Any) -> None:
    if not held(job).update(**values):
        raise LeaseLost(str(job))


def _lease_of(job: Job) -> Any:
    return Now() + timedelta(seconds=job.lease)
