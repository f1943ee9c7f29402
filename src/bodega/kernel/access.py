"""Who may see and do what, as one SQL predicate; and why.

Four columns of a row say who may see it: its owner, the teams that work on it, its territory, whether it is private.
The predicate compares them with literal lists, made once per actor: no joins, and the planner sees how much there is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.utils.translation import gettext as _

from bodega.kernel.actors import NOBODY, Ids
from bodega.kernel.registry import type_of
from bodega.kernel.scope import arranged, remembered
from bodega.kernel.teams import with_any
from bodega.lib.expressions import EitherWay, InList, one_of_ids

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

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
    guarded: bool = True
    """Whether anything of the type is private: where nothing is, nobody needs to look."""

    def columns(self) -> list[tuple[str, Ids]]:
        """What of a row is compared with which ids."""
        every = (("owner_id", self.owners), ("team_set", self.team_sets), ("territory_id", self.territories))
        return [(column, ids) for column, ids in every if ids]

    def sql(self, alias: str) -> str:
        """The same as `rows_in`, of a table that has copies of the columns: ids and nothing else, so plain SQL."""
        own = [one_of_ids(f"{alias}.owner_id", self.own)] if self.own else []
        others = (
            ["TRUE"] if self.everything else [one_of_ids(f"{alias}.{column}", ids) for column, ids in self.columns()]
        )
        guard = f"NOT {alias}.private AND " if self.guarded else ""
        among = [f"({guard}({' OR '.join(others)}))"] if others else []
        return f"({' OR '.join([*own, *among]) or 'FALSE'})"

    def holds(self, record: Any) -> bool:
        """The same of a row in Python."""
        if record.owner_id in self.own:
            return True
        among = self.everything or any(getattr(record, column) in ids for column, ids in self.columns())
        return among and not record.private


NOTHING, EVERYTHING = Reach(guarded=False), Reach(everything=True, guarded=False)


def visible(type_: RecordType, actor: Actor, verb: str = "view") -> Q:
    """The rows of a type on which the actor may do `verb`: one predicate with literal lists, no joins."""
    if type_.covers:
        covered = [type_of(key) for key in type_.covers.split()]
        return or_all(Q(**one.where) & visible(one, actor, verb) for one in covered)
    if type_.within and not actor.is_admin:
        parent = type_.declared[type_.within]
        return Q(**{f"{parent.column}__in": parent_rows(type_, actor, verb).values("pk")})
    reach = reach_of(type_, actor, verb)
    return Q() if reach is None else rows_in(type_, reach)


def reach_of(type_: RecordType, actor: Actor, verb: str) -> Reach | None:
    """How far the actor's roles let them do `verb`. None stands for everything, others' private affairs among it."""
    if verb != "view" and not type_.form:
        return NOTHING
    if actor.is_admin:
        return None
    if type_.admin:  # all who work here may look at what administrators arrange
        return None if verb == "view" and actor.user_id is not None else NOTHING
    levels, at = actor.reach(type_.key, verb), actor.standing
    if not levels:
        return NOTHING
    me, guarded = frozenset({actor.user_id or 0}), some_private(type_)
    if "all" in levels:
        return Reach(me, everything=True) if guarded else EVERYTHING
    below, team = "below" in levels, "team" in levels
    owners = at.reports if levels & {"reports", "team", "below"} else NOBODY
    owners |= at.mates_below if below else at.mates if team else NOBODY
    return Reach(
        me if guarded else NOBODY,
        owners=owners - me if guarded else owners | me,
        team_sets=with_any(at.teams_below if below else at.teams if team else NOBODY),
        territories=at.territories if "territory" in levels else NOBODY,
        guarded=guarded,
    )


def some_private(type_: RecordType) -> bool:
    """Whether any record of the type is private. The first one that becomes so changes what is arranged."""
    return arranged(("private", type_.key), lambda: bool(type_.every().filter(private=True).exists()))


def rows_in(type_: RecordType, reach: Reach) -> Q:
    """The predicate. Where only some are reached, SQLite is told whether to collect them or to walk along the order."""
    if reach == NOTHING:
        return Q(pk__in=[])
    if reach.everything:
        return Q(private=False) | Q(InList(F("owner_id"), [*reach.own])) if reach.guarded else Q()
    return Q(EitherWay(among(reach, hidden=True), among(reach), walk=lambda: not narrow(type_, reach)))


def among(reach: Reach, *, hidden: bool = False) -> Q:
    """`hidden` keeps SQLite's planner from the indexes of these columns."""
    own = Q(InList(F("owner_id"), [*reach.own], hidden=hidden)) if reach.own else Q(pk__in=[])
    others = [InList(F(column), [*ids], hidden=hidden) for column, ids in reach.columns()]
    guard = Q(private=False) if reach.guarded else Q()
    return own | (guard & or_all(map(Q, others))) if others else own


def allows(type_: RecordType, record: Any, actor: Actor, verb: str) -> bool:
    """Whether the actor may do this to a record that they may view."""
    if type_.within and not actor.is_admin:
        return bool(type_.every().filter(visible(type_, actor, verb)).filter(pk=record.pk).exists())
    reach = reach_of(type_, actor, verb)
    return reach is None or reach.holds(record)


def sight(type_: RecordType, actor: Actor, verb: str = "view") -> Hashable:
    """What `visible` depends on: the same for all to whom it gives the same rows."""
    if type_.covers:
        return tuple(sight(type_of(key), actor, verb) for key in type_.covers.split())
    if type_.within and not actor.is_admin:
        target: RecordType = type_.declared[type_.within].target  # type: ignore[attr-defined]
        return type_.within, sight(target, actor, "view" if verb == "view" else "change")
    return reach_of(type_, actor, verb)


def or_all(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def parent_rows(type_: RecordType, actor: Actor, verb: str) -> Any:
    target = type_.declared[type_.within].target  # type: ignore[attr-defined]
    return target.rows(actor, "view" if verb == "view" else "change")


def narrow(type_: RecordType, reach: Reach) -> bool:
    """Whether few rows are reached: SQLite's planner cannot know, so the first few are counted by the indexes."""
    wide: set[Hashable] = arranged("wide", set)
    if (type_.key, reach) in wide:
        return False
    few = type_.every(deleted=False).filter(among(reach)).order_by().values("pk")[:SEEK_BELOW]
    found = remembered(("narrow", type_.key, reach), lambda: few.count() < SEEK_BELOW)
    if not found:
        wide.add((type_.key, reach))
    return found


def may(type_: RecordType, actor: Actor, verb: str) -> bool:
    """Whether the actor may do this to any record of the type at all."""
    if type_.within and not actor.is_admin:
        target: RecordType = type_.declared[type_.within].target  # type: ignore[attr-defined]
        covered = [type_of(key) for key in target.covers.split()] or [target]
        return any(may(one, actor, "view" if verb == "view" else "change") for one in covered)
    return reach_of(type_, actor, verb) != NOTHING


def require(type_: RecordType, actor: Actor, verb: str) -> None:
    """Raise PermissionDenied with a sentence unless the actor may."""
    if not may(type_, actor, verb):
        raise PermissionDenied(denial(type_, verb))


def denial(type_: RecordType, verb: str) -> str:
    words = {"view": _("see"), "create": _("create"), "change": _("change"), "delete": _("delete")}
    return _("Your role does not let you %(verb)s %(plural)s. Ask an administrator.") % {
        "verb": words.get(verb, verb),
        "plural": str(type_.plural).lower(),
    }
