"""The life of a job's row: taken under a lease, finished or put back by whoever still holds it.

Leases are measured by the clock of the database, so that workers on several machines agree; when a job is due is a
matter of our own clock.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from bodega.lib import clock
from bodega.platform.jobs.models import UNFINISHED, Job, Pause, Priority, State
from bodega.platform.locks import give_up_when_silent

BY_PRIORITY = (Priority.HIGH, Priority.NORMAL, Priority.LOW)
LONGEST_ERROR = 8_000
UNTIL_ROOM = timedelta(seconds=10)
_DIED = "The worker died while it ran this job, each time it was tried."


class LeaseLost(Exception):
    """The job was cancelled, or another worker has it now: stop, and leave no trace."""


_LEASE = {
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', lease || ' seconds')",
    "postgresql": "statement_timestamp() + make_interval(secs => lease)",
}
_TAKE = """
UPDATE jobs_job
SET state = 'running', attempts = attempts + 1, fence = fence + 1, started_at = %s, lease_until = {lease}
WHERE id = (SELECT id FROM jobs_job WHERE state = 'queued' AND priority = %s AND run_at <= %s {only}
              AND NOT EXISTS (SELECT 1 FROM jobs_pause WHERE jobs_pause.name IN ('*', jobs_job.name))
            ORDER BY run_at, id LIMIT 1 {skip})
RETURNING *
"""


def claim(*, priorities: Sequence[Priority] = BY_PRIORITY, queues: Sequence[str] = ()) -> Job | None:
    """Takes the next job that is due, or None. `queues` narrows the choice."""
    halted = Exists(Pause.objects.filter(name__in=[Pause.EVERYTHING, OuterRef("name")]))
    waiting = Job.objects.filter(~halted, state=State.QUEUED, priority__in=priorities, run_at__lte=clock.now())
    # Looked for without a transaction first: on SQLite an idle worker must not take the writers' lock.
    if not waiting.exists():
        return None
    return next((job for priority in priorities if (job := _take(priority, queues))), None)


def _take(priority: Priority, queues: Sequence[str]) -> Job | None:
    """One priority at a time, so that the index gives the next job however many wait or are for later."""
    statement = _TAKE.format(
        lease=_LEASE[connection.vendor],
        only=f"AND queue IN ({', '.join(['%s'] * len(queues))})" if queues else "",
        skip="FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else "",
    )
    now = connection.ops.adapt_datetimefield_value(clock.now())
    with transaction.atomic():
        return next(iter([*Job.objects.raw(statement, [now, priority, now, *queues])]), None)


def held(job: Job) -> QuerySet[Job]:
    """The row, if `job` still has its lease."""
    return Job.objects.filter(pk=job.pk, fence=job.fence, state=State.RUNNING)


def report(job: Job, *, done: int, total: int, text: str) -> None:
    """Raises LeaseLost."""
    if connection.in_atomic_block:
        give_up_when_silent()
    _write(job, done=done, total=total, text=text[:200], lease_until=_lease_of(job))


def finish(job: Job, result: Any) -> None:
    """Raises LeaseLost."""
    _write(job, state=State.DONE, result=result, error="", finished_at=clock.now(), lease_until=None)


def put_back(job: Job, **later: Any) -> None:
    """The worker stops: somebody else goes on, and this attempt does not count. Raises LeaseLost."""
    _write(job, state=State.QUEUED, attempts=F("attempts") - 1, lease_until=None, **later)


def put_off(job: Job) -> None:
    """There was no room, or no database: that is no fault of the job's, which waits a moment. Raises LeaseLost."""
    put_back(job, run_at=clock.now() + UNTIL_ROOM)


def fail(job: Job, error: str) -> None:
    """Tries again later, twice as late each time; after the last attempt the job has failed. Raises LeaseLost."""
    error = error[-LONGEST_ERROR:]
    if job.attempts >= job.max_attempts:
        _write(job, state=State.FAILED, error=error, finished_at=clock.now(), lease_until=None)
    else:
        wait = timedelta(seconds=pause_before(job.attempts + 1))
        _write(job, state=State.QUEUED, error=error, run_at=clock.now() + wait, lease_until=None)


def pause_before(attempt: int) -> float:
    """Seconds: 2, 4, 8, … an hour at most, half to one and a half times that, so that what failed together parts."""
    return min(3600.0, 2.0 ** (attempt - 1)) * random.uniform(0.5, 1.5)  # noqa: S311  (no secret hangs on it)


def renew(jobs: Iterable[Job]) -> None:
    """The worker lives: its jobs keep their leases. A row that is locked is renewed by the report that locked it."""
    with transaction.atomic():
        for job in jobs:
            _free(held(job)).update(lease_until=_lease_of(job))


def reap() -> int:
    """Puts back the jobs whose worker died, and gives up those that have taken all their workers down."""
    expired = Job.objects.filter(state=State.RUNNING, lease_until__lt=Now())
    if not expired.exists():
        return 0
    lost = {"lease_until": None, "fence": F("fence") + 1}
    with transaction.atomic():
        spent = _free(expired.filter(attempts__gte=F("max_attempts")))
        given_up = spent.update(**lost, state=State.FAILED, finished_at=clock.now(), error=_DIED)
        return given_up + _free(expired).update(**lost, state=State.QUEUED, run_at=clock.now())


def _free(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Those of the jobs whose rows nobody has locked, locked: who renews and reaps must never wait for a job."""
    return Job.objects.filter(pk__in=jobs.select_for_update(skip_locked=True).values("pk"))


def cancel(job_id: int) -> bool:
    """Ends a job that waits or runs; a running one notices at its next report. False when it was over already."""
    open_job = Job.objects.filter(UNFINISHED, pk=job_id)
    return bool(open_job.update(state=State.CANCELLED, fence=F("fence") + 1, finished_at=clock.now(), lease_until=None))


def retry(job_id: int) -> bool:
    """Queues a job that failed or was cancelled once more, with all its attempts.

    False when it was neither, or when another job has its key by now.
    """
    over = Job.objects.filter(pk=job_id, state__in=[State.FAILED, State.CANCELLED])
    try:
        with transaction.atomic():
            return bool(over.update(state=State.QUEUED, attempts=0, run_at=clock.now(), finished_at=None))
    except IntegrityError:
        return False


def retry_all() -> int:
    """Queues everything that failed once more, except where another job has its key by now, and says how many.

    Of several with one key it is the newest. Raises IntegrityError where one is queued at the same moment.
    """
    failed = Job.objects.filter(state=State.FAILED)
    newest = failed.exclude(key=None).values("key").annotate(last=Max("id")).values("last")
    taken = Job.objects.filter(UNFINISHED).exclude(key=None).values("key")
    again = failed.filter(Q(key=None) | Q(pk__in=newest)).exclude(key__in=taken)
    return again.update(state=State.QUEUED, attempts=0, run_at=clock.now(), finished_at=None)


def paused() -> frozenset[str]:
    return frozenset(Pause.objects.values_list("name", flat=True))


def _write(job: Job, **values: Any) -> None:
    if not held(job).update(**values):
        raise LeaseLost(str(job))


def _lease_of(job: Job) -> Any:
    return Now() + timedelta(seconds=job.lease)
