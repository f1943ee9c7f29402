"""Who may see and do what, as one SQL predicate; and why."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.db.models.expressions import BaseExpression
from django.utils.translation import gettext as _

from bodega.kernel.registry import type_of
from bodega.kernel.scope import arranged, remembered
from bodega.lib.expressions import InList

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

SEEK_BELOW = 5_000
"""An actor who sees fewer rows than this is served through the owner's index on SQLite; others through the sort's."""


def visible(type_: RecordType, actor: Actor, verb: str = "view") -> Q | BaseExpression:
    """The rows of a type on which the actor may do `verb`: one predicate with literal lists, no joins."""
    if type_.covers:
        covered = [type_of(key) for key in type_.covers.split()]
        return or_all(Q(**one.where) & Q(visible(one, actor, verb)) for one in covered)
    if type_.within and not actor.is_admin:
        parent = type_.declared[type_.within]
        return Q(**{f"{parent.column}__in": parent_rows(type_, actor, verb).values("pk")})
    owners = owners_of(type_, actor, verb)
    if owners is None:
        return Q()
    return InList(F("owner_id"), [*owners], walk=lambda: not narrow(type_, owners)) if owners else Q(pk__in=[])


def owners_of(type_: RecordType, actor: Actor, verb: str) -> frozenset[int] | None:
    """Whose records of the type these are; None stands for everybody's and nobody's."""
    level = level_of(type_, actor, verb)
    if level == "all":
        return None
    if level not in ("own", "team") or actor.user_id is None:
        return frozenset()
    return actor.team if level == "team" else frozenset({actor.user_id})


def allows(type_: RecordType, record: Any, actor: Actor, verb: str) -> bool:
    """Whether the actor may do this to a record that they may view."""
    if type_.within and not actor.is_admin:
        return bool(type_.every().filter(visible(type_, actor, verb)).filter(pk=record.pk).exists())
    owners = owners_of(type_, actor, verb)
    return owners is None or record.owner_id in owners


def sight(type_: RecordType, actor: Actor, verb: str = "view") -> Hashable:
    """What `visible` depends on: the same for all to whom it gives the same rows."""
    if type_.covers:
        return tuple(sight(type_of(key), actor, verb) for key in type_.covers.split())
    if type_.within and not actor.is_admin:
        target: RecordType = type_.declared[type_.within].target  # type: ignore[attr-defined]
        return type_.within, sight(target, actor, "view" if verb == "view" else "change")
    return owners_of(type_, actor, verb)


def or_all(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def parent_rows(type_: RecordType, actor: Actor, verb: str) -> Any:
    target = type_.declared[type_.within].target  # type: ignore[attr-defined]
    return target.rows(actor, "view" if verb == "view" else "change")


def level_of(type_: RecordType, actor: Actor, verb: str) -> str:
    """none, own, team or all. All who work here may look at what administrators arrange."""
    if verb != "view" and not type_.form:
        return "none"
    if actor.is_admin:
        return "all"
    if type_.admin:
        return "all" if verb == "view" and actor.user_id is not None else "none"
    return actor.level(type_.key, verb)


def narrow(type_: RecordType, owners: frozenset[int]) -> bool:
    """Whether these owners have few rows: SQLite's planner cannot know, so the first few are counted by the index."""
    wide: set[Hashable] = arranged("wide", set)
    if (type_.key, owners) in wide:
        return False
    owned = type_.every(deleted=False).filter(InList(F("owner_id"), [*owners])).order_by().values("pk")[:SEEK_BELOW]
    found = remembered(("narrow", type_.key, owners), lambda: owned.count() < SEEK_BELOW)
    if not found:
        wide.add((type_.key, owners))
    return found


def may(type_: RecordType, actor: Actor, verb: str) -> bool:
    """Whether the actor may do this to any record of the type at all."""
    if type_.within and not actor.is_admin:
        target: RecordType = type_.declared[type_.within].target  # type: ignore[attr-defined]
        covered = [type_of(key) for key in target.covers.split()] or [target]
        return any(may(one, actor, "view" if verb == "view" else "change") for one in covered)
    return level_of(type_, actor, verb) != "none"


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
