"""From open tasks and promises to the day on which something is due next, kept beside the records they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import Min, QuerySet

from bodega.apps.activity.subjects import others
from bodega.kernel import registry
from bodega.kernel.change import roll_up
from bodega.kernel.events import Event
from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType

COLUMN = "next_due"
OPEN = ("activity.task", "activity.promise")
CHUNK = 2_000
Subject = tuple[str, int]


def concerned(events: Iterable[Event]) -> set[Subject]:
    """What these tasks and promises are about now, and were about before (a query for each of the two)."""
    told = [*events]
    found: set[Subject] = set()
    for type_ in map(registry.type_of, OPEN):
        ids = {event.record_id for event in told if event.type == type_.key}
        rows = type_.every().filter(pk__in=ids, about_id__isnull=False)
        found |= {*rows.values_list("about_type", "about_id")}
    also = others().filter(task__in={event.record_id for event in told})
    found |= {*also.values_list("about_type", "about_id")}
    before = (about for event in told if event.old for about in abouts(event.old))
    return found | {(about["type"], int(about["id"])) for about in before}


def abouts(values: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What a task was about, as its history has it."""
    named = [values.get("about"), *(line.get("about") for line in values.get("others") or ())]
    yield from filter(None, named)


def keep(subjects: Iterable[Subject]) -> int:
    """Bring the day in step for these records; how many had another one. A roll-up: it has no history, and tells
    nothing of what is private."""
    ids: dict[str, set[int]] = {}
    for type_key, pk in subjects:
        ids.setdefault(type_key, set()).add(pk)
    return sum(keep_some(type_, ids[type_.key]) for type_ in kept_types() if type_.key in ids)


def kept_types() -> list[RecordType]:
    return [type_ for type_ in registry.every_type() if type_.listed and COLUMN in columns_of(type_.model)]


def keep_some(type_: RecordType, ids: set[int]) -> int:
    wanted: dict[int, date] = {}
    for rows, due in open_about(type_):
        for pk, day in rows.filter(about_id__in=ids).values_list("about_id").annotate(Min(due)):
            wanted[pk] = min(day, wanted.get(pk, day))
    held = type_.every().filter(pk__in=ids).values_list("pk", COLUMN)
    changed = {pk: wanted.get(pk) for pk, day in held if day != wanted.get(pk)}
    roll_up(type_, COLUMN, changed)
    return len(changed)


def open_about(type_: RecordType) -> Iterator[tuple[QuerySet[Any], str]]:
    """What counts of tasks, of promises, and of what else tasks are about; with the name of the day."""
    for rows in map(counting, OPEN):
        yield rows.filter(about_type=type_.key).order_by(), "due_on"
    tasks = counting("activity.task")
    yield others().filter(about_type=type_.key, task__in=tasks).order_by(), "task__due_on"


def counting(key: str) -> QuerySet[Any]:
    rows = registry.type_of(key).every(deleted=False)
    return rows.filter(done_at__isnull=True, private=False, due_on__isnull=False)


def keep_all() -> int:
    """For whatever has such a day, or should have one: how many had another one."""
    return sum(keep_some(type_, {*some}) for type_ in kept_types() for some in chunks(type_))


def chunks(type_: RecordType) -> Iterator[list[int]]:
    marked = type_.every().filter(next_due__isnull=False)
    for rows, column in (*((rows, "about_id") for rows, _due in open_about(type_)), (marked, "pk")):
        last = 0
        while ids := [*rows.filter(**{f"{column}__gt": last}).order_by(column).values_list(column, flat=True)[:CHUNK]]:
            yield ids
            last = ids[-1]
