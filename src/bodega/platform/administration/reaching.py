"""What somebody can see and do: by type and verb how far their roles reach, how many records that is, and which."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from bodega.kernel import access, query, registry
from bodega.kernel.actors import LEVELS, VERBS, Actor, level_in
from bodega.kernel.record import RecordType
from bodega.platform.administration.reasons import DOING, Person, roles_of

MOST = 10_000
"""How far records are counted."""
IN_WORDS = 20
"""How many people, teams or territories a question may name."""


class Reached(NamedTuple):
    """How far somebody's roles let them do `verb` with records of the type."""

    type: RecordType
    verb: str
    levels: Mapping[str, list[int]]
    """By level, the roles that give it; empty for who may not, and for administrators, who may everything."""
    allowed: bool
    many: int = 0
    more: bool = False
    exceptions: bool = False
    """Whether some are shared with them, or rules add some or take some away."""
    question: str | None = None
    """What to ask a list for to see them; None where it cannot be said."""


def worked_with() -> Iterator[RecordType]:
    """The types of which roles say something: not what administrators arrange, nor what is seen by way of another,
    unless it stands apart."""
    for type_ in registry.every_type():
        if type_.apart or not (type_.admin or type_.within or type_.covers):
            yield type_


def reached(person: Person, *, actor: Actor) -> list[Reached]:
    """For each type and verb. `actor` is the person's."""
    return [of_type(type_, verb, person, actor=actor) for type_ in worked_with() for verb in VERBS]


def of_type(type_: RecordType, verb: str, person: Person, *, actor: Actor) -> Reached:
    levels: dict[str, list[int]] = {}
    for pk, lines in roles_of(person) if not person.is_admin else ():
        levels.setdefault(level_in(lines, type_.key, verb), []).append(pk)
    found = Reached(
        type_,
        verb,
        {level: levels[level] for level in LEVELS[:0:-1] if level in levels},
        access.may(type_, actor, verb),
    )
    if verb not in DOING or not found.allowed:
        return found
    many, more = query.count(type_.rows(actor, verb), limit=MOST)
    if type_.apart:  # of what they see besides
        return found._replace(many=many, more=more)
    reach = access.reach_of(type_, actor, verb)
    exceptions = reach is not None and (not reach.shared.is_empty or reach.ruled is not None)
    return found._replace(many=many, more=more, exceptions=exceptions, question=question(type_, verb, actor=actor))


def question(type_: RecordType, verb: str, *, actor: Actor) -> str | None:
    """What brings up the same records for an administrator; None where that is too long to say."""
    reach = access.reach_of(type_, actor, verb)
    if reach is None or reach == access.EVERYTHING:
        return ""
    if reach.ruled or not reach.shared.is_empty:
        return None
    below, at = "below" in actor.reach(type_.key, verb), actor.standing
    named = {"owner": reach.owners, "territory": reach.territories}
    if reach.team_sets:
        named["teams"] = at.teams_below if below else at.teams
    if any(len(ids) > IN_WORDS for ids in named.values()):
        return None
    others = ["private:no"] if reach.everything else [f"{name}:{numbers(ids)}" for name, ids in named.items() if ids]
    if reach.guarded and others and not reach.everything:
        others = [f"(private:no ({' or '.join(others)}))"]
    own = [f"owner:{numbers(reach.own)}"] if reach.own else []
    return " or ".join([*own, *others]) or None


def numbers(ids: Collection[int]) -> str:
    return ",".join(f"#{pk}" for pk in sorted(ids))
