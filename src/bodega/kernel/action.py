"""Verbs: typed functions on one record, some records or a type. Calling one is the check."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal as Number
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bodega.kernel import access
from bodega.kernel.actors import system
from bodega.kernel.drafts import Draft, Gone, load
from bodega.kernel.kinds import Asking, Date, Decimal, Integer, Kind, Moment, Money, Show, Text, YesNo
from bodega.kernel.query import Question, ask, holds, parse, sentence
from bodega.kernel.query.tree import Is, nodes
from bodega.kernel.raw import instance
from bodega.kernel.registry import type_of
from bodega.lib.money import Money as Amount

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

KINDS: Mapping[Any, type[Kind]] = {
    str: Text,
    int: Integer,
    Number: Decimal,
    date: Date,
    datetime: Moment,
    bool: YesNo,
    Amount: Money,
}
ONE, SOME, TYPE = "one", "some", "type"


class Refused(Exception):
    """The action may not be done to this record now; says why."""


@dataclass(frozen=True, eq=False)
class Action:
    """A verb. `when` is a question that the record must answer; `verb` names the event it makes; `needs` the right.

    Called as `win(deal, actor=actor, …)`: one transaction, row lock, access, version, `when`, then the body, which gets
    the locked record (ONE), the ids that passed (SOME), or nothing (TYPE).
    """

    run: Callable[..., Any]
    on: str
    label: str | Promise
    verb: str = ""
    when: str = ""
    target: str = ONE
    needs: str = "change"
    icon: str = ""
    tone: str = ""

    @property
    def name(self) -> str:
        return self.run.__name__

    @property
    def type_(self) -> RecordType:
        return type_of(self.on)

    @property
    def help(self) -> str:
        told = inspect.getdoc(self.run)
        return _(told) if told else ""

    @cached_property
    def parameters(self) -> dict[str, Kind]:
        """The fields of its form: one for each keyword of the function but `actor`."""
        hints = get_type_hints(self.run, localns={"Actor": object}, include_extras=True)
        given = inspect.signature(self.run).parameters.values()
        asked = [p for p in given if p.kind is p.KEYWORD_ONLY and p.name != "actor"]
        return {p.name: parameter(p, hints[p.name], self.type_.declared.get(p.name)) for p in asked}

    @cached_property
    def depends_on(self) -> frozenset[str]:
        """The fields that `when` asks for: who may not see one of them has no such verb."""
        asked = parse(self.when, self.type_, actor=system("actions")) if self.when else Question()
        return frozenset(node.path[0] for node in nodes(asked.where) if isinstance(node, Is))

    def question(self, *, actor: Actor) -> Question:
        return parse(self.when, self.type_, actor=actor)

    def refusal(self, record: Any, *, actor: Actor) -> str:
        """Why it cannot be done to this record now, or nothing. For a button's state, and asked again by the call."""
        if not access.may(self.type_, actor, self.needs):
            return access.denial(self.type_, self.needs)
        if self.when and not holds(
            self.question(actor=actor), self.type_.image(record), self.type_, asking=Asking(actor)
        ):
            return _("Only possible when %(condition)s.") % {
                "condition": sentence(self.question(actor=actor), self.type_, show=Show(actor))
            }
        return ""

    def __call__(self, record: Any = None, *, actor: Actor, version: int | None = None, **given: Any) -> Any:
        access.require(self.type_, actor, self.needs)
        with transaction.atomic():
            if self.target == TYPE:
                return self.run(actor=actor, **given)
            if self.target == SOME:
                return self.run(self.passing(record, actor=actor), actor=actor, **given)
            return self.run(self.locked(record, actor=actor, version=version), actor=actor, **given)

    def locked(self, record: Any, *, actor: Actor, version: int | None) -> Any:
        """The record as it is now, locked. Raises Gone, PermissionDenied, Conflict or Refused."""
        pk = record if isinstance(record, int) else record.pk
        draft = Draft(pk, {}, version=version)
        load(self.type_, [draft], actor=actor, verb=self.needs)
        if draft.problem:
            if self.type_.rows(actor).filter(pk=pk).exists():
                raise PermissionDenied(access.denial(self.type_, self.needs))
            raise Gone(_("There is no such record that you may see."))
        found = instance(self.type_.model, draft.raw)
        refusal = self.refusal(found, actor=actor)
        if refusal:
            raise Refused(refusal)
        return found

    def passing(self, ids: Sequence[int], *, actor: Actor) -> list[int]:
        """Those of the records to which it may be done, locked (one query)."""
        rows = self.type_.rows(actor, self.needs).filter(pk__in=ids)
        if self.when:
            rows = ask(self.type_, self.question(actor=actor), actor=actor, rows=rows)
        return [*rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)]


def action(
    label: str | Promise,
    *,
    on: str,
    verb: str = "",
    when: str = "",
    target: str = ONE,
    needs: str = "change",
    icon: str = "",
    tone: str = "",
) -> Callable[[Callable[..., Any]], Action]:
    """Make a function a verb of the record type `on`."""
    return lambda run: Action(run, on, label, verb, when, target, needs, icon, tone)


def parameter(given: inspect.Parameter, hint: Any, field: Kind | None) -> Kind:
    """The kind that a keyword's annotation means: a Python type, called as the type's field of the same name, or
    `Annotated[type, Kind]` for more."""
    held = next((extra for extra in get_args(hint)[1:] if isinstance(extra, Kind)), None) if get_origin(hint) else None
    required = given.default is inspect.Parameter.empty
    if held is not None:
        return held.replace(name=given.name, required=required)
    plain = next((part for part in get_args(hint) if part is not type(None)), hint)
    label = field.label if field else given.name.replace("_", " ").capitalize()
    return KINDS[plain](name=given.name, label=label, required=required)
