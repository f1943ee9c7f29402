"""The timeline of a record: what happened, newest first, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, Value

from bodega.apps.activity.models import Entry, Note, TimelineRow
from bodega.kernel import registry
from bodega.kernel.expressions import RowCompare
from bodega.kernel.kinds import Label, Show
from bodega.kernel.record import RecordType, load_labels

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

Cursor = tuple[datetime, int]


@dataclass(frozen=True)
class Line:
    """One line of a timeline. `details` are what the source says: a note's text and channel, the stage of a move."""

    entry: Entry
    label: Label
    details: Mapping[str, Any]


def timeline(
    type_: RecordType, record_id: int, *, actor: Actor, before: Cursor | None = None, limit: int = 30
) -> tuple[list[Line], Cursor | None]:
    """A page of the timeline of a record that the actor may see, and where the next page begins.

    One keyset query for the rows, and one for each type of record that occurs in them.
    """
    rows = (
        TimelineRow._base_manager.filter(subject_type=type_.key, subject_id=record_id)
        .select_related("entry")
        .order_by("-at", "-entry_id")
    )
    if before:
        rows = rows.filter(RowCompare([F("at"), F("entry_id")], "<", [Value(before[0]), Value(before[1])]))
    found = [*rows[: limit + 1]]
    entries = [row.entry for row in found[:limit]]
    following = (entries[-1].at, entries[-1].pk) if len(found) > limit else None
    return lines(entries, actor=actor), following


def last_touch(type_: RecordType, record_id: int, *, actor: Actor) -> Line | None:
    """The newest call, meeting, mail … with somebody that the actor may see, looked for among the last notes."""
    rows = TimelineRow._base_manager.filter(subject_type=type_.key, subject_id=record_id, entry__type="activity.note")
    entries = [row.entry for row in rows.select_related("entry").order_by("-at", "-entry_id")[:10]]
    return next((line for line in lines(entries, actor=actor) if line.details.get("channel", "note") != "note"), None)


def lines(entries: Sequence[Entry], *, actor: Actor) -> list[Line]:
    """Entries with their words; what comes from a record that the actor may not see is left out."""
    notes = registry.type_of("activity.note")
    texts: dict[int, Any] = {}
    wanted = [entry.record_id for entry in entries if entry.type == notes.key]
    if wanted:
        texts = {
            row["id"]: row
            for row in notes.rows(actor).filter(pk__in=wanted).values(*[f.attname for f in Note._meta.concrete_fields])
        }
    labels = {(notes.key, pk): Label(row["text"], notes.url(pk)) for pk, row in texts.items()}
    others = {(entry.type, entry.record_id) for entry in entries if entry.type != notes.key}
    show = load_labels(Show(actor, labels), others)
    return [
        Line(entry, label, texts.get(entry.record_id) or entry.new or {})
        for entry in entries
        if not (label := show.label(entry.type, entry.record_id)).hidden
    ]
