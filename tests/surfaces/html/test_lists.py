"""A list: what is asked, how it is sorted and paged, what it comes to, and what is said where there is nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bodega.kernel import change, registry
from bodega.kernel.actors import HIDDEN, Role, User
from bodega.kernel.drafts import Draft
from bodega.kernel.record import RecordType
from bodega.kernel.scope import rearranged
from bodega.lib.money import Money
from bodega.surfaces.html import lists
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor, query_of, titles


@pytest.fixture
def deals(people: People) -> RecordType:
    type_ = registry.type_of("sales.deal")
    given = [
        {"name": "Hall 1", "amount": Money(100_00, "EUR"), "owner": people.anna.user_id},
        {"name": "Hall 2", "amount": Money(250_50, "EUR"), "owner": people.ben.user_id},
        {"name": "Roof", "amount": Money(5_000_00, "USD"), "owner": people.dora.user_id},
        {"name": "Garden", "amount": None, "owner": people.anna.user_id},
    ]
    change.save_many(type_, [Draft(None, values) for values in given], actor=people.anna)
    return type_


def test_it_is_sorted_by_its_first_order_and_by_its_columns(deals: RecordType, anna: Visitor) -> None:
    page = anna.get("/deals/")
    assert [*titles(page)] == ["Garden", "Hall 1", "Hall 2", "Roof"]
    sorts = [link for link in page.links if "sort=" in link and link.startswith("/deals/?")]
    assert sorts == ["/deals/?sort=-name", "/deals/?sort=amount", "/deals/?sort=expected_on"]
    assert [*titles(anna.get("/deals/?sort=-name"))] == ["Roof", "Hall 2", "Hall 1", "Garden"]
    assert [*titles(anna.get("/deals/?sort=stage"))] == ["Garden", "Hall 1", "Hall 2", "Roof"]


def test_a_question_is_answered_and_said_again_by_its_parts(deals: RecordType, anna: Visitor) -> None:
    page = anna.get("/deals/?q=owner:me+amount>50")
    assert [*titles(page)] == ["Hall 1"]
    assert "1 deal " in page.text
    asked = {query_of(link)["q"] for link in page.links if link.startswith("/deals/?q=")}
    assert asked == {"owner:me amount>50", "amount>50", "owner:me"}


def test_a_question_that_is_wrong_says_where_and_shows_no_rows(deals: RecordType, anna: Visitor) -> None:
    page = anna.get("/deals/?q=stag:open+hall")
    assert [*titles(page)] == []
    assert "There is no field “stag”. Did you mean “stage”?" in page.text
    assert "<mark>stag</mark>:open hall" in page.html
    assert 'value="stag:open hall"' in page.html


def test_amounts_are_added_up_by_currency(deals: RecordType, anna: Visitor) -> None:
    page = anna.get("/deals/")
    assert "4 deals" in page.text
    assert "Amount 350.50\xa0€ · 5,000\xa0$" in page.text.replace(" €", "\xa0€").replace(" $", "\xa0$")


def test_pages_are_turned_both_ways(deals: RecordType, anna: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "SIZE", 3)
    first = anna.get("/deals/?sort=name")
    following = next(link for link in first.links if "after=" in link)
    second = anna.get(following)
    assert ([*titles(first)], [*titles(second)]) == (["Garden", "Hall 1", "Hall 2"], ["Roof"])
    back = next(link for link in second.links if "before=" in link)
    assert [*titles(anna.get(back))] == ["Garden", "Hall 1", "Hall 2"]
    anna.get("/deals/?after=damaged")
    assert (anna.status, anna.url) == (302, "/deals/")


def test_beyond_the_limit_it_is_not_counted_and_not_added_up(
    deals: RecordType, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST", 3)
    page = anna.get("/deals/")
    assert "3+ deals" in page.text
    assert "Amount 350" not in page.text


def test_columns_are_chosen_by_each_person(deals: RecordType, anna: Visitor, people: People, visit: Visit) -> None:
    page = anna.get("/deals/")
    anna.send(page.form_to("/deals/columns/"), columns=["tags", "amount"])
    assert heads(anna.get("/deals/")) == ["Name", "Tags", "Amount"]
    assert heads(visit(people.ben).get("/deals/"))[:3] == ["Name", "Account", "Contact"]
    anna.send(anna.get("/deals/").form_to("/deals/columns/"), columns=[])
    assert heads(anna.get("/deals/"))[:3] == ["Name", "Account", "Contact"]


def test_columns_have_widths_and_some_stay_in_sight(deals: RecordType, anna: Visitor) -> None:
    form = anna.get("/deals/").form_to("/deals/columns/")
    sent = [*form.filled(columns=None), ("layout", "name:320 stage:9999 | nothing:70 amount:140x tags:5")]
    anna.post(form.action, sent)
    drawn = anna.get("/deals/").html.split("<thead>")[1].split("</thead>")[0].split('<th scope="col"')[1:]
    assert [
        re.findall(r'data-name="(\w+)"|class="([a-z -]*stays)"|width="(\d+)" height="0"', head) for head in drawn
    ] == [
        [("name", "", ""), ("", "at-title sized stays", ""), ("", "", "320")],
        [("stage", "", ""), ("", "at-badge sized stays", ""), ("", "", "900")],
        [("amount", "", "")],
        [("tags", "", ""), ("", "", "60")],
    ]
    form = anna.get("/deals/").form_to("/deals/columns/")
    anna.send(form, columns=["tags", "stage", "amount"], frozen="2")
    assert preference(anna, "columns sales.deal") == "name:320 tags:60 stage:900 | amount".split()
    anna.send(anna.get("/deals/").form_to("/deals/columns/"), button=("reset", "1"))
    assert preference(anna, "columns sales.deal") is None


def test_a_field_that_is_hidden_later_is_no_column(deals: RecordType, people: People, visit: Visit) -> None:
    ben = visit(people.ben)
    ben.send(ben.get("/deals/").form_to("/deals/columns/"), columns=["amount", "stage"])
    Role.objects.filter(name="Team").update(fields={"sales.deal": {"amount": HIDDEN}})
    rearranged()
    assert heads(ben.get("/deals/")) == ["Name", "Stage"]


def test_rows_stand_closer_in_every_list_of_a_person_who_likes_it(anna: Visitor, deals: RecordType) -> None:
    anna.send(anna.get("/deals/").form_to("/deals/columns/"), density="compact")
    assert 'class="listing compact"' in anna.get("/people/").html
    anna.send(anna.get("/deals/").form_to("/deals/columns/"), density="")
    assert "listing compact" not in anna.get("/people/").html


def preference(visitor: Visitor, name: str) -> Any:
    return User.objects.get(pk=visitor.client.session["_auth_user_id"]).preferences.get(name)


def heads(page: Page) -> list[str]:
    html = page.html[page.html.index("<thead>") : page.html.index("</thead>")]
    return [Page(part).text for part in html.split('<th scope="col"')[1:] for part in [f"<th{part}"]]


def test_nothing_yet_and_nothing_that_matches_are_two_things(anna: Visitor) -> None:
    page = anna.get("/deals/")
    assert "No deals yet" in page.text
    assert "/deals/new/" in page.links
    page = anna.get("/deals/?q=hall")
    assert "No deals match" in page.text
    assert "Clear the question" in page.text


def test_each_sees_what_is_theirs_to_see(deals: RecordType, people: People, visit: Visit) -> None:
    assert [*titles(visit(people.ben).get("/deals/"))] == ["Garden", "Hall 1", "Hall 2"]
    assert [*titles(visit(people.dora).get("/deals/"))] == ["Roof"]
    cleo = visit(people.cleo)
    page = cleo.get("/deals/")
    assert (cleo.status, "Your role does not let you see deals." in page.text) == (403, True)


def test_names_are_shown_and_never_become_markup(people: People, anna: Visitor) -> None:
    hostile = "<script>alert(1)</script>\"'&"
    type_ = registry.type_of("parties.organisation")
    made = change.create(type_, {"name": hostile, "tags": [hostile]}, actor=people.anna)
    change.create(registry.type_of("sales.deal"), {"name": hostile, "account": made.pk}, actor=people.anna)
    for url in (
        "/organisations/",
        "/deals/",
        "/deals/board/",
        f"/organisations/{made.pk}/",
        "/organisations/options/?q=%3C",
    ):
        page = anna.get(url)
        assert "<script>alert" not in page.html
        assert hostile in page.text


def test_what_stands_beside_the_records_is_counted_less_far(
    people: People, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "SIZE", 1)
    monkeypatch.setattr(lists, "FAR", 2)
    organisation, person = map(registry.type_of, ("parties.organisation", "parties.person"))
    firm = change.create(organisation, {"name": "Isdom"}, actor=people.anna).pk
    drafts = [Draft(None, {"name": name, "organisation": firm}) for name in ("Ada", "Bob", "Cleo")]
    change.save_many(person, drafts, actor=people.anna)
    assert "3 people" in anna.get("/people/?q=-name:Xaver").text
    assert "2+ people" in anna.get("/people/?q=organisation.name:Isdom").text
