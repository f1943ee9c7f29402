"""Two people change one record at the same time: who saves second sees it, chooses, and loses nothing."""

from __future__ import annotations

import pytest

from bodega.kernel import change, registry
from bodega.kernel.record import RecordType
from tests.personas import People
from tests.surfaces.html.visitor import Visitor


@pytest.fixture
def deals() -> RecordType:
    return registry.type_of("sales.deal")


@pytest.fixture
def deal(deals: RecordType, people: People) -> int:
    return int(change.create(deals, {"name": "Hall 2", "next_step": "Call", "tags": ["vip"]}, actor=people.anna).pk)


def meanwhile(deals: RecordType, pk: int, people: People, **values: object) -> None:
    change.save(pk, values, actor=people.anna.via(name="Ben"), type_=deals)


def held(deals: RecordType, pk: int, people: People, *names: str) -> list[object]:
    row = deals.read(deals.rows(people.anna).filter(pk=pk), names)[0]
    return [row.values[name] for name in names]


def test_what_only_one_side_changed_is_kept_on_both(
    deals: RecordType, deal: int, people: People, anna: Visitor
) -> None:
    form = anna.get(f"/deals/{deal}/edit/").form_to(f"/deals/{deal}/edit/")
    meanwhile(deals, deal, people, next_step="Send drawings")
    page = anna.send(form, name="Hall 3")
    assert held(deals, deal, people, "name", "next_step") == ["Hall 3", "Send drawings"]
    assert "Saved. What Ben changed meanwhile is kept too: next step." in page.text


def test_what_both_changed_is_asked_and_the_rest_waits(
    deals: RecordType, deal: int, people: People, anna: Visitor
) -> None:
    form = anna.get(f"/deals/{deal}/edit/").form_to(f"/deals/{deal}/edit/")
    meanwhile(deals, deal, people, name="Hall Ben", next_step="Send drawings")
    page = anna.send(form, name="Hall Anna", about="Typed for an hour\r\nand more", tags="vip, north")
    assert anna.status == 409
    assert held(deals, deal, people, "name", "about", "tags") == ["Hall Ben", "", ["vip"]]
    for words in ("Ben saved this", "Hall Ben", "Hall Anna", "Name was Hall 2", "Send drawings", "Typed for an hour"):
        assert words in page.text
    anna.send(page.form_to(f"/deals/{deal}/edit/"))
    assert held(deals, deal, people, "name", "next_step", "about", "tags") == [
        "Hall Anna", "Send drawings", "Typed for an hour\nand more", ["vip", "north"],
    ]  # fmt: skip


def test_one_may_leave_a_field_to_the_other(deals: RecordType, deal: int, people: People, anna: Visitor) -> None:
    form = anna.get(f"/deals/{deal}/edit/").form_to(f"/deals/{deal}/edit/")
    meanwhile(deals, deal, people, name="Hall Ben")
    page = anna.send(form, name="Hall Anna", next_step="Visit")
    anna.send(page.form_to(f"/deals/{deal}/edit/"), choice_name_="x", **{"choice.name": "theirs"})
    assert held(deals, deal, people, "name", "next_step") == ["Hall Ben", "Visit"]


def test_a_third_change_while_choosing_is_asked_again(
    deals: RecordType, deal: int, people: People, anna: Visitor
) -> None:
    form = anna.get(f"/deals/{deal}/edit/").form_to(f"/deals/{deal}/edit/")
    meanwhile(deals, deal, people, name="Hall Ben")
    page = anna.send(form, name="Hall Anna")
    meanwhile(deals, deal, people, name="Hall Cleo")
    page = anna.send(page.form_to(f"/deals/{deal}/edit/"))
    assert (anna.status, "Hall Cleo" in page.text) == (409, True)
    anna.send(page.form_to(f"/deals/{deal}/edit/"))
    assert held(deals, deal, people, "name") == ["Hall Anna"]


def test_the_same_change_by_both_is_no_conflict(deals: RecordType, deal: int, people: People, anna: Visitor) -> None:
    form = anna.get(f"/deals/{deal}/edit/").form_to(f"/deals/{deal}/edit/")
    meanwhile(deals, deal, people, name="Hall 3")
    anna.send(form, name="Hall 3", next_step="Visit")
    assert (anna.status, held(deals, deal, people, "name", "next_step")) == (200, ["Hall 3", "Visit"])


def test_lines_that_both_changed_are_asked_as_a_whole(
    deals: RecordType, deal: int, people: People, anna: Visitor
) -> None:
    form = anna.get(f"/deals/{deal}/edit/").form_to(f"/deals/{deal}/edit/")
    meanwhile(deals, deal, people, lines=[{"description": "Bolts", "quantity": 2, "unit_price": 3}])
    page = anna.send(form, lines__0__description="Nuts", lines__0__unit_price="5")
    assert (anna.status, "Bolts" in page.text, "Nuts" in page.text) == (409, True, True)
    anna.send(page.form_to(f"/deals/{deal}/edit/"))
    (lines,) = held(deals, deal, people, "lines")
    assert [line["description"] for line in lines] == ["Nuts"]  # type: ignore[attr-defined]


def test_a_mistake_comes_before_the_question_and_the_version_stays(
    deals: RecordType, deal: int, people: People, anna: Visitor
) -> None:
    form = anna.get(f"/deals/{deal}/edit/").form_to(f"/deals/{deal}/edit/")
    meanwhile(deals, deal, people, name="Hall Ben")
    page = anna.send(form, name="Hall Anna", amount="much")
    assert anna.status == 422
    page = anna.send(page.form_to(f"/deals/{deal}/edit/"), amount="12")
    assert (anna.status, "Hall Ben" in page.text) == (409, True)


def test_a_record_in_the_trash_is_told(deals: RecordType, deal: int, people: People, anna: Visitor) -> None:
    form = anna.get(f"/deals/{deal}/edit/").form_to(f"/deals/{deal}/edit/")
    change.delete(deals, [deal], actor=people.anna)
    page = anna.send(form, name="Hall Anna")
    assert (anna.status, "Restore it first, then change it." in page.text) == (404, True)


def test_a_cell_says_what_somebody_else_made_of_it(deals: RecordType, deal: int, people: People, anna: Visitor) -> None:
    url = f"/deals/cell/{deal}/next_step/"
    form = anna.get(url, hx_request="true").form_to(url)
    meanwhile(deals, deal, people, next_step="Send drawings")
    page = anna.post(url, form.filled(next_step="Visit"), **{"hx-request": "true"})
    assert anna.status == 409
    assert "Ben has just made this “Send drawings”. Save again to put yours in its place." in page.text
    page = anna.post(url, page.form_to(url).fields, **{"hx-request": "true"})
    assert (anna.status, page.text, held(deals, deal, people, "next_step")) == (200, "Visit", ["Visit"])


def test_a_cell_keeps_what_others_changed_in_other_fields(
    deals: RecordType, deal: int, people: People, anna: Visitor
) -> None:
    url = f"/deals/cell/{deal}/amount/"
    form = anna.get(url).form_to(url)
    meanwhile(deals, deal, people, next_step="Send drawings")
    page = anna.post(url, form.filled(amount="1200"), **{"hx-request": "true"})
    assert (page.text, held(deals, deal, people, "next_step")) == ("1,200 €", ["Send drawings"])
    page = anna.post(url, anna.get(url).form_to(url).filled(amount="lots"), **{"hx-request": "true"})
    assert (anna.status, "“lots” is not an amount of money" in page.text) == (422, True)


def test_a_bulk_change_tells_of_what_others_changed_since_the_list_was_drawn(
    deals: RecordType, deal: int, people: People, anna: Visitor
) -> None:
    other = int(change.create(deals, {"name": "Hall 9", "next_step": "Call"}, actor=people.anna).pk)
    page = anna.get("/deals/")
    change.save(deal, {"next_step": "Send drawings"}, actor=people.ben.via(is_admin=True), type_=deals)
    page = anna.send(page.form_to("/deals/bulk/"), button=("act", "change"), ids=[deal, other])
    page = anna.send(page.form_to("/deals/bulk/"), field="next_step")
    page = anna.send(page.form_to("/deals/bulk/"), next_step="Visit")
    assert anna.status == 409
    assert "Changed meanwhile by Ben: Hall 2. Save again to put yours in its place." in page.text
    assert [held(deals, pk, people, "next_step") for pk in (deal, other)] == [["Send drawings"], ["Call"]]
    anna.send(page.form_to("/deals/bulk/"))
    assert [held(deals, pk, people, "next_step") for pk in (deal, other)] == [["Visit"], ["Visit"]]


def test_a_bulk_change_is_not_held_up_by_other_fields_or_by_oneself(
    deals: RecordType, deal: int, people: People, anna: Visitor
) -> None:
    page = anna.get("/deals/")
    change.save(deal, {"name": "Hall 3"}, actor=people.ben.via(is_admin=True), type_=deals)
    change.save(deal, {"next_step": "Write"}, actor=people.anna, type_=deals)
    page = anna.send(page.form_to("/deals/bulk/"), button=("act", "change"), ids=[deal])
    page = anna.send(page.form_to("/deals/bulk/"), field="next_step")
    anna.send(page.form_to("/deals/bulk/"), next_step="Visit")
    assert (anna.status, held(deals, deal, people, "name", "next_step")) == (200, ["Hall 3", "Visit"])


def test_a_card_that_somebody_else_has_moved_stays_where_they_put_it(
    deals: RecordType, people: People, anna: Visitor
) -> None:
    stages = [*registry.type_of("sales.stage").rows(people.anna).order_by("pk").values_list("pk", flat=True)]
    made = [change.create(deals, {"name": name, "stage": stages[0]}, actor=people.anna).pk for name in ("A", "B")]
    given = {"ids": made, "to": stages[2], **{f"version.{pk}": 1 for pk in made}}
    change.save(made[1], {"stage": stages[1]}, actor=people.ben.via(is_admin=True), type_=deals)
    for ids in (made, made[1:]):
        page = anna.post("/deals/move/", {**given, "ids": ids})
        assert (anna.status, "Somebody else has changed this record in the meantime." in page.text) == (409, True)
    assert [held(deals, pk, people, "stage") for pk in made] == [[stages[0]], [stages[1]]]
    anna.post("/deals/move/", {**given, f"version.{made[1]}": 2})
    assert [held(deals, pk, people, "stage") for pk in made] == [[stages[2]], [stages[2]]]
