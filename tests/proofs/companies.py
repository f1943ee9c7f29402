"""Small companies drawn by lot: people, teams, territories, roles and things, in the database and for the oracle."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from bodega.apps.products.models import Product
from bodega.kernel import teams
from bodega.kernel.actors import LEVELS, VERBS, Actor, Role, Team, Territory, User, actor_of, system
from bodega.kernel.query import parse
from bodega.kernel.registry import type_of
from bodega.kernel.rules import LIMIT, SHARE
from bodega.kernel.rules import Rule as RuleRow
from bodega.kernel.scope import PROCESS, scope
from bodega.kernel.sharing import Share as ShareRow
from bodega.lib import clock
from tests.proofs.oracle import Branch, Lines, Person, Rule, Share, Thing

TYPE = "products.product"
Held = dict[Any, int]
"""The id of the row that stands for each of the oracle's objects."""
Branches = Mapping[Any, Sequence[Branch]]
"""The teams and the territories, by model."""


@dataclass
class Company:
    people: Sequence[Person]
    branches: Branches
    things: Sequence[Thing]
    ids: Held
    role_ids: Mapping[int, int] = field(default_factory=dict)
    """The id of the row that stands for a role, by that of the role in Python."""

    def actor(self, person: Person) -> Actor:
        return actor_of(User.objects.get(pk=self.ids[person]))


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written within the block is gone after it, and so is what the process knew of it."""
    with transaction.atomic():
        PROCESS.clear()
        with scope():
            yield
        transaction.set_rollback(True)
    PROCESS.clear()


@contextmanager
def company(seed: int) -> Iterator[Company]:
    """The company of that number; gone after the block."""
    with taken_back():
        lot = random.Random(seed)
        made = staffed(lot, [TYPE])
        yield Company(made.people, made.branches, products(lot, made), made.ids)


def staffed(lot: random.Random, types: Sequence[str]) -> Company:
    """People with roles that say something of these types; nothing belongs to them yet."""
    ids: Held = {}
    branches = {model: tree(model, lot, ids) for model in (Team, Territory)}
    roles = [role(lot, types) for _role in range(lot.randint(1, 4))]
    role_ids = [Role.objects.create(name="R", levels=levels, **dated()).pk for levels in roles]
    people = [Person(is_admin=lot.random() < 0.1) for _person in range(lot.randint(2, 7))]
    for number, one in enumerate(people):
        chosen = lot.sample(range(len(roles)), lot.randint(0, min(2, len(roles))))
        one.roles = [roles[at] for at in chosen]
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
    return Company(people, branches, [], ids, {id(one): pk for one, pk in zip(roles, role_ids, strict=True)})


def products(lot: random.Random, held: Company) -> Sequence[Thing]:
    things, ids = [thing(lot, held, TYPE) for _thing in range(14)], held.ids
    teams.keep([ids[team] for team in one.teams] for one in things)
    rules = [rule(lot, held) for _rule in range(lot.choice([0, 0, 1, 2]))]
    for number, one in enumerate(things):
        one.name, one.rules = f"T{number}", rules
        ids[one] = Product.objects.create(
            name=f"T{number}", name_key=f"t{number}", owner_id=one.owner and ids[one.owner], private=one.private,
            team_set=teams.numbers()[frozenset(ids[team] for team in one.teams)] if one.teams else None,
            territory_id=one.territory and ids[one.territory], **dated(),
        ).pk  # fmt: skip
        shared(one, lot, held)
    return things


def shared(one: Thing, lot: random.Random, held: Company) -> None:
    """Now and then with somebody, or with a team."""
    for _share in range(lot.choice([0, 0, 1, 2])):
        whom: list[Person | Branch] = [*held.people, *held.branches[Team]]
        made = Share(lot.choice(whom), lot.random() < 0.5)
        column = "user_id" if isinstance(made.whom, Person) else "team_id"
        ShareRow.objects.create(
            type=TYPE, record_id=held.ids[one], may_change=made.may_change, **{column: held.ids[made.whom]}
        )
        one.shares.append(made)


MEANINGS: Mapping[str, Callable[[Person, Thing], bool]] = {
    "name:1": lambda _person, thing: "1" in thing.name,
    "-name:1 or owner:empty": lambda _person, thing: "1" not in thing.name or thing.owner is None,
    "owner:me": lambda person, thing: thing.owner is person,
    "private:no": lambda _person, thing: not thing.private,
}


def rule(lot: random.Random, held: Company) -> Rule:
    """For some, or for everybody."""
    text = lot.choice([*MEANINGS])
    roles = [role for person in held.people for role in person.roles]
    made = Rule(
        limits=lot.random() < 0.4,
        means=MEANINGS[text],
        may_change=lot.random() < 0.5,
        roles=lot.sample(roles, min(len(roles), lot.choice([0, 0, 1]))),
        teams=lot.sample(held.branches[Team], lot.choice([0, 0, 1])),
        people=lot.sample(held.people, lot.choice([0, 1])),
    )
    RuleRow.objects.create(
        name="R", type=TYPE, effect=LIMIT if made.limits else SHARE, question=text, may_change=made.may_change,
        asked=parse(text, type_of(TYPE), actor=system("tests")).to_json(),
        roles=[held.role_ids[id(one)] for one in made.roles], teams=[held.ids[team] for team in made.teams],
        users=[held.ids[person] for person in made.people], **dated(),
    )  # fmt: skip
    return made


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


def role(lot: random.Random, types: Sequence[str]) -> Lines:
    """A line for everything, and perhaps one for some of the types, which may leave a verb out."""
    lines = {"*": {verb: lot.choice(LEVELS[:-1]) for verb in VERBS if lot.random() < 0.9}}
    for key in types:
        if lot.random() < 0.5:
            lines[key] = {verb: lot.choice(LEVELS[:-1]) for verb in VERBS if lot.random() < 0.7}
    return lines


def thing(lot: random.Random, held: Company, type_key: str) -> Thing:
    return Thing(
        owner=lot.choice([None, *held.people]),
        teams=some(held.branches[Team], lot),
        territory=lot.choice([None, *held.branches[Territory]]),
        private=lot.random() < 0.3,
        type=type_key,
    )
