"""Keeping what people were told from growing without end."""

from __future__ import annotations

from datetime import timedelta

from bodega.lib import clock
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job
from bodega.platform.jobs.models import Priority
from bodega.platform.notifications.models import Notification

KEPT = timedelta(days=90)
CHUNK = 2_000


@every("03:50")
@job(priority=Priority.LOW)
def forget_notifications(context: Context) -> int:
    """Removes what was told long ago, read or not."""
    removed = 0
    old = Notification.objects.filter(at__lt=clock.now() - KEPT).order_by("id")
    while ids := [*old.values_list("pk", flat=True)[:CHUNK]]:
        removed += Notification.objects.filter(pk__in=ids).delete()[0]
        context.progress(removed)
    return removed
