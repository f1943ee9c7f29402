"""The people of the tests: Anna may do everything, Ben what his team may, Cleo nothing; and a second team's Dora."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bodega.kernel import change, registry
from bodega.kernel.actors import Actor, User, actor_of, system
from bodega.kernel.scope import scope
from bodega.platform.seeding import seed_everything

TEAM = {"*": {"view": "team", "create": "all", "change": "team", "delete": "own"}}
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


@pytest.fixture
def seeded(db: None) -> Actor:
    """A new installation as `bodega init` leaves it; returns the program itself as an actor."""
    actor = system("tests")
    seed_everything(actor=actor)
    return actor


@pytest.fixture
def people(seeded: Actor) -> Iterator[People]:
    north = change.create(registry.type_of("kernel.team"), {"name": "North"}, actor=seeded).pk
    south = change.create(registry.type_of("kernel.team"), {"name": "South"}, actor=seeded).pk
    role = registry.type_of("kernel.role")
    team = change.create(role, {"name": "Team", "levels": TEAM}, actor=seeded).pk
    nothing = change.create(role, {"name": "Nothing", "levels": NOTHING}, actor=seeded).pk
    with scope():
        yield People(
            anna=person("Anna", {"is_admin": True, "teams": [north]}, seeded),
            ben=person("Ben", {"role": team, "teams": [north]}, seeded),
            cleo=person("Cleo", {"role": nothing}, seeded),
            dora=person("Dora", {"role": team, "teams": [south]}, seeded),
        )


def person(name: str, values: dict[str, object], seeded: Actor) -> Actor:
    given = {"name": name, "email": f"{name.lower()}@example.com", "time_zone": "Europe/Berlin", "language": "en"}
    made: User = change.create(registry.type_of("kernel.user"), given | values, actor=seeded)
    return actor_of(made)
