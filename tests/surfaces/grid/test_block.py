"""Lists as spreadsheets: cells are copied as texts, and a block of them is put in as one change, told cell by cell."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bodega.kernel import change, history, registry
from bodega.kernel.actors import HIDDEN, LOCKED, Actor, Role
from bodega.kernel.drafts import Draft
from bodega.kernel.record import RecordType
from bodega.kernel.scope import rearranged
from bodega.lib.money import Money
from tests.personas import People
from tests.surfaces.html.visitor import Visitor

Visit = Callable[[Actor], Visitor]
NAMES = ("Hall", "Roof", "Shed")


@pytest.fixture
def visit(people: People) -> Visit:
    return lambda actor: Visitor(people.user(actor))


@pytest.fixture
def anna(people: People, visit: Visit) -> Visitor:
    return visit(people.anna)


@pytest.fixture
def deals(people: People) -> RecordType:
    type_ = registry.type_of("sales.deal")
    given = [{"name": name, "amount": Money(100_00, "EUR"), "owner": people.ben.user_id} for name in NAMES]
    change.save_many(type_, [Draft(None, values) for values in given], actor=people.anna)
    return type_


def ids(type_: RecordType, people: People) -> dict[str, int]:
    return dict(type_.rows(people.anna).order_by("pk").values_list("name", "pk"))


def put(visitor: Visitor, rows: list[list[Any]], *columns: str, exact: bool = False, left_out: int = 0) -> Any:
    """Puts a block into the list of deals; the answer, where there is one."""
    block = {"columns": columns, "rows": rows, "exact": exact, "left_out": left_out}
    visitor.post("/deals/put/", {"block": json.dumps(block), "shown": "name amount owner"}, **{"hx-request": "true"})
    return visitor.response.json() if visitor.status == 200 else visitor.status


def cells(visitor: Visitor, pks: object, columns: str, **more: str) -> Any:
    named = "&".join(f"{name}={value}" for name, value in {"ids": pks, "columns": columns, **more}.items())
    visitor.get(f"/deals/cells/?{named}")
    return visitor.response.json()


def stored(type_: RecordType, people: People, name: str) -> list[Any]:
    return [row.values[name] for row in type_.read(type_.rows(people.anna).order_by("pk"), [name])]


def test_a_block_is_one_change_and_is_taken_back_as_one(deals: RecordType, people: People, anna: Visitor) -> None:
    rows = [[pk, 1, ["1.500,50", f"Call {name}"]] for name, pk in ids(deals, people).items()]
    told = put(anna, rows, "amount", "next_step")
    assert (told["wrong"], told["said"]) == ([], "3 records were changed.")
    assert stored(deals, people, "next_step") == ["Call Hall", "Call Roof", "Call Shed"]
    assert {str(amount.decimal) for amount in stored(deals, people, "amount")} == {"1500.50"}
    assert {act.pk for act in history.last_acts(deals, ids(deals, people).values()).values()} == {
        int(told["undo"].split("/")[2])
    }
    anna.post(told["undo"], {})
    assert stored(deals, people, "next_step") == ["", "", ""]


def test_what_is_wrong_is_told_by_cell_and_the_rest_goes_on(deals: RecordType, people: People, anna: Visitor) -> None:
    hall, roof, shed = ids(deals, people).values()
    rows = [[hall, 1, ["", "7", "2026-05-01"]], [roof, 1, ["Roof", "much", "some day"]], [shed, 1, ["Hut", None, ""]]]
    told = put(anna, rows, "name", "amount", "expected_on")
    assert [(pk, name) for pk, name, _why in told["wrong"]] == [(roof, "amount"), (roof, "expected_on"), (hall, "name")]
    assert told["wrong"][2][2] == "Name is missing."
    assert told["said"] == "2 records were changed. 3 cells were not taken: they are marked."
    assert stored(deals, people, "name") == ["Hall", "Roof", "Hut"]
    assert [str(amount.decimal) for amount in stored(deals, people, "amount")] == ["7.00", "100.00", "100.00"]
    assert told["html"][str(hall)][1] == "7\N{NO-BREAK SPACE}€"


def test_who_others_changed_is_told_and_only_there(deals: RecordType, people: People, anna: Visitor) -> None:
    hall, roof, _shed = ids(deals, people).values()
    change.save(hall, {"next_step": "Ben’s"}, actor=people.ben, type_=deals)
    rows = [[pk, 1, ["Mine", "9"]] for pk in (hall, roof)]
    told = put(anna, rows, "next_step", "amount")
    assert [(pk, name, why.split()[0]) for pk, name, why in told["wrong"]] == [(hall, "next_step", "Ben")]
    assert stored(deals, people, "next_step") == ["Ben’s", "Mine", ""]
    assert put(anna, [[hall, told["versions"][str(hall)], ["Mine"]]], "next_step")["wrong"] == []


def test_what_is_copied_gives_the_same_values_back(deals: RecordType, people: People, anna: Visitor) -> None:
    hall, roof, _shed = ids(deals, people).values()
    account = change.create(registry.type_of("parties.organisation"), {"name": "Isdom"}, actor=people.anna).pk
    values = {"next_step": '=1+1\t"x"', "account": account, "amount": Money(5, "USD"), "expected_on": "2026-05-01"}
    given = {n: deals.fields()[n].parse(v, actor=people.anna) if isinstance(v, str) else v for n, v in values.items()}
    change.save(hall, given, actor=people.anna, type_=deals)
    columns = "next_step account amount expected_on owner"
    texts = cells(anna, hall, columns)["texts"][str(hall)]
    assert [text for text, _exact in texts] == ['\'=1+1\t"x"', "Isdom", "0.05 USD", "2026-05-01", "Ben"]
    for n, exact in ((1, True), (0, False)):
        put(anna, [[roof, 0, [pair[n] for pair in texts]]], *columns.split(), exact=exact)
        assert cells(anna, roof, columns)["texts"][str(roof)] == texts
        anna.post(f"/undo/{history.last_acts(deals, [roof])[roof].pk}/", {})


def test_nothing_of_what_is_hidden_is_told_or_touched(deals: RecordType, people: People, visit: Visit) -> None:
    hall, *_others = ids(deals, people).values()
    given = {"name": "Isdom", "owner": people.dora.user_id}
    account = change.create(registry.type_of("parties.organisation"), given, actor=people.anna).pk
    change.save(hall, {"account": account}, actor=people.anna, type_=deals)
    ben, dora = visit(people.ben), visit(people.dora)
    text, exact = cells(ben, hall, "account")["texts"][str(hall)][0]
    assert (text, exact) == ("not visible to you", "not visible to you")
    assert put(ben, [[hall, 0, [f"#{account}"]]], "account", exact=True)["wrong"][0][2] == (
        f"There is no organisation “#{account}” that you may see."
    )
    assert cells(dora, hall, "name", drawn="yes") == {"columns": ["name"], "versions": {}, "texts": {}, "html": {}}
    refused = put(dora, [[hall, 0, ["Mine"]], [10_000, 0, ["Mine"]]], "name")
    why = "The record #{} is not there, or you may not change it."
    assert [one[2] for one in refused["wrong"]] == [why.format(hall), why.format(10_000)]
    assert put(visit(people.cleo), [[hall, 0, ["Mine"]]], "name") == 403
    Role.objects.update(fields={"sales.deal": {"amount": HIDDEN, "next_step": LOCKED}})
    rearranged()
    ben = visit(people.ben)
    assert cells(ben, hall, "amount next_step")["columns"] == ["next_step"]
    wrong = put(ben, [[hall, 0, ["1", "x", "2026-01-01"]]], "amount", "next_step", "created_at")["wrong"]
    assert [why for _pk, _name, why in wrong] == [
        "There is no such field.",
        "Your role lets you read this field, not change it.",
        "The program keeps this; nobody enters it.",
    ]


def test_a_large_block_takes_no_more_statements_than_a_small_one(
    deals: RecordType, people: People, anna: Visitor
) -> None:
    accounts = [{"name": name} for name in NAMES]
    change.save_many(registry.type_of("parties.organisation"), [Draft(None, a) for a in accounts], actor=people.anna)
    rows = [[pk, 1, [name, "5", "Ben"]] for name, pk in ids(deals, people).items()]
    counted = []
    for some in (rows[:1], rows[1:]):
        anna.get("/deals/")
        assert put(anna, some, "account", "amount", "owner")["wrong"] == []
        counted.append(len(anna.queries))
    assert counted[0] == counted[1]


def test_what_does_not_fit_is_told_and_nonsense_is_refused(deals: RecordType, people: People, anna: Visitor) -> None:
    hall, *_others = ids(deals, people).values()
    assert put(anna, [[hall, 0, ["x"]]], "next_step", left_out=2)["said"] == (
        "1 record was changed. 2 values did not fit into the list."
    )
    huge = '{"columns": ["name"], "rows": [[%s, 1, ["x"]]]}'
    told = ('{"columns": ["name"], "rows": [[1]]}', '{"columns": [], "rows": [[1, 1, ["x"]]]}')
    for block in ("", "[]", *told, huge % 10**30, huge % "1e400"):
        anna.post("/deals/put/", {"block": block})
        assert (block, anna.status) == (block, 422)
    assert put(anna, [[pk, 0, ["x"]] for pk in range(6_000)], "next_step") == 422


def test_a_list_says_what_its_columns_are_and_why_some_are_fixed(
    people: People, deals: RecordType, visit: Visit
) -> None:
    page = visit(people.ben).get("/deals/?columns=amount+created_at")
    assert '<th scope="col" data-name="amount" data-word="money" ' in page.html
    assert (
        'data-name="created_at" data-word="datetime" data-why="The program keeps this; nobody enters it."' in page.html
    )
    assert 'data-cell="name/"' in page.html


def test_what_one_did_last_is_offered_to_be_taken_back(deals: RecordType, people: People, visit: Visit) -> None:
    ben, anna = visit(people.ben), visit(people.anna)
    hall, *_others = ids(deals, people).values()
    assert "There is nothing of yours to take back." in ben.get("/undo/").text
    for text in ("One", "Two"):
        ben.post(f"/deals/cell/{hall}/next_step/", {"fields": "next_step", "next_step": text}, **{"hx-request": "true"})
        assert ben.response.headers["X-Undo"] in ben.get("/undo/").html
    anna.post(f"/deals/cell/{hall}/amount/", {"fields": "amount", "amount": "5"}, **{"hx-request": "true"})
    for left in ("One", ""):
        page = ben.get("/undo/")
        assert "Your last change: deal, just now." in page.text
        ben.post(next(form.action for form in page.forms), {})
        assert stored(deals, people, "next_step")[0] == left


def test_it_is_found_behind_any_number_of_acts_upon_what_one_no_longer_sees(
    deals: RecordType, people: People, visit: Visit
) -> None:
    ben = visit(people.ben)
    hall, roof, *_others = ids(deals, people).values()
    page = people.ben.via(surface="page")
    change.save_many(deals, [Draft(hall, {"next_step": "Call"})], actor=page)
    for number in range(30):
        change.save_many(deals, [Draft(roof, {"next_step": f"Step {number}"})], actor=page)
    change.save_many(deals, [Draft(roof, {"owner": people.anna.user_id, "private": True})], actor=people.anna)
    ben.post(next(form.action for form in ben.get("/undo/").forms), {})
    assert stored(deals, people, "next_step")[:2] == ["", "Step 29"]


def test_what_was_taken_back_is_done_again(deals: RecordType, people: People, anna: Visitor) -> None:
    hall, *_others = ids(deals, people).values()
    undo = put(anna, [[hall, 1, ["Call"]]], "next_step")["undo"]
    for left in ("", "Call", ""):
        page = anna.post(undo, {}, **{"hx-request": "true"})
        assert stored(deals, people, "next_step")[0] == left
        undo = page.forms[0].action
