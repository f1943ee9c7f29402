"""Every verb of every type can be done over the API, with the checks of its button."""

from __future__ import annotations

from typing import Any

import pytest

from bodega.kernel import registry
from bodega.kernel.actors import Actor
from tests.personas import People
from tests.surfaces.api.conftest import Bear
from tests.surfaces.api.program import Program, pointers


@pytest.fixture
def deal(anna: Program) -> dict[str, Any]:
    made: dict[str, Any] = anna.post("deals/", {"name": "Pumps"})
    return made


def stage(name: str, actor: Actor) -> str:
    found = registry.type_of("sales.stage").rows(actor).filter(name=name).order_by("pk").first()
    assert found
    return str(found.pk)


def open_stages(actor: Actor) -> list[str]:
    rows = registry.type_of("sales.stage").rows(actor).filter(status="open")
    return [str(pk) for pk in rows.order_by("order", "pk").values_list("pk", flat=True)]


def test_a_deal_is_won_once(anna: Program, deal: dict[str, Any]) -> None:
    given = {"amount": {"amount": "120.50", "currency": "EUR"}, "closed_on": "2026-11-01"}
    won = anna.post(f"deals/{deal['id']}/do/win/", given)
    assert (anna.status, won["status"], won["amount"], won["closed_on"]) == (
        200, "won", given["amount"], "2026-11-01",
    )  # fmt: skip
    problem = anna.post(f"deals/{deal['id']}/do/win/")
    assert (anna.status, problem["type"]) == (409, "/api/#refused")


def test_what_an_action_needs_is_asked_for(anna: Program, deal: dict[str, Any]) -> None:
    assert pointers(anna.post(f"deals/{deal['id']}/do/lose/")) == ["/reason"]
    assert pointers(anna.post(f"deals/{deal['id']}/do/lose/", {"reason": "whim", "x": 1})) == ["/reason", "/x"]
    anna.post(f"deals/{deal['id']}/do/dance/")
    assert anna.status == 404


def test_if_match_holds_for_actions(anna: Program, deal: dict[str, Any]) -> None:
    anna.patch(f"deals/{deal['id']}/", {"name": "Newer"})
    anna.post(f"deals/{deal['id']}/do/win/", If_Match='"1"')
    assert (anna.status, anna.get(f"deals/{deal['id']}/")["status"]) == (412, "open")


def test_several_are_moved_and_each_is_told(people: People, anna: Program, deal: dict[str, Any]) -> None:
    to = open_stages(people.anna)[1]
    answer = anna.post("deals/do/move_many/", {"ids": [deal["id"], "99999"], "stage": to})
    assert (anna.status, answer["written"], answer["failed"]) == (207, 1, 1)
    assert [(item["id"], item["status"]) for item in answer["items"]] == [(deal["id"], 200), ("99999", 409)]
    again = anna.post("deals/do/move_many/", {"ids": [deal["id"]], "stage": to})
    assert (anna.status, again["items"]) == (200, [{"id": deal["id"], "status": 200}])
    nobody = anna.post("deals/do/move_many/", {"ids": ["0"], "stage": to})
    assert (anna.status, nobody["written"], nobody["failed"]) == (207, 0, 1)
    assert pointers(anna.post("deals/do/move_many/", {"ids": [1], "stage": to})) == ["/ids"]


def test_a_stage_that_was_emptied_of_its_status_has_the_usual_one(people: People, anna: Program) -> None:
    to = open_stages(people.anna)[1]
    assert anna.patch(f"stages/{to}/", {"status": ""})["status"] == "open"
    anna.post("deals/do/move_many/", {"ids": ["0"], "stage": to})
    assert anna.status == 207


def test_an_action_of_a_type_makes_a_record(people: People, anna: Program, deal: dict[str, Any]) -> None:
    about = {"type": "sales.deal", "id": deal["id"]}
    made = anna.post("tasks/do/add_task/", {"name": "Call", "about": about, "due_on": "2026-12-01"})
    assert (anna.status, made["name"], made["about"], made["owner"]) == (201, "Call", about, str(people.anna.user_id))
    assert anna.response.headers["Location"] == f"/api/v1/tasks/{made['id']}/"


def test_nobody_does_it_to_what_is_not_theirs(people: People, bear: Bear) -> None:
    hers = bear(people.dora).post("deals/", {"name": "Hers"})
    ben = bear(people.ben)
    ben.post(f"deals/{hers['id']}/do/win/")
    assert ben.status == 404
    to = open_stages(people.anna)[1]
    answer = ben.post("deals/do/move_many/", {"ids": [hers["id"]], "stage": to})
    assert [item["status"] for item in answer["items"]] == [409]
    cleo = bear(people.cleo)
    cleo.post("deals/do/move_many/", {"ids": [hers["id"]], "stage": to})
    assert cleo.status == 403
