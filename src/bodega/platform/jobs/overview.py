"""How the work in the background stands, for the administrator who looks after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from bodega.kernel.actors import Actor
from bodega.kernel.models import Parked
from bodega.lib import clock
from bodega.platform.jobs import standing
from bodega.platform.jobs.declare import SCHEDULES, Schedule
from bodega.platform.jobs.models import UNFINISHED, Job, Pause, State, Worker
from bodega.platform.jobs.standing import SILENCE

NOT_OVER = (State.QUEUED, State.RUNNING, State.FAILED)


@dataclass(frozen=True)
class Jobs:
    """The newest of each sort, at most `limit`, and how many there are in each state that is not over; `schedules` with
    the moment each was last done; the workers that were heard of in the last minute."""

    open: Sequence[Job]
    failed: Sequence[Job]
    over: Sequence[Job]
    counts: Mapping[str, int]
    schedules: Sequence[tuple[Schedule, datetime | None]]
    workers: Sequence[Worker]
    pauses: Mapping[str, datetime]


def jobs(*, actor: Actor, limit: int = 50) -> Jobs:
    """Seven queries. Raises PermissionDenied."""
    require_admin(actor=actor)
    last = dict(Job.objects.exclude(schedule=None).values_list("name").annotate(last=Max("finished_at")))
    ended = Job.objects.filter(state__in=[State.DONE, State.CANCELLED])
    return Jobs(
        open=[*Job.objects.filter(UNFINISHED).order_by("-state", "run_at", "id")[:limit]],
        failed=[*Job.objects.filter(state=State.FAILED).order_by("-id")[:limit]],
        over=[*ended.order_by("-id")[:limit]],
        counts=dict(Job.objects.filter(state__in=NOT_OVER).values_list("state").annotate(count=Count("pk"))),
        schedules=[(one, last.get(one.job.name)) for one in SCHEDULES],
        workers=[*Worker.objects.filter(seen_at__gt=clock.now() - SILENCE).order_by("pk")],
        pauses=pauses(actor=actor),
    )


def own(job_id: int, *, actor: Actor) -> Job | None:
    """A job that works on behalf of the actor, who may look at it without being an administrator."""
    job = Job.objects.filter(pk=job_id).first()
    return job if job and actor.user_id and job.payload.get("user") == actor.user_id else None


def pauses(*, actor: Actor) -> dict[str, datetime]:
    """What is paused, since when, by its name."""
    require_admin(actor=actor)
    return dict(Pause.objects.order_by("name").values_list("name", "since"))


def readers(*, actor: Actor) -> list[standing.Reader]:
    """Every reaction, with how far it has come. Raises PermissionDenied."""
    require_admin(actor=actor)
    return [*standing.readers()]


def parked(*, actor: Actor, limit: int = 100) -> list[tuple[Parked, int]]:
    """The first parked event of each record, which holds up the others, and how many there are of that record."""
    require_admin(actor=actor)
    chains = Parked.objects.values("consumer", "type", "record_id").annotate(first=Min("pk"), count=Count("pk"))
    counts = {chain["first"]: chain["count"] for chain in chains.order_by("first")[:limit]}
    return [(found, counts[found.pk]) for found in Parked.objects.filter(pk__in=counts).order_by("pk")]


def parked_event(parked_id: int, *, actor: Actor) -> Parked | None:
    require_admin(actor=actor)
    return Parked.objects.filter(pk=parked_id).first()


def require_admin(*, actor: Actor) -> None:
    if not actor.is_admin:
        raise PermissionDenied(_("Only an administrator can do this."))
