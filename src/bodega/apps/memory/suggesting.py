"""What interactions seem to tell of customers, by the words of the topics. Made again at any time; a person decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from bodega.apps.memory import queries, values
from bodega.apps.memory.models import Suggestion
from bodega.apps.memory.understanding import LONGEST, sentences, understand
from bodega.kernel.record import RecordType
from bodega.kernel.registry import type_of
from bodega.lib import clock

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

NOTE = "activity.note"
CUSTOMERS = ("parties.person", "parties.organisation")
MOST = 5
"""Suggestions beside one customer, the newest."""


class Suggested(NamedTuple):
    id: int
    note: int
    topic: int
    text: str
    words: str


def suggest(note_ids: Iterable[int], *, actor: Actor) -> None:
    """From these notes, as far as they are about a customer (three statements). Of sensitive topics nothing is
    suggested; what was dismissed stays so."""
    rows = type_of(NOTE).every(deleted=False).filter(pk__in=[*note_ids], about_type__in=CUSTOMERS)
    notes = [*rows.values_list("pk", "about_id", "text")]
    known = [one for one in queries.topics().values() if not one.sensitive]
    made = [
        Suggestion(note_id=pk, party_id=party, topic_id=topic, text=text, words=words)
        for pk, party, told in notes
        for topic, text, words in read(told, known, actor=actor)
    ]
    with transaction.atomic():
        Suggestion._base_manager.filter(note__in=[*note_ids], dismissed_at=None).delete()
        Suggestion._base_manager.bulk_create(made, ignore_conflicts=True)


def read(text: str, known: Sequence[Any], *, actor: Actor) -> Iterator[tuple[int, str, str]]:
    for sentence in sentences(text):
        topic, found = understand(sentence, known, actor=actor)
        if topic is None or not found:
            continue
        try:
            yield topic.pk, values.read(found, topic, actor=actor).text[: values.LENGTH], sentence[:LONGEST]
        except ValidationError:
            continue


def suggested(party: int, *, actor: Actor) -> list[Suggested]:
    """Those beside a customer that come from interactions which the actor may see."""
    rows = Suggestion._base_manager.filter(party=party, dismissed_at=None).order_by("-note", "pk")
    found = [Suggested(*row) for row in rows.values_list(*Suggested._fields)[: 4 * MOST]]
    notes = type_of(NOTE)
    if not found or not notes.knows("text", actor):
        return []
    seen = {row[0] for row in notes.raw({one.note for one in found}, ["pk"], actor=actor)}
    return [one for one in found if one.note in seen][:MOST]


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
