"""Workers: several share the work, each job is run by one, and they end without leaving anything half done."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event as Signal
from threading import Lock, Thread

import pytest
from django.db import connection, connections

from bodega.kernel.actors import Actor
from bodega.kernel.events import Event, on
from bodega.kernel.models import Change, ChangeRow
from bodega.lib import clock
from bodega.platform.jobs import worker as workers
from bodega.platform.jobs.context import Context, Stopped
from bodega.platform.jobs.declare import enqueue, job
from bodega.platform.jobs.models import Job, Priority, State, Worker
from bodega.platform.jobs.worker import Watch, WorkerProcess

pytestmark = pytest.mark.django_db(transaction=True)
RUNS: Counter[int] = Counter()
TOGETHER: Counter[int] = Counter()
LOCK, GATE = Lock(), Signal()


@job("test.count")
def count(context: Context) -> None:
    with LOCK:
        RUNS[context.job.pk] += 1
        TOGETHER[context.job.pk] += 1
        assert TOGETHER[context.job.pk] == 1
    time.sleep(0.002)
    with LOCK:
        TOGETHER[context.job.pk] -= 1


@job("test.gate", priority=Priority.LOW)
def wait_at_gate(context: Context) -> None:
    assert GATE.wait(60)


@job("test.long", lease=1)
def long(context: Context) -> None:
    RUNS[context.job.pk] += 1
    time.sleep(2.5)


@job("test.endless")
def endless(context: Context) -> None:
    GATE.set()
    while not context.stopping:
        time.sleep(0.01)
    raise Stopped


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, own_reactions: None) -> None:
    RUNS.clear()
    TOGETHER.clear()
    GATE.clear()
    monkeypatch.setattr(workers, "SCHEDULES", [])


@contextmanager
def at_work(*crew: WorkerProcess) -> Iterator[None]:
    """Workers that run in this process, until the end of the block."""

    def work(one: WorkerProcess) -> None:
        one.run()
        connections.close_all()

    threads = [Thread(target=work, args=(one,)) for one in crew]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for one in crew:
            one.stop()
        for thread in threads:
            thread.join(60)


def wait_for(question: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not question():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.01)


def all_over() -> bool:
    return not Job.objects.exclude(state=State.DONE).exists()


def test_two_workers_run_every_job_once_and_never_at_the_same_time() -> None:
    made = [count.enqueue().pk for _ in range(60)]
    with at_work(WorkerProcess(threads=3), WorkerProcess(threads=3)):
        made += [count.enqueue().pk for _ in range(60)]
        wait_for(all_over)
    assert dict.fromkeys(made, 1) == RUNS
    assert {*Job.objects.values_list("attempts", flat=True)} == {1}


def test_a_worker_is_known_as_long_as_it_works() -> None:
    with at_work(WorkerProcess(version="1.2")):
        wait_for(lambda: Worker.objects.count() == 1)
        assert Worker.objects.get().version == "1.2"
    assert Worker.objects.count() == 0


def test_events_come_to_reactions_through_a_worker() -> None:
    got: list[int] = []

    @on("test.deal.won")
    def take(given: Sequence[Event], /, *, actor: Actor) -> None:
        got.extend(event.record_id for event in given)

    with at_work(WorkerProcess()):
        for record in range(1, 6):
            change = Change.objects.create(at=clock.now(), actor="Anna", type="test.deal", verb="won", surface="page")
            ChangeRow.objects.create(type="test.deal", record_id=record, version=1, change_id=change.pk)
        wait_for(lambda: len(got) >= 5)
    assert got == [1, 2, 3, 4, 5]


def test_bulk_work_leaves_a_thread_to_the_rest() -> None:
    bulk = [wait_at_gate.enqueue() for _ in range(3)]
    with at_work(WorkerProcess(threads=2)):
        wait_for(lambda: Job.objects.filter(state=State.RUNNING).count() == 1)
        count.enqueue()
        wait_for(lambda: Job.objects.get(name="test.count").state == State.DONE)
        assert Job.objects.filter(state=State.QUEUED).count() == 2
        GATE.set()
        wait_for(all_over)
    assert len(bulk) == 3


def test_a_worker_of_one_thread_does_bulk_work_too() -> None:
    GATE.set()
    wait_at_gate.enqueue()
    with at_work(WorkerProcess(threads=1)):
        wait_for(all_over)


def test_a_worker_may_serve_some_queues_only() -> None:
    count.enqueue()
    other = enqueue(count)
    Job.objects.filter(pk=other.pk).update(queue="mail")
    with at_work(WorkerProcess(queues=["mail"])):
        wait_for(lambda: Job.objects.get(pk=other.pk).state == State.DONE)
    assert dict(RUNS) == {other.pk: 1}


@pytest.mark.slow
def test_a_job_that_takes_longer_than_its_lease_stays_with_a_worker_that_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "BEAT", 0.2)
    monkeypatch.setattr(workers, "TICK", 0.2)
    long.enqueue()
    with at_work(WorkerProcess(), WorkerProcess()):
        wait_for(all_over)
    assert [*RUNS.values()] == [1]


def test_a_worker_that_is_stopped_puts_back_what_can_be_taken_up_again() -> None:
    endless.enqueue()
    with at_work(WorkerProcess()):
        GATE.wait(60)
    assert [*Job.objects.values_list("state", "attempts")] == [(State.QUEUED, 0)]


def test_only_the_worker_that_has_lived_longest_keeps_the_clock() -> None:
    crew = [WorkerProcess(), WorkerProcess()]
    crew[0].row, crew[1].row = crew[0]._sign_in(), crew[1]._sign_in()
    for one in reversed(crew):
        one._beat()
    assert [one.keeps_clock for one in crew] == [True, False]
    crew[0].row.delete()
    crew[1]._beat()
    assert crew[1].keeps_clock


def test_a_worker_whose_row_was_removed_signs_in_again() -> None:
    one = WorkerProcess()
    one.row = one._sign_in()
    Worker.objects.all().delete()
    one._beat()
    assert (Worker.objects.count(), one.keeps_clock) == (1, True)


def test_a_commit_elsewhere_is_news_and_reading_is_not() -> None:
    watch = Watch()
    watch.has_news()

    def elsewhere(work: Callable[[], object]) -> bool:
        def run() -> None:
            work()
            connections.close_all()

        thread = Thread(target=run)
        thread.start()
        thread.join()
        return watch.has_news()

    assert elsewhere(count.enqueue)
    # PostgreSQL counts transactions for all databases of the cluster: those of other tests are news now and then.
    wait_for(lambda: not elsewhere(Job.objects.count))
    assert elsewhere(count.enqueue)


@pytest.mark.postgres
def test_a_worker_outlives_the_loss_of_every_connection() -> None:
    with at_work(WorkerProcess()):
        wait_for(lambda: Worker.objects.count() == 1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        count.enqueue()
        wait_for(all_over)
    assert [*RUNS.values()] == [1]
