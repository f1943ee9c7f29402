"""The timeline of a record: what happened, newest first, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import BigIntegerField, DateTimeField, Exists, F, OuterRef, Q, TextField

from bodega.apps.activity.models import Entry, Task, TaskReminder, TimelineRow
from bodega.kernel import registry
from bodega.kernel.actors import User
from bodega.kernel.kinds import Label, Show
from bodega.kernel.kinds.numbers import LARGEST
from bodega.kernel.raw import Slot, Statement
from bodega.kernel.record import RecordType, load_labels, with_ids
from bodega.lib import clock
from bodega.lib.expressions import JsonHasAny, RowCompare, some_at_once
from bodega.platform.worktime import asking

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

NOTE = "activity.note"
Cursor = tuple[datetime, int]
END = datetime(9999, 12, 31, tzinfo=UTC)
"""Behind everything that happens."""


class Happened(NamedTuple):
    """An `Entry` as it is read: a page has dozens, and a model instance of each would take longer than to find them."""

    pk: int
    at: datetime
    type: str
    record_id: int
    verb: str
    change_id: int
    user_id: int | None
    actor: str
    new: Mapping[str, Any] | None


@dataclass(frozen=True)
class Line:
    """One line of a timeline. `details` are what the source says: the text of an interaction, the stage of a move."""

    entry: Happened
    label: Label
    details: Mapping[str, Any]
    mentioned: bool = False
    """Whether it stands there for being mentioned, no more."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants to read of a timeline: entries of one type of record, interactions in one channel, what one
    of us did or took part in, interactions with these words. Nothing of it stands for everything."""

    type: str = ""
    channel: str = ""
    user: int | None = None
    words: str = ""
    mentions: bool = True
    """Whether what only mentions the record is among it."""

    @property
    def fields(self) -> str:
        """Of an interaction, what it asks about."""
        return " ".join(
            name
            for name, asked in (("channel", self.channel), ("colleagues", self.user), ("text subject", self.words))
            if asked
        )


LEAST = 8
"""Rows of a timeline that are read at once."""
EVERYTHING, TOUCHES = Asked(), Asked(type=NOTE, mentions=False)


def timeline(
    type_: RecordType,
    record_id: int,
    *,
    actor: Actor,
    before: Cursor | None = None,
    limit: int = 30,
    asked: Asked = EVERYTHING,
) -> tuple[list[Line], Cursor | None]:
    """A page of the timeline of a record that the actor may see, and where the next page begins."""
    if not registry.type_of(NOTE).knows(asked.fields, actor):
        return [], None
    found = [*islice(seen(type_, record_id, actor=actor, before=before, size=limit + 1, asked=asked), limit + 1)]
    shown = found[:limit]
    following = (shown[-1].entry.at, shown[-1].entry.pk) if len(found) > limit else None
    return shown, following


def seen(
    type_: RecordType,
    record_id: int,
    *,
    actor: Actor,
    before: Cursor | None = None,
    size: int,
    asked: Asked = EVERYTHING,
) -> Iterator[Line]:
    """The lines that the actor may see, the newest first: how many others stand between them makes no difference.

    One keyset query for the rows, and one for each type of record that occurs in them; again as long as fewer than
    `size` could be seen or somebody wants more, for as many rows as it takes where they go on like these.
    """
    at, pk = before or (END, LARGEST)
    given, read = 0, rounded(size)
    while True:
        found = told(read, asked, actor=actor).ask(type=type_.key, record=record_id, at=at, entry=pk)
        entries = [Happened(*row[:-1]) for row in found]
        mentioned = {one.pk for one, row in zip(entries, found, strict=True) if row[-1]}
        shown = lines(entries, actor=actor, mentioned=mentioned)
        yield from shown
        if len(entries) < read:
            return
        given += len(shown)
        at, pk, read = entries[-1].at, entries[-1].pk, further(size - given, of=read, shown=len(shown))


def further(missing: int, *, of: int, shown: int) -> int:
    """How many rows to read next, where so many of the last were shown; four times as many at most."""
    return rounded(min(2 * missing * of // shown, 4 * of) if shown and missing > 0 else 4 * of)


def rounded(size: int) -> int:
    """Up to a power of two: for each limit the database plans anew."""
    return max(LEAST, 1 << (size - 1).bit_length())


def told(limit: int, asked: Asked, *, actor: Actor) -> Statement:
    """The entries on a timeline behind a place in it, the newest first; what is asked for often is kept ready."""
    return usual(limit, asked.type) if asked in (EVERYTHING, TOUCHES) else statement(limit, sifted(asked, actor=actor))


@cache
def usual(limit: int, type_key: str) -> Statement:
    return statement(limit, Q(entry__type=type_key, mentioned=False) if type_key else Q())


def statement(limit: int, which: Q) -> Statement:
    """It walks along this one timeline, and no further than the page needs."""
    rows = TimelineRow._base_manager.filter(
        subject_type=Slot("type", output_field=TextField()), subject_id=Slot("record", output_field=BigIntegerField())
    )
    rows = rows.filter(which)
    place = [Slot("at", output_field=DateTimeField()), Slot("entry", output_field=BigIntegerField())]
    rows = rows.filter(RowCompare([F("at"), F("entry_id")], "<", place)).order_by("-at", "-entry_id")
    return Statement(rows[:limit], [*(f"entry__{name}" for name in Happened._fields), "mentioned"])


def sifted(asked: Asked, *, actor: Actor) -> Q:
    """The entries that are asked for; of an interaction that the actor may see, its own columns are looked at."""
    notes = registry.type_of(NOTE).rows(actor).filter(pk=OuterRef("entry__record_id"))
    found = Q(entry__type=asked.type) if asked.type else Q()
    if asked.channel:
        found &= Q(entry__type=NOTE) & Q(Exists(notes.filter(channel=asked.channel)))
    if asked.words:
        said = Q(text__icontains=asked.words) | Q(subject__icontains=asked.words)
        found &= Q(entry__type=NOTE) & Q(Exists(notes.filter(said)))
    if asked.user is not None:
        user = registry.type_of("kernel.user").rows(actor).filter(pk=asked.user)
        there = notes.filter(JsonHasAny(F("colleagues"), user))
        found &= Q(entry__user_id=asked.user) | (Q(entry__type=NOTE) & Q(Exists(there)))
    return found


SAID = [
    "text",
    "channel",
    "direction",
    "subject",
    "outcome",
    "minutes",
    "participants",
    "colleagues",
    "private",
    "about",
]
"""What a timeline tells of an interaction."""


def lines(entries: Sequence[Happened], *, actor: Actor, mentioned: Collection[int] = ()) -> list[Line]:
    """Entries with their words; what comes from a record that the actor may not see is left out."""
    notes = registry.type_of(NOTE)
    texts: dict[int, Any] = {}
    wanted = [entry.record_id for entry in entries if entry.type == notes.key]
    if wanted:
        texts = {row.id: row.values for row in notes.ask(with_ids, SAID, actor=actor, ids=wanted)}
    labels = {(notes.key, pk): Label(row.get("text") or "", notes.url(pk)) for pk, row in texts.items()}
    others = {(entry.type, entry.record_id) for entry in entries if entry.type != notes.key}
    show = load_labels(Show(actor, labels), others)
    return [
        Line(
            entry, label, texts[entry.record_id] if entry.type == notes.key else entry.new or {}, entry.pk in mentioned
        )
        for entry in entries
        if not (label := show.label(entry.type, entry.record_id)).hidden
    ]


def of_acts(change_ids: Sequence[int], *, actor: Actor) -> list[Line]:
    """What these acts put on timelines, as far as the actor may see it, the newest first."""
    entries = Entry._base_manager.filter(change_id__in=change_ids).order_by("-change_id")
    return lines([Happened(*row) for row in entries.values_list(*Happened._fields)], actor=actor)


MORNING = 6
"""From this hour on, where they are, people hear what is due today."""


def tells(type_: RecordType) -> bool:
    """Whether what happens to records of this type stands on timelines; what colleagues say to each other does not."""
    return bool(type_.timeline) and not type_.is_talk


def is_subject(type_: RecordType) -> bool:
    """Whether people write notes, tasks and promises about records of this type."""
    return bool(type_.timeline) and type_.listed and type_.model is not Task


def due_on(type_key: str, day: date, awake: Iterable[int]) -> dict[int, list[int]]:
    """What is open and due on that day, of those people: by its owners."""
    found: dict[int, list[int]] = {}
    for owner, pk, _day in open_between(type_key, day, day, awake):
        found.setdefault(owner, []).append(pk)
    return found


def due_soon(type_key: str, day: date, awake: Iterable[int]) -> dict[date, dict[int, list[int]]]:
    """By day and owner what is due after that day up to the owner's next working day; nothing on days off."""
    works = {pk: one for pk, one in asking.calendars(awake).items() if pk and one.is_working(day)}
    ends = {pk: one.add_days(day, 1) for pk, one in works.items()}
    found: dict[date, dict[int, list[int]]] = {}
    for owner, pk, due in open_between(type_key, day + timedelta(days=1), max(ends.values(), default=day), ends):
        if due <= ends[owner]:
            found.setdefault(due, {}).setdefault(owner, []).append(pk)
    return found


def open_between(type_key: str, first: date, last: date, owners: Iterable[int]) -> list[tuple[int, int, date]]:
    """Owner, number and day of what these people have to do (a query for some hundreds of them at once)."""
    rows = registry.type_of(type_key).every(deleted=False).filter(due_on__gte=first, due_on__lte=last, done_at=None)
    return [
        found
        for some in some_at_once(owners)
        for found in rows.filter(owner__in=some).order_by("pk").values_list("owner", "pk", "due_on")
    ]


def risen(day: date, since: datetime | None) -> list[int]:
    """Those for whom the morning of that day has come since then; since it began, where that is not known (two
    queries, one of them for nothing but time zones)."""
    zones = [
        zone for zone in User.objects.values_list("time_zone", flat=True).distinct() if has_risen(day, zone, since)
    ]
    people = User.objects.filter(time_zone__in=zones, is_active=True, deleted_at=None) if zones else User.objects.none()
    return [*people.order_by("pk").values_list("pk", flat=True)]


def has_risen(day: date, zone: str, since: datetime | None) -> bool:
    here = ZoneInfo(zone or settings.TIME_ZONE)
    now, morning = clock.now().astimezone(here), datetime.combine(day, time(MORNING), here)
    return now.date() == day and morning <= now and (since is None or morning > since)


def reminders(after: datetime, until: datetime) -> list[tuple[int, int, datetime]]:
    """Task, owner and moment of the reminders of open tasks in that time."""
    due = TaskReminder._base_manager.filter(at__gt=after, at__lte=until).order_by("at", "pk")
    told = [*due.values_list("task_id", "at")]
    tasks = registry.type_of("activity.task").every(deleted=False).filter(pk__in={task for task, _at in told})
    owners = dict(tasks.filter(done_at=None, owner__isnull=False).values_list("pk", "owner"))
    return [(task, owners[task], at) for task, at in told if task in owners]
