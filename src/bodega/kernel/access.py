"""Who may see and do what, as one SQL predicate; and why.

Four columns of a row say who may see it: its owner, the teams that work on it, its territory, whether it is private.
The predicate compares them with literal lists, made once per actor: no joins, and the planner sees how much there is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import In
from django.utils.translation import gettext as _

from bodega.kernel.actors import NOBODY, RIGHTS, VERBS, Ids
from bodega.kernel.registry import type_of
from bodega.kernel.scope import arranged, remembered
from bodega.kernel.sharing import NOT_SHARED, Shared, shared
from bodega.kernel.teams import with_any
from bodega.lib.expressions import EitherWay, InList, IsNotTrue, one_of_ids
from bodega.lib.text import amid

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType
    from bodega.kernel.rules import Ruled

SEEK_BELOW = 5_000
"""An actor who sees fewer rows than this is served through the owner's index on SQLite; others through the sort's."""


@dataclass(frozen=True)
class Reach:
    """The rows of a type on which somebody may do something: the same for all to whom it gives the same rows."""

    own: Ids = NOBODY
    """Whose records are among them, private or not."""
    everything: bool = False
    """All that is not private; otherwise what these own, these teams work on, or lies in these territories."""
    owners: Ids = NOBODY
    team_sets: Ids = NOBODY
    territories: Ids = NOBODY
    parties: Ids = NOBODY
    through: tuple[str, ...] = ()
    """What concerns these parties, by which columns."""
    guarded: bool = True
    """Whether anything of the type is private: where nothing is, nobody needs to look."""
    shared: Shared = NOT_SHARED
    """What is among them by exception, private or not."""
    ruled: Ruled | None = None
    """What questions add to all that, or take away."""

    @property
    def is_nothing(self) -> bool:
        return not (self.own or self.everything or self.columns()) and self.shared.is_empty

    def columns(self) -> list[tuple[str, Ids]]:
        """What of a row is compared with which ids."""
        every = [("owner_id", self.owners), ("team_set", self.team_sets), ("territory_id", self.territories)]
        every += [(column, self.parties) for column in self.through]
        return [(column, ids) for column, ids in every if ids]

    def sql(self, alias: str) -> str:
        """The same as `rows_in`, of a table that has copies of the columns: ids and nothing else, so plain SQL."""
        own = [one_of_ids(f"{alias}.owner_id", self.own)] if self.own else []
        others = (
            ["TRUE"] if self.everything else [one_of_ids(f"{alias}.{column}", ids) for column, ids in self.columns()]
        )
        guard = f"NOT {alias}.private AND " if self.guarded else ""
        among = [f"({guard}({' OR '.join(others)}))"] if others else []
        shared = [] if self.shared.is_empty else [self.shared.sql(f"{alias}.record_id")]
        return f"({' OR '.join([*own, *among, *shared]) or 'FALSE'})"

    def holds(self, record: Any) -> bool:
        """The same of a row in Python."""
        if record.owner_id in self.own or self.shared.holds(record.pk):
            return True
        among = self.everything or any(getattr(record, column) in ids for column, ids in self.columns())
        return among and not record.private


NOTHING, EVERYTHING = Reach(guarded=False), Reach(everything=True, guarded=False)


def visible(type_: RecordType, actor: Actor, verb: str = "view", *, deleted: bool = False) -> Q:
    """The rows of a type on which the actor may do `verb`: one predicate with literal lists, no joins. `deleted` where
    rows of the trash may be among them."""
    if type_.covers:
        covered = [type_of(key) for key in type_.covers.split()]
        return or_all(Q(**one.where) & visible(one, actor, verb, deleted=deleted) for one in covered)
    if type_.within and not actor.is_admin:
        return through_parent(type_, actor, verb, deleted=deleted)
    reach = reach_of(type_, actor, verb)
    return Q() if reach is None else rows_in(type_, reach, deleted=deleted)


def through_parent(type_: RecordType, actor: Actor, verb: str, *, deleted: bool) -> Q:
    """What hangs on the records that are reached, by its copies of their columns (`copies`). Where those do not tell,
    as rules and what concerns a customer have to be asked of the records themselves, it is looked for among these."""
    if is_closed(type_, actor, verb):
        return Q(pk__in=[])
    verb = above(type_, verb)
    if type_.is_talk:
        return or_all(said_of(one, type_.within, actor) for one in type_.parents if may(one, actor, "view"))
    reaches = {parent: reach_of(parent, actor, verb) for parent in type_.parents}
    alike = {replace(reach, shared=NOT_SHARED) if reach else EVERYTHING for reach in reaches.values()}
    reach = alike.pop()
    if alike or reach.ruled or reach.through:
        target: RecordType = type_.declared[type_.within].target  # type: ignore[attr-defined]
        return Q(**{f"{type_.within}__in": target.rows(actor, verb).values("pk")})
    shared = [
        Q(**{f"{type_.within}__in": parent.every(deleted=False).filter(one.shared.among()).values("pk")})
        for parent, one in reaches.items()
        if one and not one.shared.is_empty
    ]
    return rows_reached(type_, replace(reach, guarded=True), deleted=deleted) | or_all(shared)


def above(type_: RecordType, verb: str) -> str:
    """What one has to be able to do with a parent, to do this with what hangs on it."""
    return "view" if verb == "view" or type_.is_talk else "change"


def said_of(type_: RecordType, about: str, actor: Actor) -> Q:
    """What is said of records of this type that the actor may see: each is asked for as the list goes along."""
    parents = type_.every(deleted=False).filter(visible(type_, actor, deleted=True), pk=OuterRef(f"{about}_id"))
    return Q(**{f"{about}_type": type_.key}) & Q(Exists(parents))


def is_closed(type_: RecordType, actor: Actor, verb: str) -> bool:
    """Whether no role names what stands apart: who sees what it is within does not see it for that. What those who work
    here say to each other is closed to somebody from outside, and to who may see nothing but what all may."""
    if type_.is_talk:
        takes_part = any(may(one, actor, "view") for one in type_.parents if not one.admin)
        return actor.user_id is None or actor.is_barred(type_.key, verb) or not takes_part
    return type_.apart and (actor.is_barred(type_.key, verb) or not actor.reach(type_.key, verb))


def reach_of(type_: RecordType, actor: Actor, verb: str) -> Reach | None:
    """How far the actor may do `verb`. None stands for everything, others' private affairs among it."""
    return remembered(("reach", id(actor), type_.key, verb), lambda: (actor, found_reach(type_, actor, verb)))[1]


def found_reach(type_: RecordType, actor: Actor, verb: str) -> Reach | None:
    if actor.is_barred(type_.key, verb) and not type_.admin:
        return NOTHING
    reach = reach_by_roles(type_, actor, verb)
    if reach is None or not type_.is_protected or verb not in VERBS:
        return reach
    from bodega.kernel.rules import ruled  # a cycle: questions are asked of record types, which this module guards

    rules = ruled(type_, verb, actor=actor)
    if rules is None or (reach.is_nothing and not rules.shares):
        return reach
    return replace(reach, ruled=rules, guarded=reach.guarded or some_private(type_))


def reach_by_roles(type_: RecordType, actor: Actor, verb: str) -> Reach | None:
    """What the levels of their roles give, and what is shared with them."""
    if verb != "view" and not type_.form:
        return NOTHING
    if actor.is_admin:
        return None
    if type_.admin:  # all who work here may look at what administrators arrange
        return None if verb == "view" and actor.user_id is not None and not type_.closed else NOTHING
    levels, at, guarded = actor.reach(type_.key, verb), actor.standing, some_private(type_)
    if "all" in levels and not guarded:
        return EVERYTHING
    me, by_exception = frozenset({actor.user_id or 0}), shared(type_.key, verb, actor=actor)
    if not levels:
        return replace(NOTHING, shared=by_exception)
    if "all" in levels:
        return Reach(me, everything=True, shared=by_exception)
    below, team = "below" in levels, "team" in levels
    owners = at.reports if levels & {"reports", "team", "below"} else NOBODY
    owners |= at.mates_below if below else at.mates if team else NOBODY
    return Reach(
        me if guarded else NOBODY,
        owners=owners - me if guarded else owners | me,
        team_sets=with_any(at.teams_below if below else at.teams if team else NOBODY),
        territories=at.territories if "territory" in levels else NOBODY,
        parties=actor.parties if "customer" in levels else NOBODY,
        through=tuple(type_.customer.split()) if "customer" in levels and actor.parties else (),
        guarded=guarded,
        shared=by_exception,
    )


def some_private(type_: RecordType) -> bool:
    """Whether any record of the type is private. The first one that becomes so changes what is arranged."""
    return arranged(("private", type_.key), lambda: bool(type_.every().filter(private=True).exists()))


def rows_in(type_: RecordType, reach: Reach, *, deleted: bool = False) -> Q:
    """The predicate, over which rules have the last word."""
    found = rows_reached(type_, replace(reach, ruled=None), deleted=deleted)
    return found if reach.ruled is None else reach.ruled.over(found, type_, guarded=reach.guarded)


def rows_reached(type_: RecordType, reach: Reach, *, deleted: bool = False) -> Q:
    """Where only some are reached, SQLite is told whether to collect them or to walk along the order."""
    if reach.is_nothing:
        return Q(pk__in=[])
    if reach.everything and not reach.guarded:
        return Q()
    if reach.everything:
        return Q(private=False) | among(reach)
    if deleted:
        return among(reach)
    collected = In(F("pk"), in_parts(type_, reach))
    walking = among(reach, hidden=True)
    return Q(EitherWay(among(reach), walking, collected, walk=lambda: not narrow(type_, reach)))


def among(reach: Reach, *, hidden: bool = False) -> Q:
    """`hidden` keeps SQLite's planner from the indexes of these columns."""
    own = Q(InList(F("owner_id"), [*reach.own], hidden=hidden)) if reach.own else Q(pk__in=[])
    others = [InList(F(column), [*ids], hidden=hidden) for column, ids in reach.columns()]
    guard = Q(private=False) if reach.guarded else Q()
    found = own | (guard & or_all(map(Q, others))) if others else own
    return found if reach.shared.is_empty else found | reach.shared.among(hidden=hidden)


def apart(reach: Reach) -> list[Q]:
    """The same, as conditions of which a row meets one at most."""
    guard = Q(private=False) if reach.guarded else Q()
    others = [Q()] if reach.everything else [Q(InList(F(column), [*ids])) for column, ids in reach.columns()]
    terms = [Q(InList(F("owner_id"), [*reach.own]))] if reach.own else []
    terms += [guard & other for other in others]
    terms += [] if reach.shared.is_empty else [reach.shared.among()]
    return [term & Q(IsNotTrue(or_all(terms[:at]))) if at else term for at, term in enumerate(terms)] or [Q(pk__in=[])]


def in_parts(type_: RecordType, reach: Reach) -> QuerySet[Any]:
    """The ids of the rows in reach: each part by an index of its own, and no further than a limit. SQLite's planner
    would read the whole table rather than go by several indexes at once."""
    parts = [type_.every(deleted=False).filter(part).order_by().values("pk") for part in apart(reach)]
    return parts[0].union(*parts[1:], all=True)


def allows(type_: RecordType, record: Any, actor: Actor, verb: str) -> bool:
    """Whether the actor may do this to a record that they may view."""
    if type_.within and not actor.is_admin:
        return bool(type_.every().filter(visible(type_, actor, verb, deleted=True)).filter(pk=record.pk).exists())
    reach = reach_of(type_, actor, verb)
    if reach is not None and reach.ruled:
        return bool(type_.every().filter(rows_in(type_, reach, deleted=True)).filter(pk=record.pk).exists())
    return reach is None or reach.holds(record)


def sight(type_: RecordType, actor: Actor, verb: str = "view") -> Hashable:
    """What `visible` depends on: the same for all to whom it gives the same rows."""
    if type_.covers:
        return tuple(sight(type_of(key), actor, verb) for key in type_.covers.split())
    if type_.within and not actor.is_admin:
        return is_closed(type_, actor, verb) or tuple(sight(one, actor, above(type_, verb)) for one in type_.parents)
    return reach_of(type_, actor, verb)


def or_all(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def narrow(type_: RecordType, reach: Reach) -> bool:
    """Whether few rows are reached: SQLite's planner cannot know, so the first few are counted by the indexes."""
    wide: set[Hashable] = arranged("wide", set)
    if (type_.key, reach) in wide:
        return False
    few = in_parts(type_, reach)[:SEEK_BELOW]
    found = remembered(("narrow", type_.key, reach), lambda: few.count() < SEEK_BELOW)
    if not found:
        wide.add((type_.key, reach))
    return found


def may(type_: RecordType, actor: Actor, verb: str) -> bool:
    """Whether the actor may do this to any record of the type at all."""
    if verb in RIGHTS:
        keys = type_.covers.split() or [type_.key]
        return type_.admin or all(actor.reach(key, verb) and not actor.is_barred(key, verb) for key in keys)
    if type_.within and not actor.is_admin:
        return not is_closed(type_, actor, verb) and any(may(one, actor, above(type_, verb)) for one in type_.parents)
    return reach_of(type_, actor, verb) != NOTHING


def assignees(type_: RecordType, actor: Actor) -> Ids | None:
    """To whom the actor may give records of the type; None for everybody."""
    levels, at = actor.reach(type_.key, "assign"), actor.standing
    if "all" in levels:
        return None
    found = at.reports if levels & {"reports", "team", "below"} else NOBODY
    found |= at.mates_below if "below" in levels else at.mates if "team" in levels else NOBODY
    return found | frozenset({actor.user_id or 0}) if levels else NOBODY


def require(type_: RecordType, actor: Actor, verb: str) -> None:
    """Raise PermissionDenied with a sentence unless the actor may."""
    if not may(type_, actor, verb):
        raise PermissionDenied(denial(type_, verb))


def denial(type_: RecordType, verb: str) -> str:
    words = {
        "view": _("see"),
        "create": _("create"),
        "change": _("change"),
        "delete": _("delete"),
        "export": _("export"),
        "many": _("change or import many"),
        "assign": _("give to others any"),
        "history": _("see the history of"),
    }
    return _("Your role does not let you %(verb)s %(plural)s. Ask an administrator.") % {
        "verb": words.get(verb, verb),
        "plural": amid(type_.plural),
    }
