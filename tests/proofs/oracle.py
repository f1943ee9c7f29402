"""Who may see what, said once more as plainly as possible: what the SQL of `kernel.access` is held against.

No set arithmetic on ids made beforehand, no short cuts: each question is answered by looking at the people themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(eq=False)
class Branch:
    """A team or a territory, and what it is a part of."""

    above: Branch | None = None

    def is_in(self, other: Branch) -> bool:
        """Whether it is the other one or a part of it."""
        return any(one is other for one in chain_of(self, "above"))


@dataclass(eq=False)
class Person:
    roles: list[Mapping[str, str]] = field(default_factory=list)
    """By verb, how far it reaches."""
    teams: list[Branch] = field(default_factory=list)
    territories: list[Branch] = field(default_factory=list)
    manager: Person | None = None
    is_admin: bool = False


@dataclass(eq=False)
class Thing:
    owner: Person | None = None
    teams: list[Branch] = field(default_factory=list)
    territory: Branch | None = None
    private: bool = False


def may(person: Person, verb: str, thing: Thing) -> bool:
    """Whether the person may do this to the thing."""
    if person.is_admin:
        return True
    levels = {role.get(verb, "none") for role in person.roles} - {"none"}
    if not levels:
        return False
    if thing.owner is person:
        return True
    return not thing.private and any(reaches(level, person, thing) for level in levels)


def reaches(level: str, person: Person, thing: Thing) -> bool:
    if level == "all":
        return True
    if level == "territory":
        return thing.territory is not None and any(thing.territory.is_in(mine) for mine in person.territories)
    if level == "own":
        return False
    if thing.owner is not None and any(one is person for one in chain_of(thing.owner, "manager")):
        return True
    theirs = [*thing.teams, *(thing.owner.teams if thing.owner else ())]
    if level == "team":
        return any(one in person.teams for one in theirs)
    return level == "below" and any(one.is_in(mine) for one in theirs for mine in person.teams)


def chain_of(one: Branch | Person, up: str) -> Iterator[Branch | Person]:
    """Itself, what is above it, and so on; a ring is gone round once."""
    seen: list[Branch | Person] = []
    at: Branch | Person | None = one
    while at is not None and not any(at is known for known in seen):
        seen.append(at)
        yield at
        at = getattr(at, up)
