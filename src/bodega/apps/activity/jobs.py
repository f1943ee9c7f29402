"""What is due today is told to whoever has it to do."""

from __future__ import annotations

from datetime import timedelta

from bodega.apps.activity import queries
from bodega.lib import clock
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job
from bodega.platform.notifications import telling


@every(minutes=30)
@job()
def tell_of_due_tasks(context: Context) -> None:
    """In the morning of the day, where each of them is."""
    today = clock.now().date()
    for day in (today - timedelta(days=1), today, today + timedelta(days=1)):
        telling.due("activity.task", queries.due_on(day), day=day)
