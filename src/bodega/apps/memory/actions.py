"""Writing down what customers told us, and saying what of it holds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.memory import values
from bodega.apps.memory.models import Fact, Topic
from bodega.apps.memory.queries import FACT, SENSITIVE, said, topics
from bodega.apps.memory.settling import Standing, settle
from bodega.kernel import change, registry
from bodega.kernel.action import action
from bodega.kernel.drafts import Draft
from bodega.lib import clock
from bodega.lib.text import slug

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

WORD = re.compile(r"[^\W\d_]\w*")
MOST_MONTHS = 1_200
Place = tuple[int, int]
"""A party and a topic."""


# ---- topics ----------------------------------------------------------------------------------------------------------


def prepare_topic(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """The word of a topic comes from its name, is nobody else's, and stays, as the kind of its values does."""
    taken = {*Topic._base_manager.filter(deleted_at=None).values_list("key", flat=True)}
    for draft in drafts:
        if problem := problem_of(draft, taken):
            draft.refuse(ValidationError(problem))


def word_of(name: str) -> str:
    return slug(name).replace("-", "_")[:40]


def free_word(word: str, taken: Collection[str]) -> str:
    """The word, with a number behind it where another topic has it."""
    found = word if WORD.fullmatch(word) else "topic"
    others = (f"{found[:36]}_{number}" for number in count(2))
    return next(one for one in chain([found], others) if one not in taken)


def problem_of(draft: Draft, taken: set[str]) -> dict[str, str]:
    if draft.is_new:
        given = draft.get("key")
        key = draft.values["key"] = word_of(given) if given else free_word(word_of(draft.get("name") or ""), taken)
        if not WORD.fullmatch(key):
            return {"key": _("The word of a topic is made of letters, digits and _, and begins with a letter.")}
        if key in taken:
            return {"key": _("“%(word)s” is the word of another topic.") % {"word": key}}
        taken.add(key)
    for name in ("key", "kind"):
        if not draft.is_new and name in draft and draft.values[name] != draft.old[name]:
            return {name: _("This stays as it is: what is known goes by it. Make another topic.")}
    for name in ("ask_after", "keep_for"):
        if (months := draft.get(name)) is not None and not 0 <= months <= MOST_MONTHS:
            return {name: _("Between 0 and %(most)s months.") % {"most": MOST_MONTHS}}
    if draft.get("kind") == "choice" and not values.choices_of(draft.get("options") or ""):
        return {"options": _("Write the choices, one on each line.")}
    return {}


# ---- facts -----------------------------------------------------------------------------------------------------------


def prepare_fact(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Read the value as its topic says, and fill in who heard it, when, and until when it is kept."""
    known = topics()
    for draft in drafts:
        topic = known.get(draft.get("topic") or 0)
        if topic is None:
            continue  # told as a field that is missing, or a record that is not there
        if draft.is_new or "text" in draft or "topic" in draft:
            read_value(draft, topic, actor=actor)
        if draft.is_new:
            draft.values.setdefault("heard_by", actor.user_id)
        if not draft.get("heard_at"):
            draft.values["heard_at"] = clock.now()
        remember(draft, topic)


def prepare_asked(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """By whoever writes it down, now, unless they say otherwise."""
    for draft in drafts:
        if draft.is_new:
            draft.values.setdefault("asked_by", actor.user_id)
        if not draft.get("asked_at"):
            draft.values["asked_at"] = clock.now()


def read_value(draft: Draft, topic: Topic, *, actor: Actor) -> None:
    try:
        found = values.read(draft.get("text") or "", topic, actor=actor)
    except ValidationError as problem:
        draft.refuse(ValidationError({"text": problem.messages}))
        return
    draft.values |= {"text": found.text, "day": found.day, "amount": found.amount}


def remember(draft: Draft, topic: Topic) -> None:
    """When it is asked again, unless somebody said so, and when it is removed."""
    heard = draft.get("heard_at").date()
    if draft.is_new and not draft.get("ask_again") and topic.ask_after:
        draft.values["ask_again"] = months_after(heard, topic.ask_after)
    until = months_after(heard, topic.keep_for) if topic.keep_for else None
    if until != draft.get("kept_until"):
        draft.values["kept_until"] = until


def months_after(day: date, months: int) -> date | None:
    """None where the calendar ends before that."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, 28)) if year <= date.max.year else None


@action(gettext_lazy("This one holds"), on=FACT, verb="settled", icon="check", tone="good")
def settle_fact(fact: Fact, *, actor: Actor) -> Fact:
    """Of what contradicts each other, this is so; the rest is kept as what was said before."""
    return settled(fact, actor=actor)


@action(gettext_lazy("This one holds"), on=SENSITIVE, verb="settled", icon="check", tone="good")
def settle_sensitive(fact: Fact, *, actor: Actor) -> Fact:
    """Of what contradicts each other, this is so; the rest is kept as what was said before."""
    return settled(fact, actor=actor)


def settled(fact: Fact, *, actor: Actor) -> Fact:
    return written(fact, {"settled_at": clock.now(), "withdrawn_at": None}, "settled", actor=actor)


@action(gettext_lazy("No longer so"), on=FACT, verb="withdrawn", when="withdrawn_at:empty", icon="circle-x")
def withdraw_fact(fact: Fact, *, actor: Actor) -> Fact:
    """It does not hold any more, and nothing has taken its place."""
    return written(fact, {"withdrawn_at": clock.now()}, "withdrawn", actor=actor)


@action(gettext_lazy("No longer so"), on=SENSITIVE, verb="withdrawn", when="withdrawn_at:empty", icon="circle-x")
def withdraw_sensitive(fact: Fact, *, actor: Actor) -> Fact:
    """It does not hold any more, and nothing has taken its place."""
    return written(fact, {"withdrawn_at": clock.now()}, "withdrawn", actor=actor)


def written(fact: Fact, given: Mapping[str, Any], verb: str, *, actor: Actor) -> Fact:
    type_ = registry.type_of(SENSITIVE if fact.sensitive else FACT)
    saved: Fact = change.save(fact, given, actor=actor, verb=verb, type_=type_)
    stand_with(type_, [saved.pk])
    return saved


# ---- what holds ------------------------------------------------------------------------------------------------------


def stand(type_: RecordType, places: Iterable[Place]) -> int:
    """Bring how facts of a type stand in step, for whatever is known of these parties on these topics (three
    statements); how many stood otherwise. A roll-up: it follows from the facts, so it has no history."""
    wanted, several = {*places}, {pk: one.several for pk, one in topics().items()}
    parties, on = ({place[at] for place in wanted} for at in (0, 1))
    by_place: dict[Place, list[dict[str, Any]]] = {}
    for row in type_.every(deleted=False).filter(party__in=parties, topic__in=on).values(*COLUMNS):
        if (place := (row["party"], row["topic"])) in wanted:
            by_place.setdefault(place, []).append(row)
    found: dict[int, Standing] = {}
    for (party, topic), rows in by_place.items():
        found |= settle((said(row["id"], row, party) for row in rows), several=several.get(topic, False))
    held = {row["id"]: Standing(row["standing"], row["superseded_by"]) for some in by_place.values() for row in some}
    changed = {pk: now for pk, now in found.items() if held[pk] != now}
    if changed:
        change.roll_up(type_, "standing", {pk: now.word for pk, now in changed.items()})
        change.roll_up(type_, "superseded_by_id", {pk: now.by for pk, now in changed.items()})
    return len(changed)


def stand_with(type_: RecordType, ids: Iterable[int]) -> int:
    """The same where these facts stand."""
    return stand(type_, type_.every().filter(pk__in=ids).values_list("party", "topic"))


COLUMNS = (
    "id", "party", "topic", "text", "said_by", "sure", "heard_at", "settled_at", "withdrawn_at", "standing",
    "superseded_by",
)  # fmt: skip
