"""Workers may be killed at any instruction: each step of a job and each event counts once, in order.

BODEGA_KILLS says how often (`make prove-kill N=100`).
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from bodega.kernel.events import SEQUENCER
from bodega.kernel.models import Change, ChangeRow, Consumer, Parked
from bodega.lib import clock
from bodega.platform.jobs.models import Job, State

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
KILLS = int(os.environ.get("BODEGA_KILLS") or 4)
JOBS, RECORDS = 30 * KILLS, 5
STEPS = 4
PROGRAM = Path(__file__).with_name("killed_worker.py")


@pytest.fixture
def traces() -> Iterator[None]:
    number = "serial" if connection.vendor == "postgresql" else "integer"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE traces (id {number} PRIMARY KEY, kind text, item integer, step integer)")
        yield
        cursor.execute("DROP TABLE traces")


def surroundings() -> dict[str, str]:
    about = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{about['NAME']}"
    else:
        url = f"postgresql://{about['USER']}@/{about['NAME']}?host={about['HOST']}&port={about['PORT']}"
    root = Path(__file__).parents[2]
    path = os.pathsep.join(filter(None, [str(root / "src"), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "BODEGA_DATABASE_URL": url, "PYTHONPATH": path}


def start() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, PROGRAM], env=surroundings(), stderr=subprocess.DEVNULL)


def edit(record: int, version: int) -> None:
    """A change of one record, as the door for writing leaves it behind."""
    with transaction.atomic():
        change = Change.objects.create(at=clock.now(), actor="Anna", type="test.deal", verb="won", surface="page")
        ChangeRow.objects.create(type="test.deal", record_id=record, version=version, change_id=change.pk)


def queue(item: int) -> None:
    now = clock.now()
    Job.objects.create(
        name="test.traces", payload={"item": item}, lease=1, max_attempts=1_000, run_at=now, created_at=now
    )


def found(kind: str) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT item, step FROM traces WHERE kind = %s ORDER BY id", [kind])
        return [*cursor.fetchall()]


def is_over() -> bool:
    places = dict(Consumer.objects.values_list("name", "position"))
    head = places.pop(SEQUENCER, 0)
    return (
        not Job.objects.filter(name="test.traces").exclude(state=State.DONE).exists()
        and not Change.objects.filter(position=None).exists()
        and [place for name, place in places.items() if name.endswith("mark_events")] == [head]
    )


def test_every_step_and_every_event_counts_once_and_in_order(traces: None) -> None:
    workers = [start(), start()]
    try:
        while not Consumer.objects.filter(name__endswith="mark_events").exists():
            time.sleep(0.05)
        for kill in range(KILLS):
            for number in range(30):
                queue(kill * 30 + number)
                edit(number % RECORDS, 1 + kill * 6 + number // RECORDS)
            time.sleep(random.uniform(0.1, 1.5))
            at = random.randrange(2)
            workers[at].kill()
            workers[at].wait()
            workers[at] = start()
        until = time.monotonic() + 90
        while not is_over():
            assert time.monotonic() < until, "not everything was done"
            time.sleep(0.1)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    steps = found("job")
    assert sorted(steps) == [(item, step) for item in range(JOBS) for step in range(STEPS)]
    events = found("event")
    for record in range(RECORDS):
        assert [version for item, version in events if item == record] == [*range(1, KILLS * 6 + 1)]
    assert Parked.objects.count() == 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchone() == ("ok",)
