"""How the work in the background stands, for the administrator who looks after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from bodega.kernel.actors import Actor
from bodega.kernel.events import REACTIONS, SEQUENCER
from bodega.kernel.models import Change, Consumer, Parked
from bodega.lib import clock
from bodega.platform.jobs.declare import SCHEDULES, Schedule
from bodega.platform.jobs.models import UNFINISHED, Job, State, Worker

SILENCE = timedelta(minutes=1)


@dataclass(frozen=True)
class Jobs:
    """The newest of each sort, at most `limit`; `schedules` with the moment each was last done."""

    open: Sequence[Job]
    failed: Sequence[Job]
    over: Sequence[Job]
    schedules: Sequence[tuple[Schedule, datetime | None]]
    workers: int


@dataclass(frozen=True)
class Reader:
    """A reaction's cursor: how many changes wait for it, and how many events are parked."""

    name: str
    position: int
    behind: int
    parked: int


def jobs(*, actor: Actor, limit: int = 50) -> Jobs:
    """Five queries. Raises PermissionDenied."""
    require_admin(actor=actor)
    last = dict(Job.objects.exclude(schedule=None).values_list("name").annotate(last=Max("finished_at")))
    ended = Job.objects.filter(state__in=[State.DONE, State.CANCELLED])
    return Jobs(
        open=[*Job.objects.filter(UNFINISHED).order_by("-state", "run_at", "id")[:limit]],
        failed=[*Job.objects.filter(state=State.FAILED).order_by("-id")[:limit]],
        over=[*ended.order_by("-id")[:limit]],
        schedules=[(one, last.get(one.job.name)) for one in SCHEDULES],
        workers=Worker.objects.filter(seen_at__gt=clock.now() - SILENCE).count(),
    )


def readers(*, actor: Actor) -> list[Reader]:
    """Every reaction, with how far it has come (a query for each, and two). Raises PermissionDenied."""
    require_admin(actor=actor)
    places = dict(Consumer.objects.values_list("name", "position"))
    waiting = dict(Parked.objects.values_list("consumer").annotate(count=Count("pk")))
    head = places.get(SEQUENCER, 0)
    found = []
    for name, reaction in REACTIONS.items():
        place = places.get(name, head)
        ahead = Change.objects.filter(reaction.wanted, position__gt=place, position__lte=head)
        found.append(Reader(name, place, ahead.count(), waiting.get(name, 0)))
    return found


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
