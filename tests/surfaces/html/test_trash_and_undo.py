"""What was deleted comes back, what was done is taken back, by whoever may."""

from __future__ import annotations

import pytest

from bodega.kernel import change, registry
from bodega.kernel.record import RecordType
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor


@pytest.fixture
def deals() -> RecordType:
    return registry.type_of("sales.deal")


@pytest.fixture
def deal(deals: RecordType, people: People) -> int:
    return int(change.create(deals, {"name": "Hall 2"}, actor=people.anna).pk)


def undo(visitor: Visitor, page: Page) -> Page:
    return visitor.send(next(form for form in page.forms if form.action.startswith("/undo/")))


def test_a_deleted_record_lies_in_the_trash_with_who_and_the_way_back(
    deals: RecordType, deal: int, people: People, anna: Visitor
) -> None:
    page = anna.get(f"/deals/{deal}/")
    page = anna.send(page.form_to(f"/deals/{deal}/delete/"))
    assert "The deal is in the trash." in page.text
    assert not deals.rows(people.anna).exists()
    page = anna.get("/deals/trash/")
    assert "Hall 2" in page.text
    assert page.text.count("Anna") == 2
    page = anna.send(page.form_to(f"/deals/{deal}/restore/"))
    assert deals.rows(people.anna).filter(pk=deal).exists()
    assert "The trash is empty" in page.text


def test_the_page_of_a_record_in_the_trash_says_so(deals: RecordType, deal: int, people: People, anna: Visitor) -> None:
    change.delete(deals, [deal], actor=people.anna)
    page = anna.get(f"/deals/{deal}/")
    assert "Anna put this into the trash: Today" in page.text
    assert [form.action for form in page.forms if "/do/" in form.action or "/delete/" in form.action] == []
    anna.send(page.form_to(f"/deals/{deal}/restore/"))
    assert deals.rows(people.anna).filter(pk=deal).exists()


def test_undo_is_offered_and_can_be_undone(deals: RecordType, deal: int, people: People, anna: Visitor) -> None:
    page = anna.send(anna.get(f"/deals/{deal}/edit/").form_to(f"/deals/{deal}/edit/"), name="Roof")
    page = undo(anna, page)
    assert deals.rows(people.anna).get(pk=deal).name == "Hall 2"
    undo(anna, page)
    assert deals.rows(people.anna).get(pk=deal).name == "Roof"


def test_history_tells_what_changed_and_takes_it_back(
    deals: RecordType, deal: int, people: People, anna: Visitor
) -> None:
    change.save(deal, {"name": "Roof", "next_step": "Call"}, actor=people.anna, type_=deals)
    page = anna.get(f"/deals/{deal}/?tab=history")
    assert "Anna changed it" in page.text
    assert "Name Hall 2 → Roof" in page.text
    assert "Next step → Call" in page.text
    page = undo(anna, page)
    row = deals.rows(people.anna).get(pk=deal)
    assert (row.name, row.next_step) == ("Hall 2", "")
    assert "This was taken back." in anna.get(f"/deals/{deal}/?tab=history").text


def test_what_others_changed_since_stays(deals: RecordType, deal: int, people: People, anna: Visitor) -> None:
    change.save(deal, {"name": "Roof", "next_step": "Call"}, actor=people.anna, type_=deals)
    change.save(deal, {"name": "Garden"}, actor=people.anna, type_=deals)
    forms = [form for form in anna.get(f"/deals/{deal}/?tab=history").forms if form.action.startswith("/undo/")]
    anna.send(forms[1])
    row = deals.rows(people.anna).get(pk=deal)
    assert (row.name, row.next_step) == ("Garden", "")


def test_nobody_takes_back_what_they_may_not_change(deals: RecordType, deal: int, people: People, visit: Visit) -> None:
    change.save(deal, {"name": "Roof"}, actor=people.anna, type_=deals)
    anna = visit(people.anna)
    url = next(
        form.action for form in anna.get(f"/deals/{deal}/?tab=history").forms if form.action.startswith("/undo/")
    )
    dora = visit(people.dora)
    page = dora.post(url, {})
    assert (dora.status, "Roof" in page.text, "Hall" in page.text) == (404, False, False)
    assert deals.rows(people.anna).get(pk=deal).name == "Roof"
    anna.post("/undo/999999/", {})
    assert anna.status == 404


@pytest.mark.parametrize(
    ("came_from", "goes_to"),
    [
        ("http://testserver/deals/?q=hall", "/deals/?q=hall"),
        ("http://testserver//elsewhere.example/a", "/elsewhere.example/a"),
        ("http://elsewhere.example/deals/", "/"),
        ("", "/"),
    ],
)
def test_one_stays_here_wherever_one_came_from(
    came_from: str, goes_to: str, deals: RecordType, deal: int, people: People, anna: Visitor
) -> None:
    change.save(deal, {"name": "Roof"}, actor=people.anna, type_=deals)
    page = anna.get(f"/deals/{deal}/?tab=history")
    url = next(form.action for form in page.forms if form.action.startswith("/undo/"))
    anna.post(url.partition("?")[0], {}, follow=False, Referer=came_from)
    assert (anna.status, anna.response.headers["Location"]) == (302, goes_to)


def test_an_undo_is_no_link(anna: Visitor) -> None:
    anna.get("/undo/1/")
    assert anna.status == 405
