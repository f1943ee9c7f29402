"""Many records in one call: each is told what became of it, and nothing is lost of the others."""

from __future__ import annotations

from typing import Any

from bodega.kernel.models import Change
from tests.personas import People
from tests.surfaces.api.conftest import Bear
from tests.surfaces.api.program import Program, pointers


def create(**values: Any) -> dict[str, Any]:
    return {"act": "create", "values": values}


def test_what_is_wrong_keeps_only_itself_out(anna: Program) -> None:
    kept, gone = (anna.post("people/", {"name": name}) for name in ("Kept", "Gone"))
    items = [
        create(name="New"),
        create(name="Bad", email="nonsense"),
        {"act": "change", "id": kept["id"], "values": {"name": "Changed"}},
        {"act": "change", "id": kept["id"], "values": {"name": "Twice"}},
        {"act": "change", "id": "99999", "values": {"name": "Nobody"}},
        {"act": "delete", "id": gone["id"]},
        {"act": "dance"},
        {"act": "change", "values": {"name": "Whose"}},
        "nothing",
    ]
    answer = anna.post("people/bulk/", {"items": items})
    assert (anna.status, answer["written"], answer["failed"]) == (207, 3, 6)
    assert [item["status"] for item in answer["items"]] == [201, 422, 200, 422, 404, 204, 422, 422, 422]
    assert pointers(answer["items"][1]["problem"]) == ["/email"]
    assert answer["items"][2] == {"status": 200, "id": kept["id"], "version": 2}
    assert sorted(row["name"] for row in anna.get("people/")["data"]) == ["Changed", "New"]


def test_a_version_that_is_no_longer_there_keeps_its_item_out(anna: Program) -> None:
    first, second = (anna.post("people/", {"name": name}) for name in ("First", "Second"))
    anna.patch(f"people/{first['id']}/", {"name": "Newer"})
    items = [{"act": "change", "id": one["id"], "version": 1, "values": {"name": "X"}} for one in (first, second)]
    answer = anna.post("people/bulk/", {"items": items})
    assert [item["status"] for item in answer["items"]] == [412, 200]
    assert answer["items"][0]["problem"]["version"] == 2
    assert anna.get(f"people/{first['id']}/")["name"] == "Newer"


def test_a_thousand_take_as_many_statements_as_one(anna: Program) -> None:
    anna.post("people/bulk/", {"items": [create(name="One")]})
    anna.post("people/bulk/", {"items": [create(name="One")]})
    statements = len(anna.queries)
    answer = anna.post("people/bulk/", {"items": [create(name=f"P{number}") for number in range(1000)]})
    assert (anna.status, answer["written"], len(anna.queries)) == (200, 1000, statements)
    assert Change.objects.order_by("-pk")[0].count == 1000
    assert [item["status"] for item in answer["items"]] == [201] * 1000


def test_more_than_a_thousand_are_refused(anna: Program) -> None:
    for items in ([create(name="P")] * 1001, [], None, {}):
        assert pointers(anna.post("people/bulk/", {"items": items})) == ["/items"]


def test_where_the_database_itself_finds_two_alike_the_others_are_written(anna: Program) -> None:
    given = {"set": "parties.source", "name": "Fair", "order": 9}
    items = [create(**given, key="fair"), create(**given, key="fair"), create(**given, key="other")]
    answer = anna.post("options/bulk/", {"items": items})
    assert [item["status"] for item in answer["items"]] == [201, 409, 201]


def test_each_item_is_written_with_the_rights_of_who_asks(people: People, bear: Bear) -> None:
    hers = bear(people.dora).post("people/", {"name": "Hers"})
    ben = bear(people.ben)
    items = [
        create(name="Mine"),
        {"act": "change", "id": hers["id"], "values": {"name": "X"}},
        {"act": "delete", "id": hers["id"]},
    ]
    answer = ben.post("people/bulk/", {"items": items})
    assert [item["status"] for item in answer["items"]] == [201, 404, 404]
