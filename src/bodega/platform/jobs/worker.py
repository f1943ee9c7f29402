"""The process that works in the background: threads for jobs, one for events, the main one for leases and the clock."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import close_old_connections, connection, connections, transaction
from django.db.models.functions import Now

from bodega.lib import clock
from bodega.lib.work import Work
from bodega.platform import delivering
from bodega.platform.jobs import rows
from bodega.platform.jobs.declare import SCHEDULES, enqueue_due
from bodega.platform.jobs.models import Job, Pause, Priority, Worker
from bodega.platform.jobs.run import run
from bodega.platform.watching import watched

logger = logging.getLogger(__name__)
POLL = 0.05
"""Seconds between two looks at whether anything was committed."""
TICK = 1.0
"""Seconds after which the threads look anyway: jobs fall due and leases run out without a commit."""
BEAT = 5.0
"""Seconds between two renewals of the leases."""
ALIVE = timedelta(seconds=30)
GRACE = 25.0
"""Seconds that running jobs have to end when the worker is stopped; what takes longer is run again by another."""
LONGEST_PAUSE = 10.0


class Watch:
    """Tells whether anything was committed since the last look, at the price of one tiny query."""

    QUESTIONS = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_snapshot()::text"}

    def __init__(self) -> None:
        self.seen: object = None

    def has_news(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(self.QUESTIONS[connection.vendor])
            found = cursor.fetchone()
        is_new = bool(found != self.seen)
        self.seen = found
        return is_new


class Clock:
    """Queues what is due. Of several clocks each would queue it once: the key sees to that."""

    def __init__(self) -> None:
        self.queued: dict[str, datetime] = {}

    def tick(self) -> None:
        paused = rows.paused()
        for schedule in SCHEDULES:
            name, due = schedule.job.name, schedule.due(clock.now())
            if self.queued.get(name) != due and not {name, Pause.EVERYTHING} & paused:
                enqueue_due(schedule.job, due.isoformat())
                self.queued[name] = due


def turn() -> bool:
    """A turn at the events, without the reactions that are paused."""
    paused = rows.paused()
    if Pause.EVERYTHING in paused:
        return False
    with watched(Work(what="events")):
        return delivering.turn(paused=paused)


class WorkerProcess:
    """Runs until `stop` is called. `threads` jobs at a time; with two or more, one is kept free of low priority.

    `queues` narrows the jobs to some queues. Of several workers the one that has lived longest keeps the clock.
    """

    def __init__(self, *, threads: int = 2, queues: Sequence[str] = (), version: str = "") -> None:
        self.queues, self.version = queues, version
        self.stopping = Event()
        self.running: dict[tuple[int, int], Job] = {}
        self.clock = Clock()
        self.keeps_clock = False
        kept_free = rows.BY_PRIORITY[:-1] if threads > 1 else rows.BY_PRIORITY
        works = [turn, self._work_on(kept_free), *[self._work_on(rows.BY_PRIORITY)] * (threads - 1)]
        self.bells = [Event() for _ in works]
        self.threads = [
            Thread(target=self._loop, args=given, daemon=True) for given in zip(works, self.bells, strict=True)
        ]

    def run(self) -> None:
        delivering.enlist()
        self.row = self._sign_in()
        for thread in self.threads:
            thread.start()
        self._watch()
        until = time.monotonic() + GRACE
        for thread in self.threads:
            thread.join(max(0.0, until - time.monotonic()))
        self.row.delete()

    def stop(self) -> None:
        self.stopping.set()
        self._ring()

    def _ring(self) -> None:
        for bell in self.bells:
            bell.set()

    def _sign_in(self) -> Worker:
        return Worker.objects.create(
            host=socket.gethostname(),
            pid=os.getpid(),
            version=self.version,
            started_at=clock.now(),
            seen_at=clock.now(),
        )

    def _watch(self) -> None:
        """The main thread: notices commits, keeps the leases, ticks. Outlives an absence of the database."""
        watch, next_tick, next_beat, pause = Watch(), 0.0, 0.0, POLL
        while not self.stopping.wait(pause):
            now = time.monotonic()
            try:
                if now >= next_beat:
                    self._beat()
                    next_beat = now + BEAT
                if now >= next_tick:
                    self._tick()
                    next_tick = now + TICK
                if watch.has_news():
                    self._ring()
                pause = POLL
            except Exception:  # whatever the database says, it is asked again
                logger.exception("worker goes on after an error")
                pause = self._rest(pause)

    def _beat(self) -> None:
        with transaction.atomic():
            if not Worker.objects.filter(pk=self.row.pk).update(seen_at=Now()):
                self.row = self._sign_in()
            rows.renew(list(self.running.values()))
        oldest = Worker.objects.filter(seen_at__gt=Now() - ALIVE).order_by("pk").first()
        self.keeps_clock = oldest == self.row

    def _tick(self) -> None:
        rows.reap()
        if self.keeps_clock:
            self.clock.tick()
        self._ring()

    def _work_on(self, priorities: Sequence[Priority]) -> Callable[[], bool]:
        def work() -> bool:
            job = rows.claim(priorities=priorities, queues=self.queues)
            if job is None:
                return False
            self.running[job.pk, job.fence] = job
            try:
                run(job, stopping=self.stopping)
            finally:
                del self.running[job.pk, job.fence]
            return True

        return work

    def _loop(self, work: Callable[[], bool], bell: Event) -> None:
        pause = POLL
        while not self.stopping.is_set():
            bell.wait()
            bell.clear()
            try:
                close_old_connections()
                while not self.stopping.is_set() and work():
                    pass
                pause = POLL
            except Exception:  # a thread that ends would be missed by nobody
                logger.exception("worker goes on after an error")
                pause = self._rest(pause)
                bell.set()
        connections.close_all()

    def _rest(self, pause: float) -> float:
        """Waits; the next pause is twice as long."""
        connection.close()
        self.stopping.wait(pause)
        return min(LONGEST_PAUSE, pause * 2)
