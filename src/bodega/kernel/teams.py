"""Sets of teams: a record names all the teams that work on it by one number, which one index finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bodega.kernel.actors import Ids, TeamSet
from bodega.kernel.scope import arranged, rearranged


def sets() -> Mapping[int, Ids]:
    """The teams of each set by its number."""
    return arranged("team sets", lambda: {one.pk: members(one.teams) for one in TeamSet.objects.all()})


def members(teams: str) -> Ids:
    return frozenset(map(int, teams.split(",")))


def numbers() -> Mapping[Ids, int]:
    return arranged("team set numbers", lambda: {teams: number for number, teams in sets().items()})


def keep(wanted: Iterable[Iterable[int]]) -> None:
    """See to it that there is a number for each of these sets. In the transaction that needs them."""
    missing = {frozenset(teams) for teams in wanted if teams} - numbers().keys()
    if missing:
        written = [TeamSet(teams=",".join(map(str, sorted(teams)))) for teams in missing]
        TeamSet.objects.bulk_create(written, ignore_conflicts=True)
        rearranged()


def with_any(teams: Ids) -> Ids:
    """The sets to which one of these teams belongs."""
    return frozenset(number for number, held in sets().items() if held & teams)
