"""The sample company itself, as it is on its first day: who works there, what it sells, how it sells, what it notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings

from bodega.apps.products.records import product
from bodega.apps.sales.models import LOST, OPEN, WON
from bodega.apps.sales.records import pipeline, stage
from bodega.kernel import change, records
from bodega.kernel.actors import Actor, User, actor_of
from bodega.kernel.drafts import Draft
from bodega.kernel.record import RecordType
from bodega.kernel.seeding import seed_everything
from bodega.lib import clock
from bodega.lib.money import Money
from bodega.platform.accounts import actions as accounts
from bodega.platform.accounts.signing_in import SAMPLE
from bodega.web.sample.words import Words, words

PASSWORD = "bodega"  # noqa: S105  (it is printed on the first page of the manual, and works in a demo only)
WORTH = {"EUR": Decimal(1), "USD": Decimal("0.9184"), "GBP": Decimal("1.1725"), "JPY": Decimal("0.006104")}
"""What one unit is worth in euro, about."""
CONTRACTS = "Service contracts"
CONTRACT_STAGES = [
    ("Due", OPEN, 40, "info", 30), ("Offered", OPEN, 60, "plum", 21), ("Agreed", OPEN, 90, "warn", 14),
    ("Signed", WON, 100, "good", None), ("Not renewed", LOST, 0, "bad", None),
]  # fmt: skip
SECTORS = {"boatbuilding": "Boats and marinas", "fishing": "Fishing"}
FIELDS: Sequence[Mapping[str, Any]] = [
    {"type": "parties.person", "name": "Prefers", "kind": "choice", "options": ["Call", "Mail", "Visit"]},
    {"type": "parties.organisation", "name": "Delivery gate", "kind": "text"},
    {"type": "custom.boats", "name": "Length in metres", "word": "length", "kind": "decimal"},
    {"type": "custom.boats", "name": "Built", "kind": "integer"},
    {"type": "custom.boats", "name": "Belongs to", "kind": "reference", "target": "parties.organisation"},
]


@dataclass(frozen=True)
class Ware:
    """A product as it is sold and spoken of."""

    id: int
    name: str
    price: Decimal
    things: str
    many: tuple[int, int]


@dataclass(frozen=True)
class Step:
    """A stage of a pipeline."""

    id: int
    name: str
    status: str


@dataclass(frozen=True)
class Company:
    """What the year's work needs of it: staff by sign-in name, wares by series, stages by pipeline."""

    staff: Mapping[str, Words]
    actors: Mapping[str, Actor]
    wares: Mapping[str, Sequence[Ware]]
    steps: Mapping[str, Sequence[Step]]

    def sellers(self, team: str) -> list[tuple[str, float]]:
        return [(login, one["share"]) for login, one in self.staff.items() if team in one["teams"]]


def found(founder: Actor) -> Company:
    """Found the company in an empty installation."""
    seed_everything(actor=founder)
    seed_sectors(founder)
    write(records.rate, ({"name": name, "worth": worth} | first_day() for name, worth in foreign()), founder)
    hire(founder)
    write(records.custom_type, [{"name": "Boat", "plural": "Boats", "slug": "boats", "icon": "sailboat"}], founder)
    write(records.custom_field, ({"order": at, **given} for at, given in enumerate(FIELDS)), founder)
    (contracts,) = write(pipeline, [{"name": CONTRACTS, "order": 1}], founder)
    write(stage, contract_stages(contracts), founder)
    staff = {one["login"]: one for one in words("staff")["person"]}
    people = {user.login: user for user in records.user.rows(founder).filter(external_id__startswith=SAMPLE)}
    actors = {login: actor_of(people[login]) for login in staff}
    return Company(staff, actors, stock(founder), steps(founder))


def write(type_: RecordType, rows: Iterable[Mapping[str, Any]], founder: Actor) -> list[int]:
    outcome = change.save_many(type_, [Draft(None, values) for values in rows], actor=founder)
    for draft in outcome.problems:
        raise RuntimeError(f"{type_.key}: {draft.problem} in {draft.values}")
    return outcome.created


def first_day() -> dict[str, Any]:
    return {"since": clock.today(settings.TIME_ZONE)}


def foreign() -> list[tuple[str, Decimal]]:
    """The rates of the other currencies in the installation's own."""
    own = WORTH.get(settings.BODEGA_CURRENCY)
    return [(name, worth / own) for name, worth in WORTH.items() if name != settings.BODEGA_CURRENCY] if own else []


def seed_sectors(founder: Actor) -> None:
    rows = ({"set": "parties.sector", "key": key, "name": name, "order": 50} for key, name in SECTORS.items())
    write(records.option, rows, founder)


def hire(founder: Actor) -> None:
    """The eight, those who manage first, and one password for all of them."""
    team_ids = dict(zip(words("staff")["teams"], write(records.team, named(words("staff")["teams"]), founder), strict=True))
    role_ids = dict(records.role.rows(founder).values_list("name", "pk"))
    ids: dict[str, int] = {}
    for one in words("staff")["person"]:
        values = {name: one[name] for name in ("login", "name", "office")} | {
            "email": one["login"], "role": role_ids[one["role"]], "teams": [team_ids[name] for name in one["teams"]],
            "manager": ids.get(one.get("manager", "")), "is_admin": one.get("admin", False), "time_zone": words("staff")["zone"],
            "external_id": SAMPLE + one["login"],
        }  # fmt: skip
        (ids[one["login"]],) = write(records.user, [values], founder)
    accounts.share_password([*ids.values()], password=PASSWORD, actor=founder)


def named(names: Iterable[str]) -> list[dict[str, Any]]:
    return [{"name": name} for name in names]


def contract_stages(pipeline_id: int) -> list[dict[str, Any]]:
    return [
        {"pipeline": pipeline_id, "name": name, "order": order, "status": status, "probability": Decimal(chance), "tone": tone,
         "rotting_days": days}
        for order, (name, status, chance, tone, days) in enumerate(CONTRACT_STAGES)
    ]  # fmt: skip


def stock(founder: Actor) -> dict[str, list[Ware]]:
    """Write the catalogue; what is no longer sold stands in it, but nobody sells it."""
    listed = words("products")["product"]
    ids = write(product, map(in_catalogue, listed), founder)
    found: dict[str, list[Ware]] = {}
    for pk, one in zip(ids, listed, strict=True):
        if one.get("active", True):
            low, high = one["many"]
            ware = Ware(pk, one["name"], Decimal(one["price"]), one["things"], (low, high))
            found.setdefault(one["series"], []).append(ware)
    return found


def in_catalogue(one: Words) -> dict[str, Any]:
    kept = {name: one[name] for name in ("code", "name", "series", "description")}
    return kept | {"active": one.get("active", True), "price": Money.of(Decimal(one["price"]), "EUR")}


def steps(founder: Actor) -> dict[str, list[Step]]:
    rows = stage.rows(founder).order_by("pipeline__order", "order").values_list("pipeline__name", "pk", "name", "status")
    found: dict[str, list[Step]] = {}
    for of, pk, name, status in rows:
        found.setdefault(of, []).append(Step(pk, name, status))
    return found


def is_there(asker: Actor) -> bool:
    return records.user.rows(asker).filter(external_id__startswith=SAMPLE).exists()
