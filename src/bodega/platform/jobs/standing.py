"""How the queue, the workers and the readers of events stand, in numbers: for metrics and probes, at a fixed price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min

from bodega.kernel.events import REACTIONS, SEQUENCER
from bodega.kernel.models import Change, Consumer, Parked
from bodega.lib import clock
from bodega.platform.jobs.models import Job, State, Worker

SILENCE = timedelta(minutes=1)
"""A worker that was not heard of for so long is taken to be gone."""


@dataclass(frozen=True)
class Queue:
    """`unfinished` and `failed` count jobs by name; `unfinished` has the state as well. Ages are in seconds."""

    unfinished: dict[tuple[str, str], int]
    failed: dict[str, int]
    oldest_due: float


@dataclass(frozen=True)
class Reader:
    """`behind` are changes, those that the reaction does not want among them; `waiting` is the age in seconds of the
    first that it wants, 0 where there is none."""

    name: str
    behind: int
    waiting: float
    parked: int


def age(moment: datetime | None) -> float:
    return max(0.0, (clock.now() - moment).total_seconds()) if moment else 0.0


def queue() -> Queue:
    """Three queries, each along an index of what is open or failed; what is done is never looked at."""
    failed = Job.objects.filter(state=State.FAILED).values_list("name").annotate(count=Count("pk"))
    unfinished = (
        Job.objects.filter(state__in=[State.QUEUED, State.RUNNING])
        .values_list("name", "state")
        .annotate(count=Count("pk"))
    )
    due = Job.objects.filter(state=State.QUEUED, run_at__lte=clock.now()).aggregate(first=Min("run_at"))
    return Queue({(name, state): count for name, state, count in unfinished}, dict(failed), age(due["first"]))


def done_before(job: Job) -> datetime | None:
    """When the same job began the last time that it came to its end; None where nobody remembers."""
    before = Job.objects.filter(state=State.DONE, name=job.name, pk__lt=job.pk).order_by("-pk").first()
    return before.started_at if before else None


def readers() -> Iterator[Reader]:
    """Two queries, and one for each reaction that is behind."""
    places = dict(Consumer.objects.values_list("name", "position"))
    parked = dict(Parked.objects.values_list("consumer").annotate(count=Count("pk")))
    head = places.get(SEQUENCER, 0)
    for name, reaction in REACTIONS.items():
        place = places.get(name, head)
        ahead = Change.objects.filter(reaction.wanted, position__gt=place, position__lte=head).order_by("position")
        first = ahead.values_list("at", flat=True).first() if place < head else None
        yield Reader(name, head - place, age(first), parked.get(name, 0))


def unnumbered() -> int:
    """Changes that no worker has seen yet."""
    return Change.objects.filter(position=None).count()


def heartbeat() -> tuple[int, float | None]:
    """How many workers were heard of in the last minute, and how long ago the last one was, in seconds."""
    found = Worker.objects.aggregate(last=Max("seen_at"))
    alive = Worker.objects.filter(seen_at__gt=clock.now() - SILENCE).count()
    return alive, age(found["last"]) if found["last"] else None


def pids_on(host: str) -> list[int]:
    """The processes on that machine that have signed in as workers."""
    return [*Worker.objects.filter(host=host).values_list("pid", flat=True)]
