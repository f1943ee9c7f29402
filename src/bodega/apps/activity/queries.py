"""The timeline of a record: what happened, newest first, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import BigIntegerField, DateTimeField, F, TextField

from bodega.apps.activity.models import Entry, Task, TimelineRow
from bodega.kernel import registry
from bodega.kernel.actors import User
from bodega.kernel.kinds import Label, Show
from bodega.kernel.kinds.numbers import LARGEST
from bodega.kernel.raw import Slot, Statement, columns_of
from bodega.kernel.record import RecordType, load_labels, with_ids
from bodega.lib import clock
from bodega.lib.expressions import RowCompare

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

Cursor = tuple[datetime, int]
END = datetime(9999, 12, 31, tzinfo=UTC)
"""Behind everything that happens."""


@dataclass(frozen=True)
class Line:
    """One line of a timeline. `details` are what the source says: the text of an interaction, the stage of a move."""

    entry: Entry
    label: Label
    details: Mapping[str, Any]


def timeline(
    type_: RecordType, record_id: int, *, actor: Actor, before: Cursor | None = None, limit: int = 30
) -> tuple[list[Line], Cursor | None]:
    """A page of the timeline of a record that the actor may see, and where the next page begins."""
    found = [*islice(seen(type_, record_id, actor=actor, before=before, size=limit + 1), limit + 1)]
    shown = found[:limit]
    following = (shown[-1].entry.at, shown[-1].entry.pk) if len(found) > limit else None
    return shown, following


def seen(
    type_: RecordType, record_id: int, *, actor: Actor, before: Cursor | None = None, size: int, notes: bool = False
) -> Iterator[Line]:
    """The lines that the actor may see, the newest first: how many others stand between them makes no difference.

    One keyset query for the rows, and one for each type of record that occurs in them; again, for four times as many
    rows, as long as somebody wants more lines than these gave.
    """
    at, pk = before or (END, LARGEST)
    while True:
        found = told(size, notes=notes).ask(type=type_.key, record=record_id, at=at, entry=pk)
        entries = [entry_of(row) for row in found]
        yield from lines(entries, actor=actor)
        if len(entries) < size:
            return
        at, pk, size = entries[-1].at, entries[-1].pk, 4 * size


@cache
def told(limit: int, *, notes: bool) -> Statement:
    """The entries on a timeline behind a place in it, the newest first; with `notes` these alone."""
    rows = TimelineRow._base_manager.filter(
        subject_type=Slot("type", output_field=TextField()), subject_id=Slot("record", output_field=BigIntegerField())
    )
    if notes:
        rows = rows.filter(entry__type="activity.note")
    place = [Slot("at", output_field=DateTimeField()), Slot("entry", output_field=BigIntegerField())]
    rows = rows.filter(RowCompare([F("at"), F("entry_id")], "<", place)).order_by("-at", "-entry_id")
    return Statement(rows[:limit], [f"entry__{name}" for name in columns_of(Entry)])


def entry_of(row: Sequence[Any]) -> Entry:
    return Entry(**dict(zip(columns_of(Entry), row, strict=True)))


def last_touch(type_: RecordType, record_id: int, *, actor: Actor) -> Line | None:
    """The newest call, meeting, mail … with somebody that the actor may see."""
    notes = seen(type_, record_id, actor=actor, size=10, notes=True)
    return next((line for line in notes if (line.details.get("channel") or "note") != "note"), None)


SAID = ["text", "channel", "direction", "subject", "outcome", "minutes", "participants", "colleagues"]
"""What a timeline tells of an interaction."""


def lines(entries: Sequence[Entry], *, actor: Actor) -> list[Line]:
    """Entries with their words; what comes from a record that the actor may not see is left out."""
    notes = registry.type_of("activity.note")
    texts: dict[int, Any] = {}
    wanted = [entry.record_id for entry in entries if entry.type == notes.key]
    if wanted:
        texts = {row.id: row.values for row in notes.ask(with_ids, SAID, actor=actor, ids=wanted)}
    labels = {(notes.key, pk): Label(row.get("text") or "", notes.url(pk)) for pk, row in texts.items()}
    others = {(entry.type, entry.record_id) for entry in entries if entry.type != notes.key}
    show = load_labels(Show(actor, labels), others)
    return [
        Line(entry, label, texts[entry.record_id] if entry.type == notes.key else entry.new or {})
        for entry in entries
        if not (label := show.label(entry.type, entry.record_id)).hidden
    ]


MORNING = 6
"""From this hour on, where they are, people hear what is due today."""


def is_subject(type_: RecordType) -> bool:
    """Whether people write notes, tasks and promises about records of this type."""
    return bool(type_.timeline) and type_.listed and type_.model is not Task


def due_on(type_key: str, day: date, *, morning_of: date | None = None) -> dict[int, list[int]]:
    """What is open and due on that day by its owners: of those for whom the morning has come of that day, or of
    another."""
    rows = registry.type_of(type_key).every(deleted=False)
    found: dict[int, list[int]] = {}
    for owner, pk in (
        rows.filter(due_on=day, done_at=None, owner__isnull=False).order_by("pk").values_list("owner", "pk")
    ):
        found.setdefault(owner, []).append(pk)
    people = User.objects.filter(pk__in=found)
    zones = ((user.pk, user.time_zone or settings.TIME_ZONE) for user in people)
    return {pk: found[pk] for pk, zone in zones if is_morning(morning_of or day, zone)}


def is_morning(day: date, zone: str) -> bool:
    here = clock.now().astimezone(ZoneInfo(zone))
    return here.date() == day and here.hour >= MORNING
