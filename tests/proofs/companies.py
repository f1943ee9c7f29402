"""Small companies drawn by lot: people, teams, territories, roles and things, in the database and for the oracle."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bodega.apps.products.models import Product
from bodega.kernel import teams
from bodega.kernel.actors import LEVELS, VERBS, Actor, Role, Team, Territory, User, actor_of
from bodega.kernel.scope import PROCESS, scope
from bodega.lib import clock
from tests.proofs.oracle import Branch, Person, Thing

TYPE = "products.product"
Held = dict[Any, int]
"""The id of the row that stands for each of the oracle's objects."""


@dataclass
class Company:
    people: Sequence[Person]
    things: Sequence[Thing]
    ids: Held

    def actor(self, person: Person) -> Actor:
        return actor_of(User.objects.get(pk=self.ids[person]))


@contextmanager
def company(seed: int) -> Iterator[Company]:
    """The company of that number; gone after the block."""
    with transaction.atomic():
        PROCESS.clear()
        with scope():
            yield stored(random.Random(seed))
        transaction.set_rollback(True)
    PROCESS.clear()


def stored(lot: random.Random) -> Company:
    ids: Held = {}
    branches = {model: tree(model, lot, ids) for model in (Team, Territory)}
    roles = [role(lot) for _role in range(lot.randint(1, 4))]
    role_ids = [Role.objects.create(name="R", levels=levels, **dated()).pk for levels in roles]
    people = [Person(is_admin=lot.random() < 0.1) for _person in range(lot.randint(2, 7))]
    for number, one in enumerate(people):
        chosen = lot.sample(range(len(roles)), lot.randint(0, min(2, len(roles))))
        one.roles = [spoken(roles[at]) for at in chosen]
        one.teams, one.territories = (some(branches[model], lot) for model in (Team, Territory))
        row = User.objects.create(
            login=f"p{number}", name=f"P{number}", is_admin=one.is_admin, roles=[role_ids[at] for at in chosen],
            teams=[ids[one] for one in one.teams], territories=[ids[one] for one in one.territories], **dated(),
        )  # fmt: skip
        ids[one] = row.pk
    for one in people:
        if lot.random() < 0.6:  # in a ring now and then: they happen
            one.manager = lot.choice(people)
            User.objects.filter(pk=ids[one]).update(manager=ids[one.manager])
    things = [thing(lot, branches, people) for _thing in range(14)]
    teams.keep([ids[team] for team in one.teams] for one in things)
    for number, one in enumerate(things):
        ids[one] = Product.objects.create(
            name=f"T{number}", name_key=f"t{number}", owner_id=one.owner and ids[one.owner], private=one.private,
            team_set=teams.numbers()[frozenset(ids[team] for team in one.teams)] if one.teams else None,
            territory_id=one.territory and ids[one.territory], **dated(),
        ).pk  # fmt: skip
    return Company(people, things, ids)


def dated() -> dict[str, Any]:
    return dict.fromkeys(("created_at", "updated_at"), clock.now())


def tree(model: type[Team | Territory], lot: random.Random, ids: Held) -> list[Branch]:
    found: list[Branch] = []
    for _branch in range(lot.randint(1, 5)):
        made = Branch(lot.choice([None, *found]))
        ids[made] = model.objects.create(name="B", above_id=made.above and ids[made.above], **dated()).pk
        found.append(made)
    return found


def some(branches: Sequence[Branch], lot: random.Random) -> list[Branch]:
    return lot.sample(branches, lot.choice([0, 1, 1, min(2, len(branches))]))


def role(lot: random.Random) -> dict[str, dict[str, str]]:
    """A line for everything, and perhaps one for the type that is asked about, which may leave a verb out."""
    lines = {"*": {verb: lot.choice(LEVELS) for verb in VERBS if lot.random() < 0.9}}
    if lot.random() < 0.5:
        lines[TYPE] = {verb: lot.choice(LEVELS) for verb in VERBS if lot.random() < 0.7}
    return lines


def spoken(lines: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    return {**lines["*"], **lines.get(TYPE, {})}


def thing(lot: random.Random, branches: Mapping[Any, Sequence[Branch]], people: Sequence[Person]) -> Thing:
    return Thing(
        owner=lot.choice([None, *people]),
        teams=some(branches[Team], lot),
        territory=lot.choice([None, *branches[Territory]]),
        private=lot.random() < 0.3,
    )
