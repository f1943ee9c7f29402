"""What becomes of a job: done, tried again, given up, taken over, cancelled."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections, transaction
from django.db.models.functions import Now
from hypothesis import given
from hypothesis import strategies as st

from bodega.kernel.actors import Actor, system
from bodega.kernel.models import Consumer
from bodega.platform.jobs import actions, rows
from bodega.platform.jobs.context import Context, Stopped
from bodega.platform.jobs.declare import enqueue, job
from bodega.platform.jobs.models import Job, Priority, State
from bodega.platform.jobs.run import run, run_waiting

pytestmark = pytest.mark.django_db(transaction=True)
ADMIN = system("test")


@job("test.double")
def double(context: Context, *, number: int) -> int:
    return number * 2


@job("test.break", max_attempts=2)
def fall(context: Context) -> None:
    raise LookupError("nothing there")


@job("test.low", priority=Priority.LOW)
def later(context: Context) -> None: ...


@job("test.high", priority=Priority.HIGH)
def sooner(context: Context) -> None: ...


@job("test.steps")
def steps(context: Context) -> None:
    """Writes a row and reports in one transaction, then takes the job away from itself and tries once more."""
    with transaction.atomic():
        Consumer.objects.create(name="kept")
        context.progress(1, total=4, text="first")
    rows.cancel(context.job.pk)
    with transaction.atomic():
        Consumer.objects.create(name="lost")
        context.progress(2, total=4, text="second")


@job("test.full", max_attempts=1)
def fill(context: Context) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@job("test.stop")
def stop(context: Context) -> None:
    if context.stopping:
        raise Stopped


def claimed() -> Job:
    found = rows.claim()
    assert found is not None
    return found


def expire() -> None:
    assert Job.objects.filter(state=State.RUNNING).update(lease_until=Now() - timedelta(seconds=1)) == 1


def test_a_job_that_returns_is_done_with_its_result() -> None:
    double.enqueue(number=21)
    assert run_waiting() == 1
    done = Job.objects.get()
    assert (done.state, done.result, done.attempts, done.progress, done.lease_until) == (State.DONE, 42, 1, 100, None)
    assert done.started_at is not None
    assert done.finished_at is not None


def test_a_job_that_fails_is_tried_again_later_and_then_given_up() -> None:
    fall.enqueue()
    assert run_waiting() == 1
    failed = Job.objects.get()
    assert (failed.state, failed.attempts) == (State.QUEUED, 1)
    assert "LookupError: nothing there" in failed.error
    assert Job.objects.filter(
        run_at__gt=Now() + timedelta(seconds=0.5), run_at__lt=Now() + timedelta(seconds=4)
    ).exists()
    Job.objects.update(run_at=Now())
    assert run_waiting() == 1
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (State.FAILED, 2)
    assert run_waiting() == 0


@given(attempt=st.integers(2, 500))
def test_each_pause_is_twice_the_one_before_up_to_an_hour_and_half(attempt: int) -> None:
    base = min(3600.0, 2.0 ** (attempt - 1))
    assert base / 2 <= rows.pause_before(attempt) <= base * 1.5


def test_more_urgent_jobs_are_taken_first_and_older_ones_before_newer_ones() -> None:
    made = [later.enqueue(), double.enqueue(number=1), sooner.enqueue(), double.enqueue(number=2)]
    assert [claimed() for _ in made] == [made[2], made[1], made[3], made[0]]
    assert rows.claim() is None


def test_a_claim_may_be_narrowed_to_priorities_and_queues() -> None:
    low = later.enqueue()
    assert rows.claim(priorities=rows.BY_PRIORITY[:-1]) is None
    assert rows.claim(queues=["mail"]) is None
    assert rows.claim(queues=["mail", "default"]) == low


def test_a_job_whose_worker_died_is_run_by_another_after_its_lease() -> None:
    double.enqueue(number=1)
    dead = claimed()
    assert (rows.reap(), rows.claim()) == (0, None)
    expire()
    assert rows.reap() == 1
    again = claimed()
    assert (again, again.attempts, again.fence) == (dead, 2, dead.fence + 2)


def test_a_renewed_lease_does_not_run_out() -> None:
    double.enqueue(number=1)
    job = claimed()
    expire()
    rows.renew([job])
    assert rows.reap() == 0
    rows.finish(job, None)
    assert Job.objects.get().state == State.DONE


@pytest.mark.postgres
def test_whoever_keeps_the_leases_does_not_wait_for_a_job_in_a_transaction() -> None:
    double.enqueue(number=1)
    job = claimed()
    reported, go_on = Event(), Event()

    def work() -> None:
        with transaction.atomic():
            Context(job).progress(1)
            reported.set()
            go_on.wait(30)
        connections.close_all()

    thread = Thread(target=work)
    thread.start()
    reported.wait(30)
    rows.renew([job])
    assert rows.reap() == 0
    go_on.set()
    thread.join(30)
    rows.finish(job, None)


def test_a_job_that_has_killed_every_worker_is_given_up() -> None:
    fall.enqueue()
    for _ in range(2):
        claimed()
        expire()
        rows.reap()
    given_up = Job.objects.get()
    assert (given_up.state, given_up.error) == (
        State.FAILED,
        "The worker died while it ran this job, each time it was tried.",
    )


def test_who_lost_the_lease_can_write_nothing_more() -> None:
    double.enqueue(number=1)
    late = claimed()
    expire()
    rows.reap()
    now = claimed()
    writes: list[Callable[[], None]] = [
        lambda: rows.finish(late, 1),
        lambda: rows.fail(late, "late"),
        lambda: rows.put_back(late),
        lambda: rows.report(late, done=1, total=2, text=""),
        lambda: Context(late).progress(1),
    ]
    for write in writes:
        with pytest.raises(rows.LeaseLost):
            write()
    rows.renew([late])
    rows.finish(now, 2)
    assert [*Job.objects.values_list("state", "result", "error")] == [(State.DONE, 2, "")]


def test_what_is_written_with_a_report_counts_only_while_the_job_is_ours() -> None:
    steps.enqueue()
    assert run_waiting() == 1
    cancelled = Job.objects.get()
    assert [*Consumer.objects.values_list("name", flat=True)] == ["kept"]
    assert (cancelled.state, cancelled.done, cancelled.total, cancelled.text) == (State.CANCELLED, 1, 4, "first")


def test_reports_outside_a_transaction_are_written_now_and_then_and_at_the_end(
    django_assert_num_queries: Any,
) -> None:
    double.enqueue(number=1)
    job = claimed()
    context = Context(job)
    with django_assert_num_queries(2):
        for done in range(1, 1001):
            context.progress(done, total=1000)
    job.refresh_from_db()
    assert (job.done, job.total, job.progress) == (1000, 1000, 99)


def test_a_job_that_stops_for_the_worker_is_put_back_and_counts_no_attempt() -> None:
    stop.enqueue()
    stopping = Event()
    stopping.set()
    run(claimed(), stopping=stopping)
    waiting = Job.objects.get()
    assert (waiting.state, waiting.attempts, waiting.lease_until) == (State.QUEUED, 0, None)
    assert run_waiting() == 1
    assert Job.objects.get().state == State.DONE


def test_a_job_that_met_a_full_disk_waits_and_counts_no_attempt() -> None:
    fill.enqueue()
    assert (run_waiting(), run_waiting()) == (1, 0)
    waiting = Job.objects.get()
    assert (waiting.state, waiting.attempts, waiting.error, waiting.lease_until) == (State.QUEUED, 0, "", None)
    Job.objects.update(run_at=Now())
    assert run_waiting() == 1
    assert Job.objects.get().state == State.QUEUED


def test_a_job_that_this_version_does_not_know_waits_for_one_that_does() -> None:
    double.enqueue(number=1)
    Job.objects.update(name="test.tomorrow")
    assert run_waiting() == 1
    waiting = Job.objects.get()
    assert waiting.state == State.QUEUED
    assert waiting.error.endswith("UnknownJob: test.tomorrow\n")


def test_a_person_cancels_what_waits_or_runs_and_retries_what_is_over() -> None:
    waiting = double.enqueue(number=1)
    assert not actions.retry(waiting.pk, actor=ADMIN)
    assert actions.cancel(waiting.pk, actor=ADMIN)
    assert not actions.cancel(waiting.pk, actor=ADMIN)
    assert run_waiting() == 0
    assert actions.retry(waiting.pk, actor=ADMIN)
    running = claimed()
    assert actions.cancel(waiting.pk, actor=ADMIN)
    with pytest.raises(rows.LeaseLost):
        rows.finish(running, 2)
    assert Job.objects.get().state == State.CANCELLED


def test_retrying_does_not_queue_the_same_key_twice() -> None:
    first = enqueue(double, key="once", number=1)
    actions.cancel(first.pk, actor=ADMIN)
    enqueue(double, key="once", number=1)
    assert not actions.retry(first.pk, actor=ADMIN)


def test_only_an_administrator_may() -> None:
    nobody = Actor(user_id=1, name="somebody")
    waiting = double.enqueue(number=1)
    for act in (actions.cancel, actions.retry):
        with pytest.raises(PermissionDenied):
            act(waiting.pk, actor=nobody)
    assert Job.objects.get().state == State.QUEUED
