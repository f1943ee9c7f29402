"""Asking for a job: it is there when the change is, once for each key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from bodega.lib import clock
from bodega.platform.jobs import rows
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import enqueue, every, job
from bodega.platform.jobs.models import Job, Priority, State
from bodega.platform.jobs.run import run_waiting

pytestmark = pytest.mark.django_db(transaction=True)
MOMENT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@job("test.add", max_attempts=3, lease=30, queue="sums", priority=Priority.HIGH)
def add(context: Context, *, first: int, second: int = 0) -> int:
    return first + second


def test_a_job_holds_what_was_declared_and_asked_for() -> None:
    with clock.fixed(MOMENT):
        add.enqueue(first=1, second=2)
    made = Job.objects.get()
    assert (made.name, made.payload, made.queue, made.priority) == ("test.add", {"first": 1, "second": 2}, "sums", 1)
    assert (made.max_attempts, made.lease, made.state, made.attempts) == (3, 30, State.QUEUED, 0)
    assert (made.created_at, made.run_at) == (MOMENT, MOMENT)


def test_no_commit_no_job() -> None:
    with transaction.atomic():
        add.enqueue(first=1)
        transaction.set_rollback(True)
    assert Job.objects.count() == 0


def test_a_key_that_waits_or_runs_is_not_queued_again() -> None:
    first = enqueue(add, key="sum", first=1)
    assert enqueue(add, key="sum", first=2) == first
    taken = rows.claim()
    assert taken == first
    assert enqueue(add, key="sum", first=3) == first
    rows.finish(taken, 1)
    second = enqueue(add, key="sum", first=4)
    assert [*Job.objects.order_by("id").values_list("state", "payload")] == [
        (State.DONE, {"first": 1}),
        (State.QUEUED, {"first": 4}),
    ]
    assert second != first


def test_a_key_may_be_asked_for_again_inside_a_transaction() -> None:
    with transaction.atomic():
        first = enqueue(add, key="sum", first=1)
        assert enqueue(add, key="sum", first=1) == first
    assert Job.objects.count() == 1


def test_a_job_may_be_kept_for_later() -> None:
    enqueue(add, run_at=datetime(9999, 1, 1, tzinfo=UTC), first=1)
    assert run_waiting() == 0
    Job.objects.update(run_at=MOMENT)
    assert run_waiting() == 1


@pytest.mark.parametrize(
    "payload",
    [{}, {"first": 1, "third": 3}, {"first": object()}, {"first": "x" * 9_000}],
    ids=["too little", "too much", "not JSON", "data instead of ids"],
)
def test_a_payload_that_cannot_be_run_is_refused_at_once(payload: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        add.enqueue(**payload)
    assert Job.objects.count() == 0


def test_a_payload_is_given_by_name() -> None:
    with pytest.raises(TypeError, match=r"test\.add: a job's payload is given by name"):
        add.enqueue(1)  # type: ignore[call-arg]


def test_two_jobs_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match=r"Two jobs are named 'test\.add'\."):
        job("test.add")(add.body)


@pytest.mark.parametrize(("at", "minutes"), [("", 0), ("03:00", 5), ("25:00", 0), ("noon", 0)])
def test_a_schedule_is_a_time_of_day_or_a_number_of_minutes(at: str, minutes: int) -> None:
    with pytest.raises(ValueError, match=r"A schedule is|isoformat|hour must be"):
        every(at, minutes=minutes)(add)  # type: ignore[arg-type]
