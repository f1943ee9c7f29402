"""A board: lanes with counts and sums, cards moved with and without scripts, and what keeps one from moving."""

from __future__ import annotations

import pytest

from bodega.kernel import change, history, registry
from bodega.kernel.drafts import Draft
from bodega.kernel.record import RecordType
from bodega.lib.money import Money
from bodega.surfaces.html import boards
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor

SCRIPT = {"hx-request": "true"}


@pytest.fixture
def deals(people: People) -> RecordType:
    type_ = registry.type_of("sales.deal")
    given = [
        ("One", 100, "EUR", "New"),
        ("Two", 50, "EUR", "New"),
        ("Three", 7, "USD", "New"),
        ("Four", 9, "EUR", "Proposal"),
    ]
    drafts = [
        Draft(None, {"name": name, "amount": Money(amount * 100, unit), "stage": stage(lane, people)})
        for name, amount, unit, lane in given
    ]
    change.save_many(type_, drafts, actor=people.anna)
    return type_


def stage(name: str, people: People) -> int:
    return int(registry.type_of("sales.stage").rows(people.anna).get(name=name, pipeline__name="Sales").pk)


def lanes(page: Page) -> dict[str, tuple[str, list[str]]]:
    """The head and the cards of each lane."""
    found = {}
    for part in page.html.split('<section class="lane"')[1:]:
        head, _mark, body = part.partition("</header>")
        name = part.partition('data-label="')[2].partition('"')[0]
        cards = [card.partition('data-title="')[2].partition('"')[0] for card in body.split('<li class="deal"')[1:]]
        found[name] = (" ".join(Page(head).text.split()[1:]), cards)
    return found


def deal(name: str, deals: RecordType, people: People) -> tuple[int, int, int]:
    """id, version and stage."""
    row = deals.rows(people.anna).get(name=name)
    return row.pk, row.version, row.stage_id


def test_lanes_have_counts_sums_by_currency_and_cards(deals: RecordType, anna: Visitor) -> None:
    found = lanes(anna.get("/deals/board/"))
    assert [*found] == ["New", "Qualified", "Engaging", "Proposal", "Negotiation", "Won", "Lost"]
    assert {name: sorted(cards) for name, (_head, cards) in found.items() if cards} == {
        "New": ["One", "Three", "Two"], "Proposal": ["Four"],
    }  # fmt: skip
    head = found["New"][0].replace("\xa0", " ")
    assert head.removeprefix('data-lane="').endswith("3 150 € 7 $")


def test_a_question_holds_on_the_board_too(deals: RecordType, anna: Visitor) -> None:
    found = lanes(anna.get("/deals/board/?q=amount>60"))
    assert {name: cards for name, (_head, cards) in found.items() if cards} == {"New": ["One"]}
    assert "This cannot be asked yet" in anna.get("/deals/board/?q=amont>60").text


def test_each_pipeline_has_a_board_of_its_own(deals: RecordType, people: People, anna: Visitor) -> None:
    pipeline = change.create(registry.type_of("sales.pipeline"), {"name": "Service", "order": 5}, actor=people.anna)
    type_ = registry.type_of("sales.stage")
    made = change.create(type_, {"name": "Signed", "pipeline": pipeline.pk, "status": "won"}, actor=people.anna)
    change.create(deals, {"name": "Contract", "stage": made.pk}, actor=people.anna)
    page = anna.get("/deals/board/")
    url = next(link for link in page.links if f"within={pipeline.pk}" in link)
    found = lanes(anna.get(url))
    assert {name: cards for name, (_head, cards) in found.items()} == {"Signed": ["Contract"]}


def test_the_board_opens_where_something_stands(deals: RecordType, people: People, anna: Visitor) -> None:
    pipeline = change.create(registry.type_of("sales.pipeline"), {"name": "Before", "order": -5}, actor=people.anna)
    change.create(registry.type_of("sales.stage"), {"name": "Empty", "pipeline": pipeline.pk}, actor=people.anna)
    anna.get("/deals/board/")
    assert "One" in lanes(anna.get(anna.url))["New"][1]
    for asked in (f"within={pipeline.pk}", "q=name:nothing"):
        assert lanes(anna.get(f"/deals/board/?{asked}")) == {}, "what was asked for, or what is nowhere"


def test_a_card_is_moved_by_the_form(deals: RecordType, people: People, anna: Visitor) -> None:
    pk, version, _stage = deal("One", deals, people)
    form = anna.get("/deals/board/").form_to("/deals/move/")
    page = anna.post(form.action, [*form.fields, ("ids", str(pk)), ("to", str(stage("Proposal", people)))])
    assert deal("One", deals, people) == (pk, version + 1, stage("Proposal", people))
    assert "One: now in Proposal." in page.text
    newest = history.history(deals, pk, actor=people.anna)[0].change
    assert (newest.verb, f"/undo/{newest.pk}/" in [one.action for one in page.forms]) == ("moved", True)


def test_a_card_moved_by_script_brings_the_heads_of_the_lanes(deals: RecordType, people: People, anna: Visitor) -> None:
    pk, version, _stage = deal("One", deals, people)
    sent = {
        "ids": str(pk),
        "to": str(stage("Won", people)),
        f"version.{pk}": str(version),
        "q": "",
        "next": "/deals/board/",
    }
    page = anna.post("/deals/move/", sent, **SCRIPT)
    assert anna.status == 200
    assert "<!doctype" not in page.html
    assert f'name="version.{pk}" value="{version + 1}"' in page.html
    assert "One: now in Won." in page.text
    assert "2 50 € 7 $" in page.text.replace("\xa0", " ")
    assert history.history(deals, pk, actor=people.anna)[0].change.verb == "won"


def test_a_card_that_somebody_else_has_moved_is_put_back(deals: RecordType, people: People, anna: Visitor) -> None:
    pk, version, here = deal("One", deals, people)
    change.save(pk, {"next_step": "Call"}, actor=people.anna, type_=deals)
    page = anna.post(
        "/deals/move/", {"ids": str(pk), "to": str(stage("Won", people)), f"version.{pk}": str(version)}, **SCRIPT
    )
    assert (anna.status, "Somebody else has changed this record in the meantime." in page.text) == (409, True)
    assert deal("One", deals, people) == (pk, version + 1, here)


def test_who_may_not_change_it_may_not_move_it(deals: RecordType, people: People, visit: Visit) -> None:
    pk, version, here = deal("One", deals, people)
    sent = {"ids": str(pk), "to": str(stage("Won", people))}
    for actor, status in ((people.dora, 404), (people.cleo, 403)):
        visitor = visit(actor)
        visitor.post("/deals/move/", sent, **SCRIPT)
        assert visitor.status == status
    assert deal("One", deals, people) == (pk, version, here)
    assert "One" not in visit(people.dora).get("/deals/board/").text


def test_more_cards_come_lane_by_lane(deals: RecordType, anna: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boards, "SIZE", 2)
    page = anna.get("/deals/board/")
    shown = lanes(page)["New"][1]
    more = next(link for link in page.links if "after=" in link)
    rest = anna.get(more, **SCRIPT)
    named = [card.partition('data-title="')[2].partition('"')[0] for card in rest.html.split('<li class="deal"')[1:]]
    assert (len(shown), sorted([*shown, *named])) == (2, ["One", "Three", "Two"])
    anna.get(more)
    assert anna.status == 302


def test_a_type_without_a_board_has_no_page_for_it(anna: Visitor) -> None:
    anna.get("/products/board/")
    assert anna.status == 404
