"""Who may do what with one record, and why: the rules of `kernel.access` told from the record's side, for all at once.

From the same roles, trees and columns as the predicate, but never by it: a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from bodega.kernel import registry, teams
from bodega.kernel.actors import (
    LEVELS,
    NOBODY,
    Ids,
    Role,
    Team,
    Territory,
    User,
    above,
    actor_of,
    level_in,
    system,
    tree_of,
)
from bodega.kernel.kinds import Asking
from bodega.kernel.query.holds import holds
from bodega.kernel.query.tree import Question
from bodega.kernel.record import RecordType
from bodega.kernel.rules import LIMIT, SHARE, Known, holds_for, known_rules
from bodega.kernel.scope import arranged
from bodega.kernel.sharing import Share, some_shared
from bodega.lib.text import amid

USER, TEAM, TERRITORY, ROLE, RULE = "kernel.user", "kernel.team", "kernel.territory", "kernel.role", "kernel.rule"
DOING = ("view", "change", "delete")
"""The verbs that somebody may do with a record that is there."""
Pointed = tuple[str, int]
"""A record: the key of its type, and its number."""
Lines = Mapping[str, Mapping[str, str]]
"""What a role says: by type and verb, how far it reaches."""


class Person(NamedTuple):
    """Somebody who works here, as far as it decides what they may do."""

    pk: int
    name: str
    is_admin: bool
    is_active: bool
    roles: Sequence[int] | None
    teams: Sequence[int]
    territories: Sequence[int] | None
    manager: int | None
    time_zone: str


class Reason(NamedTuple):
    """What is said of a person who has been named; `{owner}` in its words stands for what `about` has under "owner"."""

    words: str
    about: tuple[tuple[str, Pointed | str], ...] = ()
    may: bool = True


class Told(NamedTuple):
    """One of the reasons for which somebody may do `verb`, or may not."""

    person: Person
    verb: str
    reason: Reason


class Held(NamedTuple):
    """A role of somebody, and how far it reaches in the case."""

    role: int
    level: str


def as_admin() -> Reason:
    return Reason(_("is an administrator"))


def because(words: str, **about: Pointed | str) -> Reason:
    return Reason(words, tuple(about.items()))


@dataclass(frozen=True)
class Case:
    """One verb, and one record that says itself who may do it."""

    type: RecordType
    record: Any
    verb: str
    meant: dict[tuple[int, int | str], bool] = field(default_factory=dict)
    """Whether a rule means the record, as far as that is known: for a person, or for all in a time zone."""

    @cached_property
    def owner(self) -> Person | None:
        return everybody().get(self.record.owner_id)

    @cached_property
    def bosses(self) -> Ids:
        """To whom the owner reports, however far up."""
        managers = {pk: person.manager for pk, person in everybody().items()} if self.owner else {}
        return frozenset(reached([self.record.owner_id], managers)) - {self.record.owner_id}

    @cached_property
    def teams(self) -> Mapping[int, int]:
        """Its teams and those of which they are part, each with the team of the record that it was reached from."""
        return reached(teams.members(self.record.team_set) if self.record.team_set else NOBODY, tree_of(Team))

    @cached_property
    def owners_teams(self) -> Mapping[int, int]:
        return reached(self.owner.teams if self.owner else NOBODY, tree_of(Team))

    @cached_property
    def territories(self) -> Mapping[int, int]:
        lies = self.record.territory_id
        return reached([lies] if lies else [], tree_of(Territory))

    @cached_property
    def shares(self) -> Sequence[tuple[int | None, int | None]]:
        """The people and the teams that the record is shared with, as far as that lets them do it."""
        if self.verb == "delete" or not some_shared():
            return []
        found = Share.objects.filter(type=self.type.key, record_id=self.record.pk)
        return [*(found.filter(may_change=True) if self.verb == "change" else found).values_list("user", "team")]

    @cached_property
    def rules(self) -> Sequence[Known]:
        known: Mapping[str, list[Known]] = arranged("rules", known_rules)
        return [rule for rule in known.get(self.type.key, ()) if holds_for(rule, self.verb)]

    @cached_property
    def image(self) -> Mapping[str, Any]:
        return self.type.image(self.record)

    def means(self, rule: Known, person: Person) -> bool:
        """Whether the rule's question means the record, as that person asks it."""
        who = rule.id, person.pk if rule.is_personal else person.time_zone
        if who not in self.meant:
            actor = system("rules")
            if person.time_zone:
                actor = actor.via(time_zone=person.time_zone)
            if rule.is_personal:
                actor = actor.via(user_id=person.pk, standing=actor_of(User.objects.get(pk=person.pk)).standing)
            self.meant[who] = holds(Question(rule.where), self.image, self.type, asking=Asking(actor))
        return self.meant[who]

    def rules_for(self, person: Person, effect: str) -> list[Known]:
        """The rules that concern the person and have this effect."""
        return [rule for rule in self.rules if rule.effect == effect and concerns(rule, person)]

    @cached_property
    def who_all(self) -> str:
        return {
            "view": _("has the role {role}, which sees all {plural}"),
            "change": _("has the role {role}, which changes all {plural}"),
            "delete": _("has the role {role}, which deletes all {plural}"),
        }[self.verb]

    @cached_property
    def reaches(self) -> Mapping[str, str]:
        """What each level of a role reaches, as a part of a sentence."""
        return {
            "own": _("their own"),
            "reports": _("their own and those of who reports to them"),
            "team": _("those of their teams and reports"),
            "below": _("those of their teams, of what is part of these, and of their reports"),
            "territory": _("their own and those in their territories"),
            "all": _("all"),
            "customer": _("from outside what concerns them, and their own"),
        }

    @cached_property
    def plural(self) -> str:
        return amid(self.type.plural)

    def held_by(self, person: Person) -> list[Held]:
        """What the person's roles say, but for those that say no."""
        held = [Held(pk, level_in(levels, self.type.key, self.verb)) for pk, levels in roles_of(person)]
        return [one for one in held if one.level in LEVELS[1:]]


# ---- what lets somebody do it ----------------------------------------------------------------------------------------
# Each tells of one way by which roles reach a record that is not the person's own.

Way = Callable[[Case, Person, Sequence[Held]], Iterable[Reason]]


def by_reports(case: Case, person: Person, held: Sequence[Held]) -> Iterator[Reason]:
    if person.pk in case.bosses and {"reports", "team", "below"} & {one.level for one in held}:
        direct = case.owner is not None and case.owner.manager == person.pk
        words = _("is the manager of {owner}, who owns it") if direct else _("is above {owner}, who owns it")
        yield because(words, owner=(USER, case.record.owner_id))


def by_team(case: Case, person: Person, held: Sequence[Held]) -> Iterator[Reason]:
    for team, part in met(person.teams, case.teams, held):
        words = _("is in the team {team}, which works on it")
        if part != team:
            words = _("is in the team {team}; {part}, which is part of it, works on this")
        yield because(words, team=(TEAM, team), part=(TEAM, part))
    for team, part in met(person.teams, case.owners_teams, held):
        words = _("is in the team {team}, as is {owner}, who owns it")
        if part != team:
            words = _("is in the team {team}; {owner}, who owns it, is in {part}, which is part of that")
        yield because(words, team=(TEAM, team), part=(TEAM, part), owner=(USER, case.record.owner_id))


def by_territory(case: Case, person: Person, held: Sequence[Held]) -> Iterator[Reason]:
    if "territory" in {one.level for one in held}:
        for one in sorted({*(person.territories or ())} & {*case.territories}):
            words = _("works in the territory {one}, in which it lies")
            if one != case.record.territory_id:
                words = _("works in the territory {one}; it lies in {part}, which is part of that")
            yield because(words, one=(TERRITORY, one), part=(TERRITORY, case.record.territory_id))


def by_level(case: Case, person: Person, held: Sequence[Held]) -> Iterator[Reason]:
    for one in held:
        if one.level == "all":
            yield because(case.who_all, role=(ROLE, one.role), plural=case.plural)


def by_rule(case: Case, person: Person) -> Iterator[Reason]:
    for rule in case.rules_for(person, SHARE) if not case.record.private else ():
        if case.means(rule, person):
            yield because(_("is shown it by the rule {rule}"), rule=(RULE, rule.id))


def by_share(case: Case, person: Person) -> Iterator[Reason]:
    """An exception: whatever roles say, and be it private."""
    for user, team in case.shares:
        if user == person.pk:
            yield because(_("has it shared with them"))
        if team and (mine := reached(person.teams, tree_of(Team)).get(team)):
            words = _("is in the team {team}, with which it is shared")
            if mine != team:
                words = _("is in the team {part}, which is part of {team}, with which it is shared")
            yield because(words, team=(TEAM, team), part=(TEAM, mine))


WAYS: Sequence[Way] = (by_reports, by_team, by_territory, by_level)


def ways(case: Case, person: Person, held: Sequence[Held]) -> list[Reason]:
    """Every reason for which the person may do it."""
    if person.is_admin:
        return [as_admin()]
    if limited(case, person):
        return []
    if held and case.record.owner_id == person.pk:
        return [because(_("owns it"))]
    found = [*by_share(case, person), *by_rule(case, person)]
    if held and not case.record.private:
        found += [reason for way in WAYS for reason in way(case, person, held)]
    return found


# ---- what keeps somebody from it -------------------------------------------------------------------------------------


def limited(case: Case, person: Person) -> Reason | None:
    """The rule that shows the person other records only."""
    for rule in case.rules_for(person, LIMIT):
        if not case.means(rule, person):
            return because(_("is shown other records only, by the rule {rule}"), rule=(RULE, rule.id))
    return None


def bar(case: Case, person: Person, held: Sequence[Held]) -> Reason:
    """Why somebody to whom no way leads may not do it."""
    if stopped := limited(case, person):
        found = stopped
    elif not roles_of(person):
        found = because(_("has no role"))
    elif not held:
        found = because(_("has no role that lets them do this"))
    elif case.record.private:
        found = because(_("does not own it, and it is private"))
    else:
        levels = {one.level for one in held}
        named = ", ".join(name for level, name in case.reaches.items() if level in levels)
        found = because(_("reaches {levels}: this is none of these"), levels=named)
    return found._replace(may=False)


# ---- all together ----------------------------------------------------------------------------------------------------


def reasons(type_: RecordType, record: Any) -> list[Told]:
    """For everybody who may sign in and each verb of the type: all reasons why they may do it, or the one why not."""
    people = [person for person in everybody().values() if person.is_active]
    return [
        Told(person, verb, reason)
        for verb in verbs_of(type_)
        for person, found in told(type_, record, verb, people)
        for reason in found
    ]


def verbs_of(type_: RecordType) -> Sequence[str]:
    return DOING if type_.form else DOING[:1]


def told(type_: RecordType, record: Any, verb: str, people: Iterable[Person]) -> Iterator[tuple[Person, list[Reason]]]:
    """What is seen by way of another record may be done by who may do it with that one, and by administrators."""
    over = deciding(type_, record)
    if over is None:
        lost = Reason(_("cannot reach what it belongs to: that is in the trash"), may=False)
        yield from ((person, [as_admin()] if person.is_admin else [lost]) for person in people)
        return
    if over[0].admin:
        yield from ((person, [as_admin() if person.is_admin else Reason(_("works here"))]) for person in people)
        return
    is_seen = verb == "view" or type_.is_talk
    case = Case(*over, verb if over[1] is record else "view" if is_seen else "change")
    apart = Case(type_, record, verb)
    for person in people:
        if type_.apart and not person.is_admin and not apart.held_by(person):
            yield person, [Reason(_("has no role that lets them do this"), may=False)]
            continue
        held = case.held_by(person)
        yield person, ways(case, person, held) or [bar(case, person, held)]


def deciding(type_: RecordType, record: Any) -> tuple[RecordType, Any] | None:
    """The record that says who may see this one, with its type: itself, or what it is a part of. None where that is in
    the trash."""
    over: tuple[RecordType, Any] | None = (type_, record)
    while over is not None and over[0].within:
        over = parent_of(*over)
    return over


def parent_of(type_: RecordType, record: Any) -> tuple[RecordType, Any] | None:
    for key, pk in type_.declared[type_.within].points_at(type_.declared[type_.within].get(record)):
        for one in map(registry.type_of, registry.type_of(key).covers.split() or [key]):
            parent = one.every(deleted=False).filter(pk=pk).first()
            if parent is not None:
                return one, parent
    return None


# ---- what is looked up once ------------------------------------------------------------------------------------------


def everybody() -> Mapping[int, Person]:
    """Who works here or did, by name; who is in the trash is not among them."""
    return arranged("everybody", read_people)


def read_people() -> Mapping[int, Person]:
    rows = User.objects.filter(deleted_at=None).order_by("name_key", "pk").values_list(*Person._fields)
    return {row[0]: Person(*row) for row in rows}


def every_role() -> Mapping[int, Lines]:
    """What each role says of types."""
    return arranged("every role", lambda: dict(Role.objects.filter(deleted_at=None).values_list("pk", "levels")))


def roles_of(person: Person) -> list[tuple[int, Lines]]:
    every = every_role()
    return [(pk, every[pk]) for pk in person.roles or () if pk in every]


def reached(ones: Iterable[int], over: Mapping[int, int | None]) -> Mapping[int, int]:
    """These and all that stands above them, each with the one that it was reached from; rings are gone round once."""
    found = {one: one for one in ones}
    for one in [*found]:
        at = over.get(one)
        while at is not None and at not in found:
            found[at] = one
            at = over.get(at)
    return found


def concerns(rule: Known, person: Person) -> bool:
    teams_above = above(person.teams, tree_of(Team)) if rule.teams else NOBODY
    return rule.concerns(person.pk, roles=frozenset(person.roles or ()), teams=teams_above)


def met(mine: Iterable[int], theirs: Mapping[int, int], held: Sequence[Held]) -> list[tuple[int, int]]:
    """Which teams of mine are among theirs, with the one of theirs: the same one, or a part of it where a role reaches
    what is below."""
    levels = {one.level for one in held}
    found = [(team, theirs[team]) for team in mine if team in theirs] if levels & {"team", "below"} else []
    return [(team, part) for team, part in found if part == team or "below" in levels]
