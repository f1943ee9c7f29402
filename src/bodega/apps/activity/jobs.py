"""What is due is told to whoever has it to do; relationships from before they were weighed are."""

from __future__ import annotations

from datetime import timedelta

from bodega.apps.activity import closeness, queries
from bodega.lib import clock
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job
from bodega.platform.notifications import telling
from bodega.platform.notifications.models import SOON

DAY = timedelta(days=1)


@every(minutes=30)
@job()
def tell_of_due_tasks(context: Context) -> None:
    """In the morning of the day, where each of them is; of a promise in the morning before, too."""
    today = clock.now().date()
    for day in (today - DAY, today, today + DAY):
        telling.due("activity.task", queries.due_on("activity.task", day), day=day)
        telling.due("activity.promise", queries.due_on("activity.promise", day), day=day)
        ahead = queries.due_on("activity.promise", day + DAY, morning_of=day)
        telling.due("activity.promise", ahead, day=day + DAY, kind=SOON)


@every("04:20")
@job()
def weigh_relationships(context: Context) -> int:
    return closeness.weigh_all()
