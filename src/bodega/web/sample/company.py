"""The sample company itself, as it is on its first day: who works there, what it sells, how it sells, what it notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings

from bodega.apps.memory.records import sensitive_topic, topic
from bodega.apps.products.records import product
from bodega.apps.sales.records import pipeline, stage
from bodega.kernel import change
from bodega.kernel.actors import Actor, actor_of
from bodega.kernel.drafts import Draft
from bodega.kernel.record import RecordType
from bodega.lib import clock
from bodega.lib.money import Money
from bodega.platform.accounts import actions as accounts
from bodega.platform.accounts.signing_in import SAMPLE
from bodega.platform.administration import records
from bodega.platform.seeding import seed_everything
from bodega.web.sample.words import Words, words

TOPICS = (topic, sensitive_topic)
PASSWORD = "bodega"  # noqa: S105  (everybody may know it: it works in a demo only)


class Ware(NamedTuple):
    """A product as it is sold and spoken of: `short` is one of it, `things` several, `many` how many one buys."""

    id: int
    code: str
    series: str
    short: str
    things: str
    price: Decimal
    many: Sequence[int]
    is_service: bool


class Step(NamedTuple):
    """A stage of a pipeline."""

    id: int
    name: str
    status: str


@dataclass(frozen=True)
class Company:
    """What the year's work needs of it: staff and actors by sign-in name, what is sold, the stages by pipeline."""

    staff: Mapping[str, Words]
    actors: Mapping[str, Actor]
    wares: Sequence[Ware]
    stages: Mapping[str, Sequence[Step]]
    topics: Mapping[str, tuple[int, bool]]
    """By its word, the id of each topic, and whether it is a sensitive one."""

    def sellers(self, *, waterside: bool) -> list[tuple[str, float]]:
        """Who sells in one of the two teams, and how much."""
        team = words("company")["teams"][0 if waterside else 1]
        return [(login, one["share"]) for login, one in self.staff.items() if team in one["teams"]]


def found(founder: Actor) -> Company:
    """Found the company in an empty installation."""
    plan = words("company")
    seed_everything(actor=founder)
    sectors, contracts = plan["sectors"].items(), plan["contracts"]
    write(records.option, ({"set": "parties.sector", "key": key, "name": name} for key, name in sectors), founder)
    write(records.rate, foreign_rates(plan["worth"]), founder)
    hire(plan["person"], founder)
    write(records.custom_type, [plan["boats"]], founder)
    write(records.custom_field, ({"order": at, **given} for at, given in enumerate(plan["fields"])), founder)
    (made,) = write(pipeline, [{"name": contracts["name"], "order": 1}], founder)
    places = ({"pipeline": made, "order": at, **one} for at, one in enumerate(contracts["stages"]))
    write(stage, (one | {"probability": Decimal(one["probability"])} for one in places), founder)
    actors = {user.login: actor_of(user) for user in records.user.rows(founder)}
    known = {key: (pk, of is sensitive_topic) for of in TOPICS for pk, key in of.rows(founder).values_list("pk", "key")}
    return Company({one["login"]: one for one in plan["person"]}, actors, stock(founder), stages(founder), known)


def write(type_: RecordType, rows: Iterable[Mapping[str, Any]], founder: Actor) -> list[int]:
    outcome = change.save_many(type_, [Draft(None, values) for values in rows], actor=founder)
    for draft in outcome.problems:
        raise RuntimeError(f"{type_.key}: {draft.problem} in {draft.values}")
    return outcome.created


def foreign_rates(worth: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the other currencies are worth in the installation's own."""
    own, since = settings.BODEGA_CURRENCY, clock.today(settings.TIME_ZONE)
    others = [(name, Decimal(value)) for name, value in worth.items() if own in worth and name != own]
    return [{"name": name, "since": since, "worth": value / Decimal(worth[own])} for name, value in others]


def hire(people: Sequence[Words], founder: Actor) -> None:
    """The eight, managers before those they manage, with one password for all of them."""
    names = words("company")["teams"]
    teams = dict(zip(names, write(records.team, ({"name": name} for name in names), founder), strict=True))
    roles = dict(records.role.rows(founder).values_list("name", "pk"))
    ids: dict[str, int] = {}
    for one in people:
        values = {name: one[name] for name in ("login", "name", "office")}
        values |= {"email": one["login"], "time_zone": words("company")["zone"], "external_id": SAMPLE + one["login"]}
        values |= {"roles": [roles[one["role"]]], "teams": [teams[name] for name in one["teams"]]}
        values |= {"manager": ids.get(one.get("manager", "")), "is_admin": one.get("admin", False)}
        (ids[one["login"]],) = write(records.user, [values], founder)
    accounts.share_password([*ids.values()], password=PASSWORD, actor=founder)


def stock(founder: Actor) -> list[Ware]:
    """Write the catalogue; what is no longer made stands in it, but nobody sells it."""
    listed = [{"active": True} | one for one in words("products")["product"]]
    kept = ("code", "name", "series", "description", "active")
    priced = (({name: one[name] for name in kept}, Money.of(Decimal(one["price"]), "EUR")) for one in listed)
    ids = write(product, (values | {"price": price} for values, price in priced), founder)
    return [ware(pk, one) for pk, one in zip(ids, listed, strict=True) if one["active"]]


def ware(pk: int, one: Words) -> Ware:
    name, series = one["name"].split(",")[0], one["series"]
    short, price = name[0].lower() + name[1:], Decimal(one["price"])
    return Ware(pk, one["code"], series, short, one["things"], price, one["many"], series == "Service")


def stages(founder: Actor) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {}
    for one in stage.rows(founder).select_related("pipeline").order_by("pipeline__order", "order"):
        found.setdefault(one.pipeline.name, []).append(Step(one.pk, one.name, one.status))
    return found
