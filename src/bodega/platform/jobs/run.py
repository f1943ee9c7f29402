"""Runs one job to its end, whatever that is."""

from __future__ import annotations

import logging
import traceback
from threading import Event
from time import perf_counter
from typing import Any

from django.db import connection

from bodega.kernel.scope import scope
from bodega.lib.outages import outage_of
from bodega.lib.work import Work, new_id
from bodega.platform.jobs import rows
from bodega.platform.jobs.context import Context, Stopped
from bodega.platform.jobs.declare import JOBS
from bodega.platform.jobs.models import Job
from bodega.platform.watching import watched

logger = logging.getLogger(__name__)


class UnknownJob(Exception):
    """This version of the program has no such job; a newer worker may."""


def run(job: Job, *, stopping: Event | None = None) -> None:
    """Runs a job that was claimed and writes down how it ended. Raises what the database raises."""
    started = perf_counter()
    with watched(Work(id=job.request or new_id(), what=job.name)) as work:
        try:
            _end(job, Context(job, stopping=stopping))
        except rows.LeaseLost:
            logger.warning("job taken from us", extra={"job": job.pk})
        else:
            cost = {"ms": round((perf_counter() - started) * 1000), "queries": work.statements}
            logger.info("job ended", extra={"job": job.pk, "attempt": job.attempts} | cost)


def run_waiting() -> int:
    """Runs all jobs that are due, here and now, and says how many; for commands and tests."""
    count = 0
    while (job := rows.claim()) is not None:
        run(job)
        count += 1
    return count


def _end(job: Job, context: Context) -> None:
    try:
        result = _call(job, context)
    except rows.LeaseLost:
        raise
    except Stopped:
        rows.put_back(job)
    except Exception as error:  # noqa: BLE001  (a job may raise anything; it is kept with the job)
        why = {"job": job.pk, "job_name": job.name, "attempt": job.attempts, "why": type(error).__name__}
        if outage_of(error):
            logger.warning("job put off", extra=why)
            connection.close_if_unusable_or_obsolete()
            rows.put_off(job)
        else:
            logger.warning("job failed", extra=why)
            rows.fail(job, traceback.format_exc())
    else:
        rows.finish(job, result)


def _call(job: Job, context: Context) -> Any:
    if job.name not in JOBS:
        raise UnknownJob(job.name)
    with scope():
        return JOBS[job.name](context, **job.payload)
