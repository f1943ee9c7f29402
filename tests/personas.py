"""The people of the tests: Anna may do everything, Ben what his team may, Cleo nothing; and a second team's Dora."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import pytest_django
from django.core.management import call_command
from django.db import connection

from bodega.kernel import change, registry
from bodega.kernel.actors import Actor, User, actor_of, system
from bodega.kernel.scope import scope
from bodega.platform.audit import guard
from bodega.platform.seeding import seed_everything

TEAM = {"*": {"view": "team", "create": "all", "change": "team", "delete": "own"}}
NAMES = ("Anna", "Ben", "Cleo", "Dora")
NOTHING = {"*": {"view": "none", "create": "none", "change": "none", "delete": "none"}}


@dataclass(frozen=True)
class People:
    """Actors by first name, and the users behind them."""

    anna: Actor
    ben: Actor
    cleo: Actor
    dora: Actor

    def user(self, actor: Actor) -> User:
        return User.objects.get(pk=actor.user_id or 0)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> None:
    """What nearly every test begins with is written once; it is written again after tests that empty the tables.

    They empty the audit log, too, so the tests that are about its guard put it up for themselves.
    """
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            guard.lift(cursor.execute, connection.vendor)
        employed(system("tests"))


@pytest.fixture
def seeded(db: None) -> Actor:
    """A new installation as `bodega init` leaves it, and the people below; returns the program itself as an actor."""
    actor = system("tests")
    employed(actor)
    return actor


@pytest.fixture
def people(seeded: Actor) -> Iterator[People]:
    found = known()
    with scope():
        yield found


@pytest.fixture
def empty(db: None) -> None:
    """A database as it is before `bodega init`."""
    emptied()


def emptied() -> None:
    call_command("flush", interactive=False, inhibit_post_migrate=True, verbosity=0)


def known() -> People:
    return People(*(actor_of(user) for user in User.objects.filter(name__in=NAMES).order_by("pk")))


def employed(actor: Actor) -> None:
    """Seed the installation and let the people in, where they are not there."""
    if User.objects.filter(name__in=NAMES).exists():
        return
    seed_everything(actor=actor)
    north = change.create(registry.type_of("kernel.team"), {"name": "North"}, actor=actor).pk
    south = change.create(registry.type_of("kernel.team"), {"name": "South"}, actor=actor).pk
    role = registry.type_of("kernel.role")
    team = change.create(role, {"name": "Team", "levels": TEAM}, actor=actor).pk
    nothing = change.create(role, {"name": "Nothing", "levels": NOTHING}, actor=actor).pk
    person("Anna", {"is_admin": True, "teams": [north]}, actor)
    person("Ben", {"roles": [team], "teams": [north]}, actor)
    person("Cleo", {"roles": [nothing]}, actor)
    person("Dora", {"roles": [team], "teams": [south]}, actor)


def reaching(**levels: str) -> dict[str, dict[str, frozenset[str]]]:
    """Rights to everything, as an actor has them: how far each verb reaches."""
    return {"*": {verb: frozenset({level}) for verb, level in levels.items()}}


def person(name: str, values: dict[str, object], seeded: Actor) -> Actor:
    given = {"name": name, "email": f"{name.lower()}@example.com", "time_zone": "Europe/Berlin", "language": "en"}
    made: User = change.create(registry.type_of("kernel.user"), given | values, actor=seeded)
    return actor_of(made)
