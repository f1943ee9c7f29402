"""What is due is told to whoever has it to do; relationships from before they were weighed are."""

from __future__ import annotations

from datetime import datetime, timedelta

from bodega.apps.activity import closeness, queries, upcoming
from bodega.lib import clock
from bodega.platform.jobs import standing
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job
from bodega.platform.notifications import telling
from bodega.platform.notifications.models import SOON

DAY = timedelta(days=1)
LATEST = timedelta(hours=3)
"""So much later a reminder still makes sense."""


@every(minutes=30)
@job()
def tell_of_due_tasks(context: Context) -> None:
    """Of those for whom it has become morning since this was done before."""
    tell_of_the_day(standing.done_before(context.job))


def tell_of_the_day(since: datetime | None) -> None:
    """In the morning of the day, where each of them is; of a promise on the working day before, too. What others have
    to do, for whom it became morning before `since`, is not read."""
    today = clock.now().date()
    for day in (today - DAY, today, today + DAY):
        awake = queries.risen(day, since)
        for key in ("activity.task", "activity.promise") if awake else ():
            telling.due(key, queries.due_on(key, day, awake), day=day)
        for later, ahead in queries.due_soon("activity.promise", day, awake).items() if awake else ():
            telling.due("activity.promise", ahead, day=later, kind=SOON)


@every(minutes=1)
@job()
def remind(context: Context) -> int:
    """Of what people asked to be reminded of; how many reminders came due. What was missed for long is let be."""
    found = queries.reminders(clock.now() - LATEST, clock.now())
    for task, owner, at in found:
        telling.remind("activity.task", task, owner, at=at)
    return len(found)


@every("04:20")
@job()
def weigh_relationships(context: Context) -> int:
    return closeness.weigh_all()


@every("04:40")
@job()
def keep_what_is_due(context: Context) -> int:
    """Where a day was not kept yet, or not well; how many."""
    return upcoming.keep_all()
