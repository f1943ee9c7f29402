"""What interactions seem to tell of customers, by rules or a language model: made at any time, decided by a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BigIntegerField, QuerySet

from bodega.apps.memory import clues, queries, values
from bodega.apps.memory.models import Sending, Suggestion, Topic
from bodega.apps.memory.understanding import LONGEST, LONGEST_NOTE, sentences, understand
from bodega.apps.parties.models import PERSON, ContactPoint
from bodega.kernel.raw import Slot, Statement
from bodega.kernel.record import RecordType
from bodega.kernel.registry import type_of
from bodega.lib import clock
from bodega.lib.text import fold

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

NOTE = "activity.note"
CUSTOMERS = ("parties.person", "parties.organisation")
MOST = 5
"""Suggestions beside one customer, the newest."""
MOST_PARTIES = 20
"""Of those who took part in one interaction, so many are looked at."""


# ---- what is told ----------------------------------------------------------------------------------------------------


class Told(NamedTuple):
    """What a sentence says on a topic, or (without one) by what address or number of a channel somebody is reached."""

    topic: Topic | None
    text: str
    words: str
    channel: str = ""


class Party(NamedTuple):
    """Somebody who took part, and by which words they are meant."""

    id: int
    kind: str
    called: frozenset[str]
    is_private: bool


@dataclass(frozen=True)
class Touch:
    """An interaction, with the customers of whom it may tell something."""

    id: int
    text: str
    is_private: bool
    parties: Sequence[Party]

    def meant(self, told: Told) -> list[Party]:
        """Of whom this is told: whoever alone is named in the words, or all of them, and a person chooses. A way to
        reach is rather that of a person than of their company."""
        able = [one for one in self.parties if told.topic is None or told.topic.about in ("", one.kind)]
        if told.topic is None:
            able = [one for one in able if one.kind == PERSON] or able
        words = clues.called(told.words)
        return [one for one in able if not words.isdisjoint(one.called)] or able


def touches(note_ids: Iterable[int]) -> list[Touch]:
    """Those of the notes that are about customers, or in which some took part (two queries)."""
    columns = "pk", "text", "private", "about_type", "about_id", "participants"
    rows = [*type_of(NOTE).every(deleted=False).filter(pk__in=[*note_ids]).values_list(*columns)]
    named = {pk: [*dict.fromkeys([*([about] if type_ in CUSTOMERS else []), *(others or [])])][:MOST_PARTIES]
             for pk, _text, _private, type_, about, others in rows}  # fmt: skip
    known = parties({one for some in named.values() for one in some})
    found = ((pk, text, private, [known[one] for one in named[pk] if one in known]) for pk, text, private, *_ in rows)
    return [Touch(pk, text[:LONGEST_NOTE], private, some) for pk, text, private, some in found if some]


def parties(ids: Collection[int]) -> Mapping[int, Party]:
    rows = type_of("parties.party").every(deleted=False).filter(pk__in=ids).values_list("pk", "kind", "name", "private")
    return {pk: Party(pk, kind, called(kind, name), private) for pk, kind, name, private in rows}


def called(kind: str, name: str) -> frozenset[str]:
    """A person by any word of the name, an organisation by the first."""
    first = fold(name).split()[:1]
    return clues.called(name) if kind == PERSON else clues.called(" ".join(first))


def ordinary() -> list[Topic]:
    """Of sensitive topics nothing is suggested."""
    return [one for one in queries.topics().values() if not one.sensitive]


# ---- by rules --------------------------------------------------------------------------------------------------------


def suggest(note_ids: Iterable[int], *, actor: Actor) -> list[Touch]:
    """What the rules find in these notes; what was dismissed stays so. Returns the notes of customers."""
    found, known = touches(note_ids), ordinary()
    held = held_points({party.id for touch in found for party in touch.parties})
    told = {touch.id: [*by_rules(touch, known, held, actor=actor)] for touch in found}
    keep(note_ids, found, told, by="")
    return found


def by_rules(
    touch: Touch, known: Sequence[Topic], held: Mapping[int, Collection[str]], *, actor: Actor
) -> Iterator[Told]:
    theirs = {value for party in touch.parties for value in held.get(party.id, ())}
    for sentence in sentences(touch.text):
        reached = [*clues.reaches(sentence, country=settings.BODEGA_COUNTRY or None)]
        yield from (
            Told(None, one.value, sentence[:LONGEST], one.channel) for one in reached if one.value not in theirs
        )
        topic, found, is_before = understand(sentence, known, actor=actor)
        if topic is not None and found and not is_before and (value := value_of(topic, found, actor=actor)):
            yield Told(topic, value, sentence[:LONGEST])


def value_of(topic: Topic, text: str, *, actor: Actor) -> str:
    """As it would be kept; empty where it is no value of the topic."""
    try:
        return values.read(text, topic, actor=actor).text[: values.LENGTH]
    except ValidationError:
        return ""


def held_points(ids: Collection[int]) -> dict[int, set[str]]:
    """The addresses and numbers of these customers."""
    found: dict[int, set[str]] = {}
    for party, value in ContactPoint._base_manager.filter(party__in=ids).values_list("party", "value"):
        found.setdefault(party, set()).add(value)
    return found


def keep(note_ids: Iterable[int], found: Iterable[Touch], told: Mapping[int, Sequence[Told]], *, by: str) -> None:
    """Suggestions of these for whom they are meant. What was suggested before and is so no more goes; the rest stays
    as it is, as somebody may be about to decide about it."""
    made = {
        (touch.id, party.id, one.topic.pk if one.topic else None, one.channel, one.text): one.words
        for touch in found
        for one in told.get(touch.id, ())
        for party in touch.meant(one)
    }
    columns = "note_id", "party_id", "topic_id", "channel", "text"
    by = by[:100]
    with transaction.atomic():
        held = Suggestion._base_manager.filter(note__in=[*note_ids], by=by)
        there = {tuple(said): pk for pk, *said in held.filter(dismissed_at=None).values_list("pk", *columns)}
        held.filter(pk__in=[pk for said, pk in there.items() if said not in made]).delete()
        new = ((dict(zip(columns, said, strict=True)), words) for said, words in made.items() if said not in there)
        Suggestion._base_manager.bulk_create(
            (Suggestion(**said, words=words, by=by) for said, words in new), ignore_conflicts=True
        )


# ---- by a language model ---------------------------------------------------------------------------------------------


def sensitive_values(ids: Iterable[int]) -> list[str]:
    """What is known of these customers on sensitive topics, so that it is kept out of what leaves."""
    rows = type_of(queries.SENSITIVE).every(deleted=False).filter(party__in=[*ids])
    return [text for text in rows.values_list("text", flat=True) if len(text) > 1]


def begin_sending(note: int, *, model: str, letters: int) -> int:
    return Sending._base_manager.create(note_id=note, at=clock.now(), model=model[:100], letters=letters).pk


def end_sending(pk: int, **came: Any) -> None:
    """What came of it: how many claims were `found` to fit and `dropped`, or what the `problem` was."""
    Sending._base_manager.filter(pk=pk).update(**{**came, "problem": came.get("problem", "")[:300]})


def forget_claims(note: int) -> None:
    """What a model said of a text that may not leave any more."""
    Suggestion._base_manager.filter(note=note, dismissed_at=None).exclude(by="").delete()


def sendings() -> QuerySet[Sending]:
    """All of them, the newest first, for administrators."""
    return Sending._base_manager.order_by("-at", "-pk")


# ---- beside a customer -----------------------------------------------------------------------------------------------


class Suggested(NamedTuple):
    id: int
    note: int
    topic: int | None
    channel: str
    text: str
    words: str
    by: str
    others: Sequence[int] = ()
    """To whom else it may belong."""

    @property
    def said(self) -> tuple[int, int | None, str, str]:
        """The same for all who may be meant."""
        return self.note, self.topic, self.channel, self.text


def suggested(party: int, *, actor: Actor) -> list[Suggested]:
    """Those beside a customer that come from interactions which the actor may see, and that nobody has kept."""
    found = [Suggested(*row) for row in beside().ask(party=party)]
    notes = type_of(NOTE)
    if not found or not notes.knows("text", actor):
        return []
    seen = {row[0] for row in notes.raw({one.note for one in found}, ["pk"], actor=actor)}
    found = [one for one in found if one.note in seen]
    others = belonging(party, {one.note for one in found})
    done = kept_already(found, {party, *(other for some in others.values() for other in some)}, actor=actor)
    return [one._replace(others=others.get(one.said, ())) for one in found if one.said not in done][:MOST]


@cache
def beside() -> Statement:
    """What is suggested about a customer, the newest first."""
    party = Slot("party", output_field=BigIntegerField())
    rows = Suggestion._base_manager.filter(party=party, dismissed_at=None).order_by("-note", "pk")
    return Statement(rows[: 4 * MOST], Suggested._fields[:-1])


def belonging(party: int, notes: Collection[int]) -> dict[tuple[Any, ...], list[int]]:
    """To whom else the suggestions of these notes may belong, by what they say."""
    rows = Suggestion._base_manager.filter(note__in=notes, dismissed_at=None).exclude(party=party).order_by("pk")
    found: dict[tuple[Any, ...], list[int]] = {}
    for *said, other in rows.values_list("note", "topic", "channel", "text", "party"):
        found.setdefault(tuple(said), []).append(other)
    return found


def kept_already(found: Sequence[Suggested], able: Collection[int], *, actor: Actor) -> set[tuple[Any, ...]]:
    """What one of them is known to be told of: as a fact from that note, or as a way to reach them."""
    facts = type_of(queries.FACT).rows(actor).filter(note__in={one.note for one in found})
    known = {(note, topic, "", text) for note, topic, text in facts.values_list("note", "topic", "text")}
    if any(one.channel for one in found):
        held = {value for some in held_points(able).values() for value in some}
        known |= {one.said for one in found if one.channel and one.text in held}
    return known


def origin(pk: int | None, party: int | None) -> str:
    """Which model suggested it, where it was one."""
    found = Suggestion._base_manager.filter(pk=pk, party=party).values_list("by", flat=True).first() if pk else ""
    return found or ""


class ToReach(NamedTuple):
    party: int
    channel: str
    text: str


def reach_of(pk: int, party: int | None, *, actor: Actor) -> ToReach | None:
    """A way to reach one of those who may be meant, where the actor may see from which interaction it is."""
    rows = Suggestion._base_manager.filter(topic=None, dismissed_at=None)
    one = rows.filter(pk=pk).first()
    if one is None or not type_of(NOTE).raw([one.note_id], ["pk"], actor=actor):
        return None
    able = rows.filter(note=one.note_id, channel=one.channel, text=one.text, party=party)
    return ToReach(party, one.channel, one.text) if party and able.exists() else None


def decide(pk: int, *, dismissed: bool, actor: Actor) -> int | None:
    """Leave a suggestion out from now on, or bring it back; the party it is about, or None where there is none that the
    actor may decide about: as about the facts of that party."""
    row = Suggestion._base_manager.filter(pk=pk).values_list("note", "party").first()
    if row is None or not type_of(NOTE).raw([row[0]], ["pk"], actor=actor) or not may_write(row[1], actor=actor):
        return None
    Suggestion._base_manager.filter(pk=pk).update(dismissed_at=clock.now() if dismissed else None)
    party: int = row[1]
    return party


def may_write(party: int, *, actor: Actor) -> bool:
    customers: RecordType = type_of("parties.party")
    return bool(customers.rows(actor, "change").filter(pk=party).exists())
