"""What administrators arrange is kept by every process, and what they change counts at the next request everywhere."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from threading import Thread
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction

from bodega.kernel import change, registry
from bodega.kernel.actors import Actor, Role, User, actor_of
from bodega.kernel.options import options_of
from bodega.kernel.scope import PROCESS, arranged, scope
from bodega.platform.administration.records import custom_field, option, role, user
from tests.personas import People

Found = TypeVar("Found")
pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(work: Callable[[], Any]) -> None:
    """Over a connection of its own. Nothing that is kept in memory is told of it, so it stands for a process."""

    def run() -> None:
        work()
        connection.close()

    other = Thread(target=run)
    other.start()
    other.join()


def request(work: Callable[[], Found]) -> Found:
    """A unit of work of its own, as each request is."""

    def run() -> Found:
        with scope():
            return work()

    return Context().run(run)


def person(actor: Actor) -> User:
    return User.objects.get(pk=actor.user_id or 0)


def level_of_ben(people: People) -> frozenset[str]:
    return request(lambda: actor_of(person(people.ben)).reach("sales.deal", "view"))


def sources() -> set[str]:
    return request(lambda: {*options_of("parties.source")})


def test_rights_that_change_in_another_process_act_on_the_next_request(people: People) -> None:
    given = Role.objects.get(pk=person(people.ben).roles[0])
    before = level_of_ben(people)
    elsewhere(lambda: change.save(given, {"levels": {"*": {"view": "none"}}}, actor=people.anna, type_=role))
    assert (bool(before), bool(level_of_ben(people))) == (True, False)


def test_whose_records_are_my_teams_is_so_at_once(people: People) -> None:
    def team() -> frozenset[int]:
        return request(lambda: actor_of(person(people.ben)).team)

    before, dora = team(), person(people.dora)
    elsewhere(lambda: change.save(dora, {"manager": people.ben.user_id}, actor=people.anna, type_=user))
    assert (dora.pk in before, team()) == (False, before | {dora.pk})


def test_a_field_and_an_option_made_in_another_process_are_there(people: People) -> None:
    def fields() -> set[str]:
        return request(lambda: {*registry.type_of("products.product").fields()})

    before = fields(), sources()
    given = {"type": "products.product", "name": "Gate", "kind": "text"}
    elsewhere(lambda: change.create(custom_field, given, actor=people.anna))
    elsewhere(
        lambda: change.create(option, {"set": "parties.source", "key": "fair", "name": "Fair"}, actor=people.anna)
    )
    assert (fields() - before[0], sources() - before[1]) == ({"gate"}, {"fair"})


def test_what_is_taken_back_was_never_so(people: People) -> None:
    before = sources()
    within: set[str] = set()

    def fail() -> None:
        with suppress(LookupError), transaction.atomic():
            change.create(option, {"set": "parties.source", "key": "fair", "name": "Fair"}, actor=people.anna)
            within.update(options_of("parties.source"))
            raise LookupError

    request(fail)
    assert (within - before, sources()) == ({"fair"}, before)


def test_it_is_looked_up_once_and_again_after_a_change(people: People) -> None:
    looked: list[int] = []

    def look() -> None:
        request(lambda: arranged("trial", lambda: looked.append(1)))

    change.create(option, {"set": "parties.source", "key": "fair", "name": "Fair"}, actor=people.anna)
    for _request in range(3):
        look()
    once = len(looked)
    change.create(option, {"set": "parties.source", "key": "call", "name": "Call"}, actor=people.anna)
    look()
    assert (once, len(looked), len(PROCESS)) == (1, 2, 1)
