"""People and facts for the tests of memory."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bodega.apps.memory import actions, queries
from bodega.apps.memory.models import Fact, Topic
from bodega.kernel import change, registry
from bodega.kernel.actors import Actor
from bodega.kernel.record import RecordType
from bodega.lib import clock
from tests.personas import People

EVERYTHING = {"view": "all", "create": "all", "change": "all", "delete": "all"}


def topic(key: str) -> int:
    found: int = Topic._base_manager.get(key=key).pk
    return found


def type_of(key: str) -> RecordType:
    """The type of facts on this topic."""
    return registry.type_of(queries.SENSITIVE if Topic._base_manager.get(key=key).sensitive else queries.FACT)


def person(people: People, name: str = "Mia", **given: Any) -> int:
    values = {"name": name, "owner": people.ben.user_id, **given}
    found: int = change.create(registry.type_of("parties.person"), values, actor=people.anna).pk
    return found


def told(party: int, key: str, text: str, *, actor: Actor, days: int = 0, **given: Any) -> Fact:
    values = {"party": party, "topic": topic(key), "text": text, "heard_at": clock.now() - timedelta(days=days)}
    made: Fact = change.create(type_of(key), values | given, actor=actor)
    actions.stand_with(type_of(key), [made.pk])
    return made


def let_care(people: People, actor: Actor) -> None:
    """From now on somebody has a role that names what is sensitive."""
    role = {"name": "Carer", "levels": {queries.SENSITIVE: EVERYTHING}}
    carer = change.create(registry.type_of("kernel.role"), role, actor=people.anna)
    user = people.user(actor)
    change.save(user, {"roles": [*user.roles, carer.pk]}, actor=people.anna, type_=registry.type_of("kernel.user"))
