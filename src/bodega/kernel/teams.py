"""Sets of teams: a record names all the teams that work on it by one number, which one index finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bodega.kernel.actors import NOBODY, Ids, TeamSet
from bodega.kernel.scope import arranged, forget, rearranged


def sets() -> Mapping[int, Ids]:
    """The teams of each set by its number."""
    return arranged("team sets", lambda: {number: teams_in(word) for number, word in stored().items()})


def numbers() -> Mapping[Ids, int]:
    return arranged("team set numbers", lambda: {teams: number for number, teams in sets().items()})


def members(number: int) -> Ids:
    """The teams of a set; of one that another process has made since this one looked, too."""
    found = sets().get(number)
    return teams_in(stored(pk=number).get(number, "")) if found is None else found


def stored(**asked: object) -> dict[int, str]:
    return dict(TeamSet.objects.filter(**asked).values_list("pk", "teams"))


def teams_in(word: str) -> Ids:
    return frozenset(map(int, word.split(","))) if word else NOBODY


def word_of(teams: Iterable[int]) -> str:
    return ",".join(map(str, sorted({*teams})))


def keep(wanted: Iterable[Iterable[int]]) -> None:
    """See to it that there is a number for each of these sets. In the transaction that needs them; what is known is not
    trusted, as it may be of one that was rolled back."""
    words = {word_of(teams) for teams in wanted} - {""}
    if not words:
        return
    there = stored(teams__in=words)
    if missing := words - {*there.values()}:
        TeamSet.objects.bulk_create([TeamSet(teams=word) for word in missing], ignore_conflicts=True)
        rearranged()
    elif any(numbers().get(teams_in(word)) != number for number, word in there.items()):
        forget()


def with_any(teams: Ids) -> Ids:
    """The sets to which one of these teams belongs."""
    return arranged(("with any", teams), lambda: frozenset(number for number, held in sets().items() if held & teams))
