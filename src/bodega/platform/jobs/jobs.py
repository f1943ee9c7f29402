"""Keeping the queue small."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Max, Q

from bodega.lib import clock
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job
from bodega.platform.jobs.models import Job, Priority, State, Worker

KEPT = timedelta(days=7)
KEPT_TO_LOOK_AT = timedelta(days=90)
CHUNK = 2_000


@every("03:30")
@job(priority=Priority.LOW)
def prune(context: Context) -> int:
    """Removes jobs that are long over; the last one of a schedule stays, since it says that the due was kept."""
    last = Job.objects.exclude(schedule=None).values("name").annotate(last=Max("id")).values("last")
    old = Q(state=State.DONE, finished_at__lt=clock.now() - KEPT)
    old |= Q(state__in=[State.FAILED, State.CANCELLED], finished_at__lt=clock.now() - KEPT_TO_LOOK_AT)
    removed = 0
    while ids := list(Job.objects.filter(old).exclude(pk__in=last).order_by("id").values_list("pk", flat=True)[:CHUNK]):
        removed += Job.objects.filter(pk__in=ids).delete()[0]
        context.progress(removed)
    Worker.objects.filter(seen_at__lt=clock.now() - timedelta(days=1)).delete()
    return removed
