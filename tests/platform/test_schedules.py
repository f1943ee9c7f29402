"""What is due by the clock is queued once, also by several clocks, through summer time and after a pause."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.db.models.functions import Now
from hypothesis import given
from hypothesis import strategies as st

from bodega.lib import clock
from bodega.platform.jobs import declare, jobs, rows
from bodega.platform.jobs import worker as workers
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import Schedule, every, job
from bodega.platform.jobs.models import Job, State, Worker
from bodega.platform.jobs.run import run_waiting


@job("test.nightly")
def nightly(context: Context) -> None: ...


@job("test.often")
def often(context: Context) -> None: ...


@pytest.fixture(autouse=True)
def _our_schedules(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    monkeypatch.setattr(declare, "SCHEDULES", [])
    every("03:00")(nightly)
    every(minutes=15)(often)
    monkeypatch.setattr(workers, "SCHEDULES", declare.SCHEDULES)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def dues() -> list[str | None]:
    return [*Job.objects.order_by("id").values_list("schedule", flat=True)]


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-06-10T02:59:59+02:00", "2026-06-09T03:00:00"),
        ("2026-06-10T03:00:00+02:00", "2026-06-10T03:00:00"),
        ("2026-06-10T23:59:59+02:00", "2026-06-10T03:00:00"),
        # On 29 March 2026 the hour from 2 to 3 is left out; on 25 October it comes twice.
        ("2026-03-29T01:59:59+01:00", "2026-03-28T03:00:00"),
        ("2026-03-29T03:00:00+02:00", "2026-03-29T03:00:00"),
        ("2026-10-25T02:59:59+02:00", "2026-10-24T03:00:00"),
        ("2026-10-25T02:59:59+01:00", "2026-10-24T03:00:00"),
        ("2026-10-25T03:00:00+01:00", "2026-10-25T03:00:00"),
    ],
)
def test_a_daily_job_is_due_at_its_hour_in_the_company_s_zone(moment: str, due: str) -> None:
    assert declare.SCHEDULES[0].due(at(moment)).isoformat() == due


MOMENTS = st.floats(1.5e9, 2e9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(now=MOMENTS, minutes=st.sampled_from([1, 5, 15, 60]))
def test_a_job_of_every_so_many_minutes_is_never_due_earlier_than_that_ago(now: datetime, minutes: int) -> None:
    due = Schedule(often, None, minutes).due(now)
    assert timedelta(0) <= now - due < timedelta(minutes=minutes)
    assert Schedule(often, None, minutes).due(due) == due


@given(now=MOMENTS, hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_a_daily_job_was_due_within_the_last_day(now: datetime, hour: int, minute: int) -> None:
    due = Schedule(nightly, time(hour, minute), 0).due(now)
    here = now.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)
    assert timedelta(0) <= here - due < timedelta(days=1)


@pytest.mark.django_db
def test_each_due_is_queued_once_and_run_once() -> None:
    tick = workers.Clock().tick
    for moment in ("2026-06-10T03:00:01+02:00", "2026-06-10T03:00:02+02:00", "2026-06-10T03:15:00+02:00"):
        with clock.fixed(at(moment)):
            tick()
            run_waiting()
    assert dues() == [
        "test.nightly@2026-06-10T03:00:00",
        "test.often@2026-06-10T01:00:00+00:00",
        "test.often@2026-06-10T01:15:00+00:00",
    ]
    assert {*Job.objects.values_list("state", "attempts")} == {(State.DONE, 1)}


@pytest.mark.django_db
def test_a_clock_that_starts_anew_queues_nothing_twice_and_makes_up_for_what_was_missed_once() -> None:
    with clock.fixed(at("2026-06-10T12:00:00+02:00")):
        workers.Clock().tick()
        run_waiting()
        workers.Clock().tick()
    assert len(dues()) == 2
    with clock.fixed(at("2026-06-20T12:00:00+02:00")):
        workers.Clock().tick()
    assert dues()[2:] == ["test.nightly@2026-06-20T03:00:00", "test.often@2026-06-20T10:00:00+00:00"]


@pytest.mark.django_db(transaction=True)
def test_several_clocks_at_once_queue_each_due_once() -> None:
    def tick() -> None:
        with clock.fixed(at("2026-06-10T12:00:00+02:00")):
            workers.Clock().tick()
        connections.close_all()

    threads = [Thread(target=tick) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, dues())) == ["test.nightly@2026-06-10T03:00:00", "test.often@2026-06-10T10:00:00+00:00"]


@pytest.mark.django_db
def test_old_jobs_are_removed_but_not_the_last_of_a_schedule() -> None:
    with clock.fixed(at("2026-06-10T12:00:00+02:00")):
        workers.Clock().tick()
    often.enqueue()
    often.enqueue()
    run_waiting()
    failed = often.enqueue()
    rows.cancel(failed.pk)
    Job.objects.update(finished_at=Now() - timedelta(days=30))
    often.enqueue()
    running = rows.claim()
    assert running is not None
    Worker.objects.create(
        host="gone", pid=1, version="", started_at=clock.now(), seen_at=clock.now() - timedelta(days=3)
    )
    assert jobs.prune.body(Context(running)) == 2
    assert dues() == ["test.nightly@2026-06-10T03:00:00", "test.often@2026-06-10T10:00:00+00:00", None, None]
    assert Worker.objects.count() == 0
