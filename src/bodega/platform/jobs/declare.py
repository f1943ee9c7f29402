"""How a piece of background work is declared and asked for.

@job(max_attempts=3)
def index_field(context: Context, *, field_id: int) -> None: ...

index_field.enqueue(field_id=7)        # written in the transaction of the caller: no commit, no job

@every("03:00")
@job()
def prune(context: Context) -> None: ...
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any, Concatenate, Generic, ParamSpec
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from bodega.lib import clock, work
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.models import UNFINISHED, Job, Priority

P = ParamSpec("P")
JOBS: dict[str, JobFunction[...]] = {}
SCHEDULES: list[Schedule] = []
LARGEST_PAYLOAD = 8_000


@dataclass(frozen=True)
class JobFunction(Generic[P]):
    """A function that workers run. Called as it is, it runs at once."""

    body: Callable[Concatenate[Context, P], Any]
    name: str
    max_attempts: int
    lease: int
    queue: str
    priority: Priority

    def __call__(self, context: Context, *args: P.args, **payload: P.kwargs) -> Any:
        return self.body(context, *args, **payload)

    def enqueue(self, *args: P.args, **payload: P.kwargs) -> Job:
        """As soon as possible; see `enqueue` for a key or a later time."""
        if args:
            raise TypeError(f"{self.name}: a job's payload is given by name")
        return _row(self, payload)()


def job(
    name: str | None = None,
    *,
    max_attempts: int = 5,
    lease: int = 60,
    queue: str = "default",
    priority: Priority = Priority.NORMAL,
) -> Callable[[Callable[Concatenate[Context, P], Any]], JobFunction[P]]:
    """Declares a job. It must bear being run again: `lease` seconds after a worker died, another one starts it anew.

    The lease is renewed as long as the worker lives, however long the job takes. What the function returns (JSON) is
    kept as its result.
    """

    def declare(body: Callable[Concatenate[Context, P], Any]) -> JobFunction[P]:
        known = name or f"{body.__module__}.{body.__qualname__}"
        if known in JOBS:
            raise ValueError(f"Two jobs are named {known!r}.")
        JOBS[known] = made = JobFunction(body, known, max_attempts, lease, queue, priority)
        return made

    return declare


def enqueue(
    function: JobFunction[...], *, key: str | None = None, run_at: datetime | None = None, **payload: Any
) -> Job:
    """Writes the job in the transaction of the caller, to be run from `run_at` on.

    With a `key` that a waiting or running job already has, that job is returned instead. A job that is running may have
    read what you have just changed: let the key name the change (`index:7:3`) where that matters.
    Raises TypeError for a payload that the function doesn't take or that isn't JSON.
    """
    made = _row(function, payload, key=key, run_at=run_at)
    return made() if key is None else _once(Job.objects.filter(UNFINISHED, key=key), made)


def enqueue_due(function: JobFunction[[]], due: str) -> Job:
    """Queues a scheduled job for the time at which it was due, if nobody has yet."""
    schedule = f"{function.name}@{due}"
    return _once(Job.objects.filter(schedule=schedule), _row(function, {}, schedule=schedule))


def _row(function: JobFunction[...], payload: Mapping[str, Any], **given: Any) -> Callable[[], Job]:
    """What writes the row."""
    inspect.signature(function.body).bind(None, **payload)
    if len(json.dumps(payload)) > LARGEST_PAYLOAD:
        raise TypeError(f"{function.name}: a job carries the ids of what it works on, not the data")
    now = clock.now()
    values = {
        "name": function.name, "payload": payload, "queue": function.queue, "priority": function.priority,
        "max_attempts": function.max_attempts, "lease": function.lease, "created_at": now,
        "request": doing.id if (doing := work.current()) else None,
    }  # fmt: skip
    return partial(Job.objects.create, **values | given | {"run_at": given.get("run_at") or now})


def _once(taken: QuerySet[Job], made: Callable[[], Job]) -> Job:
    while True:  # once more when the job that had the key was finished between the two
        if (found := taken.first()) is not None:
            return found
        try:
            with transaction.atomic():
                return made()
        except IntegrityError:
            continue


@dataclass(frozen=True)
class Schedule:
    """When a job is due: daily at a time of day in the company's time zone, or else every so many minutes."""

    job: JobFunction[[]]
    at: time | None
    minutes: int

    def due(self, now: datetime) -> datetime:
        """The last moment at which it was due. Days are counted by the calendar, so summer time does not matter."""
        if self.at is None:
            step = self.minutes * 60
            return datetime.fromtimestamp(now.timestamp() // step * step, now.tzinfo)
        here = now.astimezone(ZoneInfo(settings.TIME_ZONE))
        day = here.date() if here.time() >= self.at else here.date() - timedelta(days=1)
        return datetime.combine(day, self.at)


def every(at: str = "", *, minutes: int = 0) -> Callable[[JobFunction[[]]], JobFunction[[]]]:
    """Schedules a job without payload: `@every("03:00")` each day, `@every(minutes=5)`. A missed one is made up for.

    Raises ValueError unless one of the two is given.
    """
    if bool(at) == (minutes > 0):
        raise ValueError("A schedule is a time of day or a number of minutes.")

    def add(function: JobFunction[[]]) -> JobFunction[[]]:
        SCHEDULES.append(Schedule(function, time.fromisoformat(at) if at else None, minutes))
        return function

    return add
