"""Writers of one process queue in front of an SQLite file; readers never do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event, Thread

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from bodega.kernel.models import Consumer
from bodega.platform.sqlite.base import writes

pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def in_thread(work: Callable[[], object]) -> Thread:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    return thread


def point_nowhere() -> None:
    """Leaves the transaction with a reference that is found to lead nowhere only by the commit."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE pointing (to_id text REFERENCES kernel_consumer DEFERRABLE INITIALLY DEFERRED)")
        cursor.execute("INSERT INTO pointing VALUES ('nowhere')")


def add(name: str) -> None:
    Consumer.objects.create(name=name)


def test_eight_writers_at_once_all_succeed() -> None:
    def write(number: int) -> None:
        for turn in range(15):
            with transaction.atomic():
                Consumer.objects.filter(name="none").exists()
                Consumer.objects.create(name=f"{number}-{turn}")

    threads = [in_thread(partial(write, number)) for number in range(8)]
    for thread in threads:
        thread.join()
    assert Consumer.objects.count() == 120


def test_who_only_reads_does_not_wait_for_a_writer() -> None:
    seen: list[int] = []
    with transaction.atomic():
        Consumer.objects.create(name="unfinished")
        reader = in_thread(lambda: seen.append(Consumer.objects.count()))
        reader.join(10)
    assert seen == [0]


def test_a_single_statement_waits_for_the_transaction_of_another_thread() -> None:
    order: list[str] = []
    asked = Event()

    def write() -> None:
        asked.set()
        add("second")
        order.append("second")

    with transaction.atomic():
        writer = in_thread(write)
        asked.wait(10)
        add("first")
        order.append("first")
    writer.join(10)
    assert order == ["first", "second"]
    assert [*Consumer.objects.order_by("name").values_list("name", flat=True)] == ["first", "second"]


@pytest.mark.parametrize("ending", ["commit", "exception", "failed commit", "inner exception", "lost connection"])
def test_the_turn_is_given_back_however_a_transaction_ends(ending: str) -> None:
    try:
        with transaction.atomic():
            add("one")
            if ending == "exception":
                raise LookupError
            if ending == "failed commit":
                point_nowhere()
            if ending == "inner exception":
                with pytest.raises(IntegrityError), transaction.atomic():
                    add("one")
            if ending == "lost connection":
                connection.close()
    except (LookupError, IntegrityError):
        pass
    other = in_thread(lambda: add("two"))
    other.join(10)
    left = {"commit": ["one", "two"], "inner exception": ["one", "two"]}
    assert [*Consumer.objects.order_by("name").values_list("name", flat=True)] == left.get(ending, ["two"])


def test_a_writer_that_waits_too_long_is_told_why_and_leaves_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    problems: list[str] = []

    def write() -> None:
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.1)
        with pytest.raises(OperationalError) as problem:
            add("late")
        problems.append(str(problem.value))

    with transaction.atomic():
        add("long")
        in_thread(write).join(10)
    add("next")
    assert problems == ["another thread has been writing for more than 0.1 s"]
    assert [*Consumer.objects.order_by("name").values_list("name", flat=True)] == ["long", "next"]


def test_text_is_folded_in_queries_as_it_is_in_python() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT bodega_fold('Ångström'), bodega_fold(NULL)")
        assert cursor.fetchone() == ("angstrom", None)


@pytest.mark.parametrize(
    ("sql", "is_write"),
    [
        ("SELECT 1", False),
        ("PRAGMA data_version", False),
        ("BEGIN IMMEDIATE", False),
        ("SAVEPOINT a", False),
        ("EXPLAIN DELETE FROM t", False),
        ("WITH a AS (SELECT 1) SELECT * FROM a", False),
        ("  insert into t values (1)", True),
        ("UPDATE t SET a = 1 RETURNING id", True),
        ("DELETE FROM t", True),
        ("CREATE INDEX a ON t (b)", True),
        ("WITH a AS (SELECT 1)\nUPDATE t SET b = 1", True),
    ],
)
def test_what_counts_as_writing(sql: str, is_write: bool) -> None:
    assert writes(sql) is is_write
