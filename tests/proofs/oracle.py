"""Who may see what, said once more as plainly as possible: what the SQL of `kernel.access` is held against.

No set arithmetic on ids made beforehand, no short cuts: each question is answered by looking at the people themselves.
One function for each rule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

Lines = Mapping[str, Mapping[str, str]]
"""What a role says: by type of record (`*` for those it does not name) and verb, how far it reaches."""
KNOWING = ("view", "change", "delete")
"""Whoever may do one of these to a thing learns what it says: on its page, in its form, in the trash."""


APART = frozenset({"memory.sensitive"})
"""What only those roles show that name it."""
TALK = frozenset({"talk.comment"})
"""What whoever sees the thing that it hangs on may do anything with."""


@dataclass(eq=False)
class Branch:
    """A team or a territory, and what it is a part of."""

    above: Branch | None = None

    def is_in(self, other: Branch) -> bool:
        """Whether it is the other one or a part of it."""
        return any(one is other for one in chain_of(self, "above"))


@dataclass(eq=False)
class Person:
    roles: list[Lines] = field(default_factory=list)
    masks: list[Mapping[str, Collection[str]]] = field(default_factory=list)
    """For each of the roles, which fields it hides, by type."""
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
    type: str = ""
    within: Thing | None = None
    """What it hangs on, where that says who may see it."""
    name: str = ""
    shares: list[Share] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    """Those of its type."""


@dataclass(eq=False)
class Share:
    """With whom a thing is shared: a person, or a team."""

    whom: Person | Branch
    may_change: bool = False


@dataclass(eq=False)
class Rule:
    """Adds what it means to what some people see, or leaves them nothing else; everybody, where it names nobody."""

    limits: bool
    means: Callable[[Person, Thing], bool]
    may_change: bool = False
    roles: list[Lines] = field(default_factory=list)
    teams: list[Branch] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)


def may(person: Person, verb: str, thing: Thing) -> bool:
    """Whether the person may do this to the thing."""
    if person.is_admin:
        return True
    if thing.within is not None:
        is_closed = thing.type in APART and not {level(role, verb, thing.type) for role in person.roles} - {"none"}
        is_seen = verb == "view" or thing.type in TALK
        return not is_closed and may(person, "view" if is_seen else "change", thing.within)
    is_seen = may_by_role(person, verb, thing) or may_by_share(person, verb, thing) or may_by_rule(person, verb, thing)
    return is_seen and not is_beyond_limits(person, thing)


def may_by_share(person: Person, verb: str, thing: Thing) -> bool:
    return verb != "delete" and any(
        (verb == "view" or share.may_change) and (share.whom is person or is_of(person, share.whom))
        for share in thing.shares
    )


def may_by_rule(person: Person, verb: str, thing: Thing) -> bool:
    return not thing.private and any(
        (verb == "view" or (verb == "change" and rule.may_change)) and rule.means(person, thing)
        for rule in thing.rules
        if not rule.limits and concerns(rule, person)
    )


def is_beyond_limits(person: Person, thing: Thing) -> bool:
    return any(not rule.means(person, thing) for rule in thing.rules if rule.limits and concerns(rule, person))


def concerns(rule: Rule, person: Person) -> bool:
    if not (rule.roles or rule.teams or rule.people):
        return True
    is_held = any(one is role for one in person.roles for role in rule.roles)
    return is_held or any(one is person for one in rule.people) or any(is_of(person, team) for team in rule.teams)


def is_of(person: Person, team: Person | Branch) -> bool:
    """Whether the person works in the team, or in one that is a part of it."""
    return isinstance(team, Branch) and any(mine.is_in(team) for mine in person.teams)


def may_by_role(person: Person, verb: str, thing: Thing) -> bool:
    levels = {level(role, verb, thing.type) for role in person.roles} - {"none"}
    if not levels:
        return False
    if thing.owner is person:
        return True
    return not thing.private and any(reaches(one, person, thing) for one in levels)


def knows(person: Person, thing: Thing) -> bool:
    """Whether the person may learn anything of the thing."""
    return any(may(person, verb, thing) for verb in KNOWING)


def hides(person: Person, type_key: str, name: str) -> bool:
    """Whether a field is kept from the person: by each of their roles that shows records of the type."""
    if person.is_admin or not person.masks:
        return False
    pairs = [*zip(person.roles, person.masks, strict=True)]
    showing = [mask for role, mask in pairs if level(role, "view", type_key) != "none"] or person.masks
    return all(name in mask.get(type_key, ()) for mask in showing)


def level(role: Lines, verb: str, type_key: str) -> str:
    """How far one role lets somebody do this; what it says of the type itself comes first."""
    own = role.get(type_key, {})
    if type_key in APART:
        return own.get(verb, "none")
    return own[verb] if verb in own else role.get("*", {}).get(verb, "none")


def reaches(level: str, person: Person, thing: Thing) -> bool:
    if level == "all":
        return True
    if level == "territory":
        return thing.territory is not None and any(thing.territory.is_in(mine) for mine in person.territories)
    if level in ("own", "customer"):  # nobody who works here stands for a customer
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
