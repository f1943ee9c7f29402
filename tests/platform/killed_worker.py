"""A real worker with a job and a reaction that leave traces; run by `test_kill` and killed again and again."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import django

django.setup()

from django.db import connection, transaction  # noqa: E402  (Django first)

from bodega.kernel.actors import Actor  # noqa: E402
from bodega.kernel.events import REACTIONS, Event, on  # noqa: E402
from bodega.platform.jobs.context import Context  # noqa: E402
from bodega.platform.jobs.declare import SCHEDULES, job  # noqa: E402
from bodega.platform.jobs.worker import WorkerProcess  # noqa: E402

STEPS = 4
REACTIONS.clear()
SCHEDULES.clear()


@job("test.traces", lease=1, max_attempts=1_000)
def leave_traces(context: Context, *, item: int) -> None:
    """Four steps, each in a transaction with its report; goes on where the one before was killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM traces WHERE kind = 'job' AND item = %s", [item])
        begun = cursor.fetchone()[0]
    for step in range(begun, STEPS):
        with transaction.atomic():
            leave("job", item, step)
            time.sleep(random.uniform(0, 0.01))
            context.progress(step + 1, total=STEPS)


@on("test.deal.won")
def mark_events(events: Sequence[Event], /, *, actor: Actor) -> None:
    for event in events:
        leave("event", event.record_id, event.version)
    time.sleep(random.uniform(0, 0.02))


def leave(kind: str, item: int, step: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO traces (kind, item, step) VALUES (%s, %s, %s)", [kind, item, step])


if __name__ == "__main__":
    WorkerProcess(threads=2).run()
