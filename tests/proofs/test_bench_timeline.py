"""The interactions and facts that the benchmark loads stand in the tables as if they had come in through the door."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bench import facts, timeline
from bodega.apps.activity.models import Entry, Note, TimelineRow
from bodega.apps.activity.projection import project_change
from bodega.apps.memory import queries
from bodega.apps.memory.models import Fact
from bodega.kernel import change, registry
from bodega.kernel.models import ChangeRow
from tests.personas import People

AT = datetime(2025, 5, 1, 9, 30, tzinfo=UTC)
OWN = {"id", "created_at", "updated_at", "record_id", "change_id", "entry_id", "actor", "user_id"}


def test_a_note_is_as_one_by_the_door(people: People) -> None:
    firm = change.create(registry.type_of("parties.organisation"), {"name": "Isdom"}, actor=people.anna)
    ada = change.create(registry.type_of("parties.person"), {"name": "Ada", "organisation": firm.pk}, actor=people.anna)
    ben = change.create(registry.type_of("parties.person"), {"name": "Ben", "organisation": firm.pk}, actor=people.anna)
    given = {"text": "Called", "about": ("parties.person", ada.pk), "channel": "call", "happened_at": AT}
    given |= {"direction": "out", "participants": [ben.pk]}
    made = change.create(registry.type_of("activity.note"), given, actor=people.anna)
    project_change("activity.note", made.pk)
    first, second = (timeline.Person(one.pk, firm.pk, one.owner_id) for one in (ada, ben))
    timeline.write([timeline.Told(made.pk + 1, first, "call", "Called", AT, "out", (second,))])
    for model in (Note, ChangeRow, Entry, TimelineRow):
        rows: list[dict[str, Any]] = [dict(row) for row in model._base_manager.order_by("pk").values()]
        ours, by_door = (
            sorted((without_own(row) for row in rows if belongs(row) and is_ours(row, made.pk) is wanted), key=str)
            for wanted in (True, False)
        )
        assert ours == by_door != []


def test_a_fact_is_as_one_by_the_door(people: People) -> None:
    topic = next(one for one in queries.topics().values() if one.key == facts.CONTRACT)
    ada = change.create(registry.type_of("parties.person"), {"name": "Ada"}, actor=people.anna)
    given = {"party": ada.pk, "topic": topic.pk, "text": "2026-12-31", "heard_at": AT, "ask_again": None}
    made = change.create(registry.type_of(queries.FACT), {**given, "heard_by": None}, actor=people.anna)
    person, day = timeline.Person(ada.pk, None, ada.owner_id), date(2026, 12, 31)
    facts.write([facts.Known(made.pk + 1, person, topic.pk, "2026-12-31", day, AT)])
    ours, by_door = ({**row} for row in Fact._base_manager.order_by("-pk").values())
    assert without_own(ours) == without_own(by_door) | {"ask_again": None}
    told = [*ChangeRow._base_manager.filter(type=queries.FACT).order_by("record_id").values_list("new", flat=True)]
    assert told[1] == {name: value for name, value in told[0].items() if name != "ask_again"}


def without_own(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in OWN}


def belongs(row: dict[str, Any]) -> bool:
    """Whether it is of a note."""
    if "entry_id" in row:
        return bool(Entry._base_manager.filter(pk=row["entry_id"], type="activity.note"))
    return bool(row.get("type", "activity.note") == "activity.note")


def is_ours(row: dict[str, Any], made: int) -> bool:
    note = row.get("record_id", row["id"] if "text" in row else None)
    return bool(made != (note or Entry._base_manager.get(pk=row["entry_id"]).record_id))
