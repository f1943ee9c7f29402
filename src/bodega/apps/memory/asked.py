"""Facts in questions: `fact.contract_end<90d`, `-fact.family:empty`, asked of whoever they are about.

A condition is that there is such a fact: one that holds, on the topic, and that whoever asks may see.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bodega.apps.memory import values
from bodega.apps.memory.models import CHOICE, CURRENT, DATE, MONEY, NUMBER, YES_NO, Topic
from bodega.apps.memory.queries import FACT, SENSITIVE, topics
from bodega.apps.parties.records import organisation, party, person
from bodega.kernel import access
from bodega.kernel.kinds import Asking, Choice, Condition, Date, Decimal, Facet, Kind, Text
from bodega.kernel.query.ask import among, negated
from bodega.kernel.registry import type_of
from bodega.kernel.scope import remembered
from bodega.lib.expressions import EitherWay, InList

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.kinds.base import Json

NEEDED = "party topic text day amount standing"
MANY = 5_000


@dataclass(frozen=True, kw_only=True)
class OfTopic(Kind):
    """What is known on one topic, as a field of whoever it is about."""

    topic: int = 0
    of: str = FACT
    held_in: str = "text"
    """The column of a fact that holds the value."""

    @property
    def column(self) -> str:
        return self.held_in

    def condition(self, operator: str, literal: Json, *, asking: Asking) -> Condition:
        facts = type_of(self.of).rows(asking.actor).filter(standing=CURRENT)
        if operator != "empty":
            facts = facts.filter(super().condition(operator, literal, asking=replace(asking, alias="")))
        key = ("many facts", self.of, self.topic, operator, repr(literal), access.sight(type_of(self.of), asking.actor))
        found = Q(having(facts, self.topic, key))
        return negated(found) if operator == "empty" else found


def having(facts: QuerySet[Any], topic: int, key: Hashable) -> Condition:
    """That somebody has one of these facts. SQLite's planner cannot know how many there are, so the first few are
    counted: where there are many, a sorted list asks each customer for one as it goes along, by the customer."""
    of_topic = facts.filter(topic=topic)
    collected = among(F("pk"), of_topic, F("party_id"))
    asked = Exists(facts.filter(InList(F("topic"), [topic], hidden=True), party_id=OuterRef("pk")))
    many = partial(remembered, key, lambda: of_topic.order_by()[:MANY].count() == MANY)
    return EitherWay(collected, asked, collected, walk=many)


@dataclass(frozen=True, kw_only=True)
class TextOf(OfTopic, Text):
    sort_column: str = "text_key"


@dataclass(frozen=True, kw_only=True)
class ChoiceOf(OfTopic, Choice):
    pass


@dataclass(frozen=True, kw_only=True)
class NumberOf(OfTopic, Decimal):
    held_in: str = "amount"


@dataclass(frozen=True, kw_only=True)
class DateOf(OfTopic, Date):
    held_in: str = "day"


KINDS: Mapping[str, type[OfTopic]] = {
    DATE: DateOf, NUMBER: NumberOf, MONEY: NumberOf, YES_NO: ChoiceOf, CHOICE: ChoiceOf,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Facts(Facet):
    """All topics that somebody may ask for, by their words."""

    def known(self, *, actor: Actor) -> Mapping[str, Kind]:
        able = {of for of in (FACT, SENSITIVE) if may_ask(of, actor=actor)}
        return {
            one.key: kind_of(one, of)
            for one in topics().values()
            if (of := SENSITIVE if one.sensitive else FACT) in able
        }


def may_ask(of: str, *, actor: Actor) -> bool:
    type_ = type_of(of)
    return access.may(type_, actor, "view") and type_.knows(NEEDED, actor)


def kind_of(topic: Topic, of: str) -> Kind:
    made = KINDS.get(topic.kind, TextOf)
    given: dict[str, Any] = {"name": topic.key, "label": topic.name, "topic": topic.pk, "of": of}
    plain = values.kind_of(topic)
    if isinstance(plain, Choice):
        given["fixed"] = plain.fixed
    return made(**given)


for type_ in (person, organisation, party):
    type_.asked["fact"] = Facts(name="fact", label=_("Fact"))
