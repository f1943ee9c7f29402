"""A call that is sent twice with one Idempotency-Key is done once."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connections, transaction

from bodega.lib import clock
from bodega.surfaces.api import keeping
from bodega.surfaces.api.models import KeptAnswer
from tests.personas import People
from tests.surfaces.api.conftest import Bear
from tests.surfaces.api.program import Program

NEW = {"name": "Mia"}


def how_many(program: Program) -> int:
    return int(program.get("people/?count=yes")["count"]["number"])


def test_the_second_gets_the_answer_of_the_first(anna: Program) -> None:
    first = anna.post("people/", NEW, Idempotency_Key="k1")
    headers = {name: anna.response.headers[name] for name in ("ETag", "Location", "Content-Type")}
    second = anna.post("people/", NEW, Idempotency_Key="k1")
    assert (anna.status, second, how_many(anna)) == (201, first, 1)
    anna.post("people/", NEW, Idempotency_Key="k1")
    assert {name: anna.response.headers[name] for name in headers} == headers
    assert anna.response.headers["Idempotency-Replayed"] == "true"


def test_another_call_with_the_same_key_is_refused(anna: Program) -> None:
    anna.post("people/", NEW, Idempotency_Key="k1")
    for address, body in (("people/", {"name": "Noor"}), ("organisations/", NEW)):
        problem = anna.post(address, body, Idempotency_Key="k1")
        assert (anna.status, problem["type"]) == (422, "/api/#key-reused")
    assert how_many(anna) == 1


def test_a_key_is_its_persons_own(people: People, bear: Bear, anna: Program) -> None:
    anna.post("people/", NEW, Idempotency_Key="k1")
    bear(people.ben).post("people/", NEW, Idempotency_Key="k1")
    assert how_many(anna) == 2


def test_what_was_refused_may_be_sent_again(anna: Program) -> None:
    anna.post("people/", {"name": ""}, Idempotency_Key="k1")
    assert anna.status == 422
    anna.post("people/", NEW, Idempotency_Key="k1")
    assert (anna.status, how_many(anna)) == (201, 1)


def test_after_a_day_it_is_forgotten(anna: Program) -> None:
    anna.post("people/", NEW, Idempotency_Key="k1")
    KeptAnswer.objects.update(at=clock.now() - timedelta(hours=25))
    anna.post("people/", NEW, Idempotency_Key="k1")
    assert how_many(anna) == 2
    anna.post("people/", NEW, Idempotency_Key="k2")
    KeptAnswer.objects.filter(key="k1").update(at=clock.now() - timedelta(hours=25))
    assert (keeping.forget(), [*KeptAnswer.objects.values_list("key", flat=True)]) == (1, ["k2"])


def test_a_key_too_long_to_keep_is_refused(anna: Program) -> None:
    anna.post("people/", NEW, Idempotency_Key="k" * 256)
    assert (anna.status, how_many(anna)) == (400, 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_that_is_still_being_done_is_told_so(people: People, anna: Program) -> None:
    begun, go_on = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            keeping.lock(people.user(people.anna), "k1")
            begun.set()
            go_on.wait(10)
        connections.close_all()

    thread = Thread(target=hold)
    thread.start()
    begun.wait(10)
    problem: Any = anna.post("people/", NEW, Idempotency_Key="k1")
    go_on.set()
    thread.join()
    assert (anna.status, problem["type"], anna.response.headers["Retry-After"]) == (409, "/api/#in-flight", "1")
    anna.post("people/", NEW, Idempotency_Key="k1")
    assert anna.status == 201
