"""Lists over the API: those that a question means, page by page, and nothing of what the caller may not see."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from bodega.kernel import change, query, registry
from bodega.kernel.actors import Actor
from tests.personas import People
from tests.surfaces.api.conftest import Bear
from tests.surfaces.api.program import Program, pointers

PERSON = registry.type_of("parties.person")
HOUSE = registry.type_of("parties.organisation")


def person(name: str, *, actor: Actor, **values: Any) -> str:
    return str(change.create(PERSON, {"name": name, **values}, actor=actor).pk)


def asked(address: str, **given: Any) -> str:
    return f"{address}?{urlencode(given)}"


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer["data"]]


def test_a_question_is_asked_as_text_and_as_json(people: People, anna: Program) -> None:
    for name in ("Mia", "Noor", "Miami"):
        person(name, actor=people.anna, life_cycle="")
    where = query.parse("name:mia -name:miami", PERSON, actor=people.anna).to_json()
    assert names(anna.get(asked("people/", q="name:mia -name:miami"))) == ["Mia"]
    assert names(anna.get(asked("people/", where=json.dumps(where)))) == ["Mia"]


UNASKABLE: list[tuple[dict[str, str], str]] = [
    ({"q": "name>"}, "question"),
    ({"q": "shoe:1"}, "question"),
    ({"where": "{"}, "malformed"),
    ({"where": "{}"}, "question"),
    ({"where": '{"v":1,"where":{"path":["shoe"],"op":"is","value":1}}'}, "question"),
    ({"q": "mia", "where": "{}"}, "malformed"),
    ({"sort": "about"}, "question"),
    ({"after": "x"}, "question"),
    ({"limit": "0"}, "malformed"),
    ({"limit": "1001"}, "malformed"),
    ({"count": "maybe"}, "malformed"),
    ({"colour": "red"}, "malformed"),
    ({"q": "\0"}, "malformed"),
]


def test_what_cannot_be_asked_is_told(anna: Program) -> None:
    for given, kind in UNASKABLE:
        problem = anna.get(asked("people/", **given))
        assert (anna.status, problem["type"], problem["status"]) == (400, f"/api/#{kind}", 400), given
        assert anna.response.headers["Content-Type"] == "application/problem+json"


def test_what_is_given_twice_is_refused(anna: Program) -> None:
    problem = anna.get("people/?limit=1&limit=2")
    assert (anna.status, problem["errors"]) == (
        400,
        [{"parameter": "limit", "detail": "This was given more than once."}],
    )


def test_a_hidden_field_and_one_that_is_not_there_get_the_same_answer(anna: Program) -> None:
    told = {name: anna.get(asked("users/", fields=name)) for name in ("password", "nothing")}
    plain = {name: json.dumps(problem).replace(name, "…") for name, problem in told.items()}
    assert (anna.status, plain["password"]) == (400, plain["nothing"])


@pytest.mark.parametrize("sort", ["name", "-name", "updated_at", "-id"])
def test_following_the_cursor_shows_every_record_once(people: People, anna: Program, sort: str) -> None:
    made = {person(f"P{number % 3}", actor=people.anna) for number in range(7)}
    seen: list[str] = []
    address = asked("people/", sort=sort, limit=2, fields="name")
    page = anna.get(address)
    seen += [row["id"] for row in page["data"]]
    while page["next"]:
        page = anna.get(f"{address}&after={page['next']}")
        seen += [row["id"] for row in page["data"]]
    assert (len(seen), {*seen}) == (7, made)
    back = anna.get(f"{address}&before={page['previous']}")
    assert [row["id"] for row in back["data"]] == seen[4:6]


def test_a_cursor_of_another_order_is_refused(people: People, anna: Program) -> None:
    for name in ("Mia", "Noor"):
        person(name, actor=people.anna)
    page = anna.get("people/?sort=name&limit=1")
    assert pointers(anna.get(f"people/?sort=-name&limit=1&after={page['next']}")) == ["after"]


def test_fields_names_and_count_as_asked_for(people: People, anna: Program) -> None:
    house = change.create(HOUSE, {"name": "Harbour"}, actor=people.anna).pk
    mia = person(
        "Mia", actor=people.anna, organisation=house, contact_points=[{"channel": "phone", "value": "+4930111"}]
    )
    answer = anna.get("people/?fields=name,organisation,contact_points&names=yes&count=yes")
    [row] = answer["data"]
    assert {**row, "contact_points": [line["value"] for line in row["contact_points"]]} == {
        "id": mia, "version": 1, "name": "Mia", "organisation": str(house), "contact_points": ["+4930111"],
    }  # fmt: skip
    assert answer["names"] == {"parties.organisation": {str(house): "Harbour"}}
    assert answer["count"] == {"number": 1, "more": False}


def test_names_stand_in_one_order_wherever_the_database_keeps_the_records(people: People, anna: Program) -> None:
    houses = [change.create(HOUSE, {"name": name}, actor=people.anna) for name in ("Harbour", "Lighthouse")]
    for house in houses:
        person(f"At {house.pk}", actor=people.anna, organisation=house.pk)
    change.save(houses[0], {"name": "Old harbour"}, actor=people.anna, type_=HOUSE)  # PostgreSQL moves it
    names_of = anna.get("people/?fields=organisation&names=yes")["names"]["parties.organisation"]
    assert [*names_of.items()] == [(str(houses[0].pk), "Old harbour"), (str(houses[1].pk), "Lighthouse")]


def test_somebody_sees_their_teams_records_only(people: People, bear: Bear) -> None:
    person("Mine", actor=people.ben)
    person("Theirs", actor=people.dora)
    assert names(bear(people.ben).get("people/")) == ["Mine"]
    assert bear(people.ben).get(asked("people/", q="name:Theirs", count="yes"))["count"]["number"] == 0


def test_which_record_a_field_refers_to_is_told_to_who_may_see_it(people: People, bear: Bear) -> None:
    hidden = [change.create(HOUSE, {"name": f"H{n}"}, actor=people.dora).pk for n in range(2)]
    deals = registry.type_of("sales.deal")
    for pk in hidden:
        change.create(deals, {"name": f"On {pk}", "account": pk, "owner": people.ben.user_id}, actor=people.anna)
    rows = bear(people.ben).get("deals/?fields=account&names=yes")
    assert ([row["account"] for row in rows["data"]], rows["names"]) == (["0", "0"], {})
    groups = bear(people.ben).get("deals/report/?by=account")["groups"]
    assert [(group["keys"], group["measures"]) for group in groups] == [(["0"], {"count": 2})]


def test_a_custom_field_is_there_at_once(people: People, anna: Program) -> None:
    mia = person("Mia", actor=people.anna)
    anna.get("people/")
    field = {"type": "parties.person", "name": "Shoe size", "kind": "integer"}
    assert anna.post("fields/", field)["word"] == "shoe_size"
    assert anna.patch(f"people/{mia}/", {"shoe_size": 41})["shoe_size"] == 41
    assert names(anna.get(asked("people/", q="shoe_size>40"))) == ["Mia"]


def test_a_report_counts_and_adds_up(people: People, anna: Program) -> None:
    deals = registry.type_of("sales.deal")
    for amount, day in (("10.50 EUR", "2026-03-01"), ("2 EUR", "2026-03-31"), ("5 USD", "2026-04-01"), ("", None)):
        given = {"name": "D", "amount": deals.field("amount").parse(amount, actor=people.anna)}  # type: ignore[union-attr]
        anna_made = {"expected_on": deals.field("expected_on").parse(day, actor=people.anna)}  # type: ignore[union-attr]
        change.create(deals, given | anna_made, actor=people.anna)
    answer = anna.get("deals/report/?by=expected_on.month&sum=amount&q=name:D")
    assert answer == {
        "by": ["expected_on.month"],
        "measures": ["count", "sum amount"],
        "groups": [
            {"keys": ["2026-03-01"], "labels": ["2026-03"], "measures": {"count": 2, "sum amount": {"EUR": "12.50"}}},
            {"keys": ["2026-04-01"], "labels": ["2026-04"], "measures": {"count": 1, "sum amount": {"USD": "5.00"}}},
            {"keys": [None], "labels": [""], "measures": {"count": 1, "sum amount": {}}},
        ],
        "more": False,
    }
    assert anna.get("deals/report/?by=shoe")["type"] == "/api/#question"


def test_an_address_without_a_type_is_told_as_a_problem(anna: Program) -> None:
    for address in ("ships/", "people/x/y/", f"people/by/{quote('shoe')}/1/"):
        assert (anna.get(address)["status"], anna.status) == (404, 404)
