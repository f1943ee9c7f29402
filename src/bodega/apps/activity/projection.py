"""From what has changed to the timelines it concerns. Made from history, so it may be made again and again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bodega.apps.activity.models import Entry, Note, TimelineRow
from bodega.apps.activity.queries import tells
from bodega.kernel import registry
from bodega.kernel.change import roll_up
from bodega.kernel.events import Event, latest
from bodega.kernel.kinds import AnyReference
from bodega.kernel.parts import Part
from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType
from bodega.platform.notifications.mentions import linked_in

TOLD = frozenset("created moved won lost reopened done restored kept broken released rescheduled".split())
"""The verbs that are worth a line on a timeline; plain changes stand in the history."""
Subject = tuple[str, int]


def project_change(type_key: str, record_id: int) -> None:
    """Put the newest act upon a record on its timelines now, rather than a moment later by the reaction."""
    project(latest(type_key, record_id))


def project(events: Sequence[Event]) -> None:
    """Entries and timeline rows for these events: a fixed number of statements for each type of record."""
    told = [event for event in events if event.verb in TOLD]
    by_type: dict[str, list[Event]] = {}
    for event in told:
        by_type.setdefault(event.type, []).append(event)
    known = {type_.key: type_ for type_ in registry.every_type() if tells(type_)}
    for type_key in by_type.keys() & known.keys():
        project_type(known[type_key], by_type[type_key])


def project_type(type_: RecordType, events: Sequence[Event]) -> None:
    rows = {row["id"]: row for row in type_.every().filter(pk__in=[event.record_id for event in events]).values()}
    happened = {event.change_id: event for event in events}
    Entry._base_manager.bulk_create(
        [entry(type_, event, rows[event.record_id]) for event in events if event.record_id in rows],
        ignore_conflicts=True,
    )
    made = Entry._base_manager.filter(type=type_.key, change_id__in=[*happened], record_id__in=[*rows])
    stand(type_, [*made], rows)


def put_right(record_ids: Iterable[int]) -> None:
    """Notes that are now about another record, or of another time, stand where they belong."""
    type_ = registry.type_of("activity.note")
    rows = {row["id"]: row for row in type_.every().filter(pk__in=[*record_ids]).values()}
    known = [*Entry._base_manager.filter(type=type_.key, record_id__in=rows, verb="created")]
    for one in known:
        one.at = rows[one.record_id]["happened_at"]
    Entry._base_manager.bulk_update(known, ["at"])
    TimelineRow._base_manager.filter(entry__in=known).delete()
    stand(type_, known, rows)


def stand(type_: RecordType, entries: Sequence[Entry], rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Put entries onto the timelines of everybody they concern."""
    concerned = subjects(type_, rows)
    timeline = [
        TimelineRow(subject_type=kind, subject_id=pk, at=one.at, entry=one)
        for one in entries
        for kind, pk in concerned[one.record_id]
    ]
    TimelineRow._base_manager.bulk_create(timeline, ignore_conflicts=True)
    if type_.model is Note:
        touch(timeline, rows)
        stand_where_mentioned(entries, rows)


def stand_where_mentioned(entries: Sequence[Entry], rows: Mapping[int, Mapping[str, Any]]) -> None:
    """What mentions a customer stands on their timeline, too, unless it does so already; it is no contact."""
    named = by_their_own_name({pk: sorted(linked_in(row["text"])) for pk, row in rows.items()})
    timeline = [
        TimelineRow(subject_type=kind, subject_id=pk, at=one.at, entry=one, mentioned=True)
        for one in entries
        for kind, pk in named[one.record_id]
    ]
    if timeline:
        TimelineRow._base_manager.bulk_create(timeline, ignore_conflicts=True)


def entry(type_: RecordType, event: Event, row: Mapping[str, Any]) -> Entry:
    told = {key: event.new[key] for key in ("stage", "amount", "lost_reason") if event.new and key in event.new}
    return Entry(
        at=row.get("happened_at") or event.at,
        type=type_.key,
        record_id=event.record_id,
        verb=event.verb,
        change_id=event.change_id,
        user_id=event.user_id,
        actor=event.actor,
        new=told or None,
    )


def subjects(type_: RecordType, rows: Mapping[int, Mapping[str, Any]]) -> dict[int, list[Subject]]:
    """For each row the record itself, those that its `timeline` fields point at, and those these point at in turn."""
    itself = [] if type_.model is Note else [type_.key]
    listed = in_lines(type_, rows)
    found = {
        pk: [*((key, pk) for key in itself), *pointed(type_, row), *listed.get(pk, ())] for pk, row in rows.items()
    }
    found = by_their_own_name(found)
    above = parents({subject for named in found.values() for subject in named if subject[0] != type_.key})
    return {
        pk: [*dict.fromkeys(one for subject in named for one in (subject, *above.get(subject, ())))]
        for pk, named in found.items()
    }


def in_lines(type_: RecordType, ids: Iterable[int]) -> dict[int, list[Subject]]:
    """What their lines point at, where a list of lines is among the `timeline` fields (a query for each such list)."""
    found: dict[int, list[Subject]] = {}
    for part in type_.named_fields(type_.timeline):
        if isinstance(part, Part):
            for pk, lines in part.stored(ids).items():
                found.setdefault(pk, []).extend(part.points_at(lines))
    return found


def by_their_own_name(found: dict[int, list[Subject]]) -> dict[int, list[Subject]]:
    """A customer is a person or an organisation, on whose own page the timeline is asked for (one query for each)."""
    named = {subject for some in found.values() for subject in some}
    own: dict[Subject, Subject] = {}
    for type_ in {registry.type_of(key) for key, _pk in named}:
        for covered in map(registry.type_of, type_.covers.split()):
            ids = [pk for key, pk in named if key == type_.key]
            rows = covered.every().filter(pk__in=ids).values_list("pk", flat=True)
            own |= {(type_.key, pk): (covered.key, pk) for pk in rows}
    return {pk: [own.get(subject, subject) for subject in some] for pk, some in found.items()}


def parents(named: Iterable[Subject]) -> dict[Subject, list[Subject]]:
    """What a note about a deal or a person also concerns: its account, the organisation (one query for each type)."""
    ids: dict[str, set[int]] = {}
    for type_key, pk in named:
        ids.setdefault(type_key, set()).add(pk)
    found: dict[Subject, list[Subject]] = {}
    for type_ in map(registry.type_of, ids):
        if type_.timeline:
            rows = type_.every().filter(pk__in=ids[type_.key]).values()
            found |= {(type_.key, row["id"]): [*pointed(type_, row, skip=(AnyReference,))] for row in rows}
    return found


def pointed(type_: RecordType, row: Mapping[str, Any], *, skip: tuple[type, ...] = ()) -> Iterable[Subject]:
    for kind in type_.named_fields(type_.timeline):
        if not isinstance(kind, (Part, *skip)):
            yield from kind.points_at(kind.unpack([row.get(column) for column in kind.columns]))


def touch(timeline: Iterable[TimelineRow], rows: Mapping[int, Mapping[str, Any]]) -> None:
    """A touch in any channel is the last contact of everyone it concerns, unless there is a later one."""
    latest_touch: dict[str, dict[int, Any]] = {}
    for row in timeline:
        if rows[row.entry.record_id]["channel"] != "note":
            held = latest_touch.setdefault(row.subject_type, {})
            held[row.subject_id] = max(row.at, held.get(row.subject_id, row.at))
    for type_key, moments in latest_touch.items():
        type_ = registry.type_of(type_key)
        if "last_contact" in columns_of(type_.model):
            known = dict(type_.every().filter(pk__in=moments).values_list("pk", "last_contact"))
            roll_up(
                type_,
                "last_contact",
                {pk: at for pk, at in moments.items() if pk in known and (known[pk] is None or known[pk] < at)},
            )
