"""What a running job knows of itself, and how it says how far it is."""

from __future__ import annotations

import time
from threading import Event

from django.db import connection

from bodega.platform.jobs import rows
from bodega.platform.jobs.models import Job

SECONDS_BETWEEN_REPORTS = 0.5
STRETCH, PAUSE = 0.05, 0.03
"""Seconds of work after which other processes get their turn to write, and how long: on SQLite they look for it every
25 ms as long as they have not waited much longer than that."""


class Stopped(Exception):
    """Raised by a job that sees `context.stopping`, once it can be taken up again from where it is."""


class Context:
    """Given to every job as its first argument."""

    def __init__(self, job: Job, *, stopping: Event | None = None) -> None:
        self.job = job
        self._stopping = stopping or Event()
        self._reported = float("-inf")
        self._paused = time.monotonic()

    @property
    def stopping(self) -> bool:
        """The worker wants to end: finish the step, then raise `Stopped`; the job is put back and counts no attempt."""
        return self._stopping.is_set()

    def progress(self, done: int, *, total: int = 0, text: str = "") -> None:
        """Says how far the job is, twice a second at most, and raises LeaseLost when the job is no longer ours.

        Inside a transaction it is always written: what is written along with it counts only while the job is ours, and
        nobody else gets the job before the commit. This makes a step happen exactly once.
        """
        self.make_way()
        now = time.monotonic()
        if connection.in_atomic_block or now - self._reported >= SECONDS_BETWEEN_REPORTS or (total and done >= total):
            rows.report(self.job, done=done, total=total, text=text)
            self._reported = now

    def make_way(self) -> None:
        """Between two steps: SQLite would give the lock to whoever asks at the right moment, which is nearly always the
        one who had it."""
        if connection.vendor != "sqlite" or connection.in_atomic_block or time.monotonic() - self._paused < STRETCH:
            return
        time.sleep(PAUSE)
        self._paused = time.monotonic()
