"""Rules: a question adds records to what some people see, or takes all others away. No row is written for either."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bodega.kernel.actors import Ids, system
from bodega.kernel.columns import KeyField, ReferencesField
from bodega.kernel.kinds import Asking, Date
from bodega.kernel.query.ask import NOTHING, condition, either, every
from bodega.kernel.query.tree import Is, Node, Question, QuestionError, nodes
from bodega.kernel.registry import every_type, type_of
from bodega.kernel.scope import arranged
from bodega.kernel.stored import Record, external_once
from bodega.lib import clock

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

SHARE, LIMIT = "share", "limit"
MOST = 50
"""Rules of one type."""


class Rule(Record):
    """Those whom it concerns (everybody, where it names nobody) see what the question means as well, or nothing else.

    It asks for nothing but the type's own fields. `asked` is the question as a tree, which survives new names.
    """

    name = models.CharField(_("name"), max_length=100)
    name_key = KeyField(of="name")
    type = models.CharField(_("records"), max_length=60)
    effect = models.CharField(
        _("effect"), max_length=10, choices=[(SHARE, _("They see these as well")), (LIMIT, _("They see these only"))]
    )
    question = models.TextField(
        _("question"), help_text=_("As above a list: status:open amount>10k owner:me. Of the records' own fields.")
    )
    asked = models.JSONField(null=True, editable=False)
    may_change = models.BooleanField(_("and may change them"), default=False)
    roles = ReferencesField(_("roles"), to="kernel.role", null=True)
    teams = ReferencesField(_("teams"), to="kernel.team", null=True)
    users = ReferencesField(_("people"), to="kernel.user", null=True)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints = [external_once("rule_external")]

    def __str__(self) -> str:
        return self.name


class Known(NamedTuple):
    """A rule as it is kept in mind."""

    id: int
    effect: str
    where: Node
    may_change: bool
    roles: Ids
    teams: Ids
    users: Ids
    is_personal: bool
    """Whether it means something else for everybody whom it concerns, by `me` or `my team`."""
    names_days: bool

    def concerns(self, user: int | None, *, roles: Ids, teams: Ids) -> bool:
        """Whether it concerns somebody with these roles, in these teams and in what is part of them."""
        is_for_all = not (self.roles or self.teams or self.users)
        return is_for_all or user in self.users or bool(self.roles & roles or self.teams & teams)


def known_rules() -> dict[str, list[Known]]:
    """By type."""
    types = [type_.key for type_ in every_type()]  # but for one that an administrator made and removed
    found: dict[str, list[Known]] = {}
    for rule in Rule._base_manager.filter(deleted_at=None, type__in=types).order_by("pk"):
        found.setdefault(rule.type, []).append(known(rule))
    return found


def known(rule: Rule) -> Known:
    where = Question.from_json(rule.asked).where
    roles, teams, users = (frozenset(named or ()) for named in (rule.roles, rule.teams, rule.users))
    personal, timely = is_personal(where), names_days(rule.type, where)
    return Known(rule.pk, rule.effect, where, rule.may_change, roles, teams, users, personal, timely)


def is_personal(where: Node) -> bool:
    literals = (one for node in nodes(where) if isinstance(node, Is) for one in node.literals)
    return any(isinstance(one, dict) and "user" in one for one in literals)


def names_days(type_key: str, where: Node) -> bool:
    asked = (type_of(type_key).field(node.path[0]) for node in nodes(where) if isinstance(node, Is))
    return any(isinstance(kind, Date) for kind in asked)


@dataclass(frozen=True)
class Ruled:
    """The rules of a type that concern somebody. Equal for all whom they show the same: `who` counts where a rule names
    people by `me` or `my team`, the minute and the time zone where it names days."""

    shares: tuple[int, ...]
    limits: tuple[int, ...]
    who: int | None
    at: tuple[datetime, str] | None
    actor: Actor = field(compare=False)
    rules: tuple[Known, ...] = field(compare=False)

    def over(self, found: Q, type_: RecordType, *, guarded: bool) -> Q:
        """What is seen where by roles and exceptions that is `found`."""
        person = self.actor
        whole = system("rules").via(user_id=person.user_id, standing=person.standing, time_zone=person.time_zone)
        asking = Asking(whole, self.at[0] if self.at else clock.now())
        asked = {rule.id: meant(rule, type_.whole, asking) for rule in self.rules}
        if self.shares and found:  # an empty condition is everything
            guard = Q(private=False) if guarded else Q()
            found = found | (guard & either(asked[pk] for pk in self.shares))
        return found & every(asked[pk] for pk in self.limits) if self.limits else found


def meant(rule: Known, type_: RecordType, asking: Asking) -> Q:
    """What the rule's question means; nothing, where a field that it asks for has been removed."""
    try:
        return condition(rule.where, type_, asking)
    except QuestionError:
        return NOTHING


def ruled(type_: RecordType, verb: str, *, actor: Actor) -> Ruled | None:
    """The rules that concern the actor; None where there are none."""
    by_type: dict[str, list[Known]] = arranged("rules", known_rules)
    stands, of_type = actor.standing, [rule for rule in by_type.get(type_.key, ()) if holds_for(rule, verb)]
    rules = tuple(
        rule for rule in of_type if rule.concerns(actor.user_id, roles=stands.roles, teams=stands.teams_above)
    )
    if not rules:
        return None
    shares, limits = (tuple(rule.id for rule in rules if rule.effect == effect) for effect in (SHARE, LIMIT))
    who = actor.user_id if any(rule.is_personal for rule in rules) else None
    minute = clock.now().replace(second=0, microsecond=0)
    at = (minute, actor.time_zone) if any(rule.names_days for rule in rules) else None
    return Ruled(shares, limits, who, at, actor, rules)


def holds_for(rule: Known, verb: str) -> bool:
    """Who is limited is so in whatever they do; what is shown beyond roles is deleted by nobody."""
    return rule.effect == LIMIT or verb == "view" or (verb == "change" and rule.may_change)
