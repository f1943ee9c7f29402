"""A company in which a thousand people see different deals: levels, teams, sets of teams, territories, shares.

Drawn by lot from one seed. What administrators arrange goes through the door; deals by one COPY or executemany for each
batch, without history and parts, as through the door they would take an hour.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice
from typing import Any

from django.conf import settings
from django.db import transaction

from bodega.apps.sales.models import Deal, Stage
from bodega.kernel import change, teams
from bodega.kernel.actors import Actor, system
from bodega.kernel.change import default_of
from bodega.kernel.drafts import Draft
from bodega.kernel.raw import columns_of, insert
from bodega.kernel.registry import type_of
from bodega.kernel.scope import rearranged, scope
from bodega.kernel.sharing import Share, reshared
from bodega.platform.tallies.keeping import mend
from bodega.surfaces.search.jobs import refresh_all

REGIONS, DIRECTORS, LEADS, PEOPLE = 5, 15, 60, 1_000
"""One at the head; below each level the next, shared out evenly. The others sell."""
TEAMS, SETS, AREAS, TERRITORIES = 60, 351, 15, 200
"""Teams: one for each region, the others below them. Territories: an area for each director, the others below them."""
BATCH = 20_000
BEGUN, PAST = datetime(2025, 1, 1, tzinfo=UTC), timedelta(days=680)
FIRST = date(2025, 1, 1)
GOODS = "timber rope paint lamps engines sails ovens chairs windows bricks".split()
PRIVATE, PLACED, WITH_TEAMS = 0.02, 0.7, 0.1
"""Of all deals."""
ABROAD = 0.1
"""Of those that lie in a territory, or that teams work on: in one, or by some, that their owner has nothing with."""
WITH_TEAM, GUESTS = 0.05, 128
"""Of the shares, how many are with a team, and with the guest."""
GUEST = "guest"
"""Owns nothing, and sees what was shared with them."""
SEES: Mapping[str, Sequence[str]] = {
    "Head": ["all"], "Region": ["below", "territory"], "Director": ["reports", "team", "territory"], "Team": ["team"],
    "Own": ["own"],
}  # fmt: skip
"""What a holder of each role sees. A role has one level, so that some are several roles."""


@dataclass
class Seller:
    """Whose deals are drawn: how much of all they have, and where theirs lie."""

    id: int
    weight: float
    territories: Sequence[int]
    sets: Sequence[int]


def fill(rows: int) -> None:
    chance, actor = random.Random(11), system("bench")
    with scope():
        sellers = arranged(chance, actor=actor)
        everywhere = [*ids_of("kernel.territory", actor=actor).values()]
        stages = [*Stage._base_manager.order_by("order").values_list("pk", "pipeline_id", "status")]
        drawn = deals(chance, rows, sellers, everywhere, [*teams.sets()], stages)
        while batch := [*islice(drawn, BATCH)]:
            with transaction.atomic():
                insert(Deal, [*columns_of(Deal)][1:], batch)
        share(chance, rows, actor=actor)
    mend(type_of("sales.deal"))
    refresh_all(lambda _done, _text: None)


# ---- who works here --------------------------------------------------------------------------------------------------


def arranged(chance: random.Random, *, actor: Actor) -> list[Seller]:
    """Roles, teams, territories and people; those who sell, the others of their team beside them."""
    roles = save("kernel.role", [{"name": f"{who} {level}", "levels": {"*": {"view": level, "change": level}}}
                                 for who, levels in SEES.items() for level in levels], actor=actor)  # fmt: skip
    held = {who: [roles[f"{who} {level}"] for level in levels] for who, levels in SEES.items()}
    team_ids = tree("kernel.team", "Team", TEAMS, REGIONS, actor=actor)
    place_ids = tree("kernel.territory", "Territory", TERRITORIES, AREAS, actor=actor)
    people = staff(held, team_ids, place_ids, actor=actor)
    with transaction.atomic():
        teams.keep(team_sets(chance, team_ids))
    sets = teams.sets()
    per_area = (TERRITORIES - AREAS) // AREAS
    sellers = []
    for number in range(1 + REGIONS + DIRECTORS, PEOPLE):
        lead = lead_of(number)
        area = AREAS + lead * DIRECTORS // LEADS * per_area
        team = team_ids[team_of(lead)]
        own = [place_ids[area + chance.randrange(per_area)] for _place in range(2)]
        theirs = [one for one, members in sets.items() if team in members]
        sellers.append(Seller(people[f"p{number}"], chance.uniform(0.4, 1.6), own, theirs))
    return sellers


def save(key: str, values: Iterable[Mapping[str, Any]], *, actor: Actor) -> dict[str, int]:
    """Their ids by name."""
    found = change.save_many(type_of(key), [Draft(None, one) for one in values], actor=actor)
    for draft in found.problems:
        raise draft.problem or ValueError(key)
    return ids_of(key, actor=actor)


def ids_of(key: str, *, actor: Actor) -> dict[str, int]:
    by = "login" if key == "kernel.user" else "name"
    return dict(type_of(key).rows(actor).order_by("pk").values_list(by, "pk"))


def tree(key: str, word: str, count: int, tops: int, *, actor: Actor) -> list[int]:
    """The ids of so many: the tops first, the others shared out below them."""
    above = save(key, [{"name": f"{word} {number}"} for number in range(tops)], actor=actor)
    below = [{"name": f"{word} {number}", "above": above[f"{word} {(number - tops) * tops // (count - tops)}"]}
             for number in range(tops, count)]  # fmt: skip
    found = save(key, below, actor=actor)
    return [found[f"{word} {number}"] for number in range(count)]


def staff(
    roles: Mapping[str, Sequence[int]], team_ids: Sequence[int], place_ids: Sequence[int], *, actor: Actor
) -> Mapping[str, int]:
    """Everybody, level by level, so that managers are there before those who report to them."""
    ends = [*accumulate([1, REGIONS, DIRECTORS, LEADS, PEOPLE - 1 - REGIONS - DIRECTORS - LEADS])]
    known: dict[str, int] = {}
    for level, (first, end) in enumerate(zip([0, *ends], ends, strict=False)):
        made = [person(level, number, number - first, known, roles, team_ids, place_ids)
                for number in range(first, end)]  # fmt: skip
        known = save("kernel.user", made, actor=actor)
    guest = {"login": GUEST, "name": "Guest", "roles": roles["Own"], "teams": []}
    return save("kernel.user", [guest], actor=actor)


def person(
    level: int,
    number: int,
    place: int,
    known: Mapping[str, int],
    roles: Mapping[str, Sequence[int]],
    team_ids: Sequence[int],
    place_ids: Sequence[int],
) -> dict[str, Any]:
    """The one at this place of a level: the head, a region's, a director, a lead, a seller."""
    role = ("Head", "Region", "Director", "Team", "Own")[level]
    manager = (None, 0, 1 + place * REGIONS // DIRECTORS, 1 + REGIONS + place * DIRECTORS // LEADS,
               1 + REGIONS + DIRECTORS + place % LEADS)[level]  # fmt: skip
    team = (None, place, REGIONS + place * 2, team_of(place), team_of(place % LEADS))[level]
    areas = {1: range(place * AREAS // REGIONS, (place + 1) * AREAS // REGIONS), 2: [place]}.get(level, [])
    return {
        "login": f"p{number}", "name": f"Person {number}", "roles": roles[role],
        "manager": None if manager is None else known[f"p{manager}"],
        "teams": [] if team is None else [team_ids[team]],
        "territories": [place_ids[area] for area in areas],
    }  # fmt: skip


def lead_of(number: int) -> int:
    """Which lead somebody is, or reports to."""
    place = number - 1 - REGIONS - DIRECTORS
    return place if place < LEADS else (place - LEADS) % LEADS


def team_of(lead: int) -> int:
    return REGIONS + lead * (TEAMS - REGIONS) // LEADS


def team_sets(chance: random.Random, team_ids: Sequence[int]) -> list[frozenset[int]]:
    found = dict.fromkeys(frozenset([team]) for team in team_ids)
    while len(found) < SETS:
        found[frozenset(chance.sample(team_ids, chance.choice([2, 2, 3])))] = None
    return [*found]


# ---- what they sell --------------------------------------------------------------------------------------------------


def deals(
    chance: random.Random,
    count: int,
    sellers: Sequence[Seller],
    places: Sequence[int],
    sets: Sequence[int],
    stages: Sequence[tuple[int, int, str]],
) -> Iterator[list[Any]]:
    """The columns of so many deals, in the order of the table, without the id."""
    usual = {name: default_of(column) for name, column in columns_of(Deal).items()} | {"version": 1}
    del usual["id"]
    weights = [*accumulate(seller.weight for seller in sellers)]
    for number in range(count):
        (seller,) = chance.choices(sellers, cum_weights=weights)
        stage, pipeline, status = chance.choice(stages)
        at, amount = BEGUN + PAST * (number / count), 10_000 + int(chance.random() ** 2 * 9_000_000)
        name = f"{chance.choice(GOODS)} order {number}"
        made: dict[str, Any] = {
            "name": name, "name_key": name, "owner_id": seller.id, "stage_id": stage, "pipeline_id": pipeline,
            "status": status, "created_at": at, "updated_at": at, "stage_since": at,
            "amount": amount, "amount_base": amount, "amount_currency": settings.BODEGA_CURRENCY,
            "opened_on": FIRST, "expected_on": FIRST + timedelta(days=chance.randrange(900)),
            "private": chance.random() < PRIVATE,
        }  # fmt: skip
        if chance.random() < PLACED:
            made["territory_id"] = chance.choice(places if chance.random() < ABROAD else seller.territories)
        if chance.random() < WITH_TEAMS:
            made["team_set"] = chance.choice(sets if chance.random() < ABROAD else seller.sets)
        yield [*(usual | made).values()]


@transaction.atomic
def share(chance: random.Random, deals: int, *, actor: Actor) -> None:
    """A fifth as many shares as deals, few of them with teams; some with the guest."""
    people, team_ids = ids_of("kernel.user", actor=actor), [*ids_of("kernel.team", actor=actor).values()]
    guest, others = people[GUEST], [pk for login, pk in people.items() if login[0] == "p"]
    first = Deal._base_manager.order_by("pk").values_list("pk", flat=True)[0]
    whom = [(guest, None)] * GUESTS + [
        (None, chance.choice(team_ids)) if chance.random() < WITH_TEAM else (chance.choice(others), None)
        for _share in range(deals // 5 - GUESTS)
    ]
    picked = chance.sample(range(first, first + deals), len(whom))
    insert(Share, ["type", "record_id", "order", "user_id", "team_id", "may_change"],
           [("sales.deal", pk, 0, *one, False) for pk, one in zip(picked, whom, strict=True)])  # fmt: skip
    reshared()
    rearranged()
