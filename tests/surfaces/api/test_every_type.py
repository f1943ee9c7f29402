"""What holds for every record type over the API: what was sent is there, told by history, and gone when deleted."""

from __future__ import annotations

from typing import Any

import pytest

from bodega.kernel.kinds import Kind
from bodega.kernel.parts import Part
from bodega.kernel.record import RecordType
from bodega.surfaces.api.values import writable
from tests import specimens
from tests.personas import People
from tests.surfaces.api.program import Program

pytestmark = pytest.mark.slow


def sent(type_: RecordType, number: int, people: People) -> dict[str, Any]:
    kinds, values = writable(type_), specimens.values(type_, number, actor=people.anna)
    return {name: kinds[name].to_json(value) for name, value in values.items() if name in kinds}


def without_ids(kind: Kind, value: Any) -> Any:
    return [{k: v for k, v in line.items() if k != "id"} for line in value] if isinstance(kind, Part) else value


def test_what_was_sent_is_there(type_: RecordType, people: People, anna: Program) -> None:
    given = sent(type_, 1, people)
    made = anna.post(f"{type_.slug}/", given)
    assert anna.status == 201, made
    assert anna.response.headers["Location"] == f"/api/v1/{type_.slug}/{made['id']}/"
    read = anna.get(f"{type_.slug}/{made['id']}/")
    assert read == made
    kinds = writable(type_)
    assert {name: without_ids(kinds[name], read[name]) for name in given} == given


def test_what_was_read_can_be_sent_back_and_changes_nothing(type_: RecordType, people: People, anna: Program) -> None:
    made = anna.post(f"{type_.slug}/", sent(type_, 1, people))
    back = {name: made[name] for name in writable(type_)}
    assert anna.patch(f"{type_.slug}/{made['id']}/", back) == made


def test_history_tells_who_and_how(type_: RecordType, people: People, anna: Program) -> None:
    given = sent(type_, 1, people)
    made = anna.post(f"{type_.slug}/", given)
    told = anna.get(f"{type_.slug}/{made['id']}/history/")["data"]
    assert [(one["verb"], one["version"], one["surface"], one["by"]["name"]) for one in told] == [
        ("created", 1, "api", "Anna")
    ]
    assert told[0]["old"] is None
    assert told[0]["new"].keys() >= {name for name, value in given.items() if value not in (None, "", [])} - {"owner"}


def test_deleted_it_is_gone_and_restored_it_is_back(type_: RecordType, people: People, anna: Program) -> None:
    made = anna.post(f"{type_.slug}/", sent(type_, 1, people))
    address = f"{type_.slug}/{made['id']}/"
    anna.delete(address)
    assert anna.status == 204
    anna.get(address)
    assert anna.status == 404
    assert made["id"] in [row["id"] for row in anna.get(f"{type_.slug}/trash/")["data"]]
    back = anna.post(f"{address}restore/")
    assert anna.status == 200
    assert {**back, "version": 1, "updated_at": ""} == {**made, "version": 1, "updated_at": ""}


def test_a_list_takes_as_many_queries_for_three_as_for_one(type_: RecordType, people: People, anna: Program) -> None:
    specimens.create(type_, 1, actor=people.anna)
    address = f"{type_.slug}/?fields={','.join(type_.fields())}&names=yes&limit="
    assert (len(anna.get(f"{address}1")["data"]), anna.status) == (1, 200)  # what administrators arrange is looked up
    anna.get(f"{address}1")
    one = len(anna.queries)
    for number in (2, 3):
        specimens.create(type_, number, actor=people.anna)
    anna.get(f"{address}3")
    assert (len(anna.get(f"{address}3")["data"]), len(anna.queries)) == (3, one)
