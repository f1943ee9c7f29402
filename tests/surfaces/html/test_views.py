"""Saved views: what is asked of a list or a board, kept under a name, for oneself or for others."""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from bodega.kernel import change, registry
from bodega.kernel.actors import HIDDEN, Role, actor_of
from bodega.kernel.drafts import Draft
from bodega.kernel.query import parse
from bodega.kernel.record import RecordType
from bodega.kernel.scope import rearranged
from bodega.lib.money import Money
from bodega.platform import sparing
from bodega.platform.jobs.declare import enqueue
from bodega.platform.jobs.run import run_waiting
from bodega.surfaces.views.jobs import keep_keys
from bodega.surfaces.views.models import View
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor, query_of, titles


@pytest.fixture
def deals(people: People) -> RecordType:
    type_ = registry.type_of("sales.deal")
    amounts = {"Hall": 100_00, "Roof": 900_00, "Shed": 500_00}
    given = [{"name": name, "amount": Money(amount, "EUR")} for name, amount in amounts.items()]
    change.save_many(type_, [Draft(None, values) for values in given], actor=people.anna)
    return type_


def saved(visitor: Visitor, asked: str, **values: object) -> str:
    """Saves what is asked of the list of deals; the address at which the view is open then."""
    link = next(link for link in visitor.get(f"/deals/?{asked}").links if link.startswith("/views/new/"))
    visitor.send(visitor.get(link).form_to("/views/new/"), **values)
    return visitor.url


def test_what_is_asked_is_kept_under_a_name(deals: RecordType, anna: Visitor) -> None:
    opened = saved(anna, "q=amount>400&sort=-amount&columns=amount", name="Large")
    page = anna.get(opened)
    assert [*titles(page)] == ["Roof", "Shed"]
    assert not [link for link in page.links if link.startswith("/views/new/")], "nothing is left to save"
    assert opened in anna.get("/deals/").links
    assert opened in anna.get("/deals/board/").links
    anna.get("/views/1000000/")
    assert anna.status == 404


def test_the_open_view_is_changed_where_it_stands_and_that_is_undone(deals: RecordType, anna: Visitor) -> None:
    opened = saved(anna, "q=amount>400", name="Large")
    number = query_of(opened)["view"]
    page = anna.get(f"/deals/?view={number}&q=amount>800")
    said = anna.send(page.form_to(f"/views/{number}/keep/"))
    assert query_of(anna.url)["q"] == "amount>800"
    anna.send(next(form for form in said.forms if form.action.startswith("/undo/")))
    anna.get(f"/views/{number}/")
    assert query_of(anna.url)["q"] == "amount>400"


def test_it_is_for_its_owner_alone_until_it_is_shared(deals: RecordType, people: People, visit: Visit) -> None:
    ben, dora = visit(people.ben), visit(people.dora)
    opened = saved(ben, "q=amount>400", name="Large")
    assert opened in ben.get("/deals/").links
    assert opened not in dora.get("/deals/").links
    type_, number = registry.type_of("views.view"), int(query_of(opened)["view"])
    change.save(number, {"shares": [{"user": people.dora.user_id, "may_change": False}]}, actor=people.ben, type_=type_)
    page = dora.get("/deals/")
    assert opened in page.links
    assert f"/views/{number}/keep/" not in dora.get(f"/deals/?view={number}&q=amount>1").html, (
        "it is not hers to change"
    )
    dora.post(f"/views/{number}/keep/?question=", {})
    assert type_.one(number, actor=people.ben).question == "amount>400"


def test_a_view_of_other_records_is_not_opened(deals: RecordType, anna: Visitor) -> None:
    number = query_of(saved(anna, "q=amount>400", name="Large"))["view"]
    for other in (number, "zero"):
        assert "amount>400" not in anna.get(f"/people/?view={other}").html
        assert anna.status == 200


def test_columns_chosen_in_a_view_are_not_those_of_the_person(deals: RecordType, anna: Visitor) -> None:
    number = query_of(saved(anna, "q=amount>400", name="Large"))["view"]
    anna.post(f"/deals/columns/?view={number}", {"columns": ["amount", "owner"], "next": f"/deals/?view={number}"})
    assert query_of(anna.url) == {"view": number, "columns": "amount owner"}
    assert "Next step" in anna.get("/deals/").text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"question": "colour:blue"}, "question"),
        ({"question": "amount>"}, "question"),
        ({"sort": "colour"}, "sort"),
        ({"columns": "amount colour"}, "columns"),
        ({"type": "products.product", "shape": "board"}, "shape"),
        ({"type": "products.product", "shape": "calendar"}, "shape"),
        ({"shape": "calendar", "by": "name"}, "by"),
        ({"shape": "calendar", "show": "decade"}, "show"),
        ({"by": "name"}, "by"),
        ({"shape": "board", "by": "expected_on.month"}, "by"),
        ({"sort": "name,colour"}, "sort"),
        ({"type": "no.such"}, "type"),
    ],
)
def test_what_could_not_be_shown_is_refused(people: People, values: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        change.create(
            registry.type_of("views.view"), {"type": "sales.deal", "name": "Large", **values}, actor=people.anna
        )
    assert [*caught.value.message_dict] == [field]


def test_a_view_tells_nothing_of_a_field_that_is_hidden(deals: RecordType, people: People, visit: Visit) -> None:
    opened = saved(visit(people.anna), "q=amount>400&columns=amount", name="Large", private=None)
    Role.objects.update(fields={"sales.deal": {"amount": HIDDEN}, "views.view": {"type": HIDDEN, "columns": HIDDEN}})
    rearranged()
    ben = actor_of(people.user(people.ben))
    values = {"type": "sales.deal", "name": "Mine", "question": "amount>1", "columns": "amount", "sort": "amount"}
    with pytest.raises(ValidationError) as caught:
        change.create(registry.type_of("views.view"), values, actor=ben)
    told = caught.value.message_dict
    assert [told[name][0].startswith("There is no field “amount”.") for name in ("question", "columns")] == [True, True]
    assert told["sort"] == ["It can be sorted by name, expected_on."]
    visitor = visit(people.ben)
    assert [visitor.get(address) and visitor.status for address in ("/deals/", opened)] == [200, 200]


def test_views_are_kept_in_mind_until_one_changes(deals: RecordType, people: People, anna: Visitor) -> None:
    type_ = registry.type_of("views.view")
    opened = saved(anna, "q=amount>400", name="Large")
    anna.get("/deals/")
    change.save(int(query_of(opened)["view"]), {"name": "Very large"}, actor=people.anna, type_=type_)
    assert "Very large" in anna.get("/deals/").text
    change.delete(type_, [int(query_of(opened)["view"])], actor=people.anna)
    assert "Very large" not in anna.get("/deals/").text


def test_a_view_asks_the_same_after_a_field_was_renamed(people: People, anna: Visitor) -> None:
    fields, type_ = registry.type_of("kernel.field"), registry.type_of("products.product")
    values = {"type": "products.product", "kind": "text", "name": "Berth", "word": "berth"}
    berth = change.create(fields, values, actor=people.anna)
    change.save_many(type_, [Draft(None, {"name": name, "berth": name[0]}) for name in ("A1", "B2")], actor=people.anna)
    view = {"type": "products.product", "name": "Pier B", "question": "berth:B", "columns": "berth"}
    pk = change.create(registry.type_of("views.view"), view, actor=people.anna).pk
    change.save(berth, {"word": "mooring", "name": "Mooring"}, actor=people.anna, type_=fields)
    change.create(fields, values, actor=people.anna)
    anna.get(f"/views/{pk}/")
    page = anna.get(anna.url)
    assert ([*titles(page)], "/views/new/" in page.html) == (["B2"], False)
    assert "Mooring" in page.text
    anna.send(anna.get(f"/views/{pk}/edit/").form_to(f"/views/{pk}/edit/"), name="The second pier")
    anna.get(f"/views/{pk}/")
    assert [*titles(anna.get(anna.url))] == ["B2"]
    assert "The second pier" in anna.get("/products/").text


def test_views_of_before_learn_the_keys_of_their_fields(deals: RecordType, people: People, anna: Visitor) -> None:
    pk = int(query_of(saved(anna, "q=amount>400&sort=-amount", name="Large"))["view"])
    View.objects.update(asked=None)
    enqueue(keep_keys)
    run_waiting()
    asked = View.objects.get(pk=pk).asked
    assert asked["question"] == parse("amount>400", deals, actor=people.anna).to_json()
    assert (asked["sort"], asked["columns"]) == ("-amount", "")


def test_a_view_is_duplicated_for_oneself_and_that_is_undone(deals: RecordType, people: People, visit: Visit) -> None:
    opened = saved(visit(people.anna), "q=amount>400", name="Large", private=None)
    dora = visit(people.dora)
    Role.objects.update(levels={"*": dict.fromkeys(("view", "create", "change", "delete"), "all")})
    rearranged()
    page = dora.send(dora.get(opened).form_to(f"/views/{query_of(opened)['view']}/copy/"))
    assert (query_of(dora.url)["q"], "Large, a copy" in page.text) == ("amount>400", True)
    dora.send(next(form for form in page.forms if form.action.startswith("/undo/")))
    assert "Large, a copy" not in dora.get("/deals/").text


def test_a_view_of_a_type_that_was_removed_is_not_there(deals: RecordType, anna: Visitor) -> None:
    opened = saved(anna, "q=amount>400", name="Large")
    number = query_of(opened)["view"]
    copying = anna.get(opened).form_to(f"/views/{number}/copy/")
    View.objects.update(type="custom.gone")
    anna.get(f"/views/{number}/")
    assert anna.status == 404
    anna.send(copying)
    assert anna.status == 404


def test_groups_and_a_second_order_are_kept(deals: RecordType, anna: Visitor) -> None:
    asked = {"q": "amount>400", "sort": "-amount", "then": "name"}
    opened = saved(anna, urlencode(asked), name="Large")
    assert query_of(opened) == {**asked, "view": query_of(opened)["view"]}
    grouped = f"/deals/groups/?{urlencode({**query_of(opened), 'by': 'expected_on.month'})}"
    number = query_of(opened)["view"]
    anna.send(anna.get(grouped).form_to(f"/views/{number}/keep/"))
    anna.get(f"/views/{number}/")
    assert anna.url.startswith("/deals/groups/?")
    assert query_of(anna.url) == query_of(grouped)
    assert not [form for form in anna.get(anna.url).forms if form.action.startswith(f"/views/{number}/keep/")]
    ungrouped = anna.get(opened)
    assert [form for form in ungrouped.forms if form.action.startswith(f"/views/{number}/keep/")], (
        "that is something new"
    )


def test_a_calendar_is_kept_with_its_date_and_how_much_is_shown(deals: RecordType, anna: Visitor) -> None:
    page = anna.get("/deals/calendar/?q=amount>400&by=expected_on&show=week&at=2031-03-04")
    link = next(link for link in page.links if "/views/new/" in link)
    anna.send(anna.get(link).form_to("/views/new/"), name="Expected")
    assert anna.url.startswith("/deals/calendar/?")
    assert query_of(anna.url) | {"view": ""} == {"view": "", "q": "amount>400", "by": "expected_on", "show": "week"}
    page = anna.get(anna.url)
    assert not [link for link in page.links if link.startswith("/views/new/")]


def test_only_administrators_say_what_a_role_opens_first(deals: RecordType, people: People) -> None:
    given = {"type": "sales.deal", "name": "Ours", "roles": [Role.objects.first().pk]}  # type: ignore[union-attr]
    with pytest.raises(ValidationError) as caught:
        change.create(registry.type_of("views.view"), given, actor=people.ben)
    assert [*caught.value.message_dict] == ["roles"]


def pins_of(page: Page) -> list[str]:
    """What the side bar has of views, in its order."""
    return [
        name for _number, name in re.findall(r'<li data-id="(\d+)"><a.*?</svg><span>(.*?)</span>', page.html, re.DOTALL)
    ]


def test_views_are_pinned_ordered_and_unpinned_by_each_person(deals: RecordType, people: People, visit: Visit) -> None:
    anna, ben = visit(people.anna), visit(people.ben)
    first, second = (saved(anna, f"q=amount>{many}", name=f"Over {many}", private=None) for many in (100, 400))
    numbers = [query_of(one)["view"] for one in (first, second)]
    for opened, number in zip((first, second), numbers, strict=True):
        anna.send(anna.get(opened).form_to(f"/views/{number}/pin/"))
    anna.get("/people/")
    page = anna.get("/people/")
    assert (pins_of(page), first in page.links) == (["Over 100", "Over 400"], True)
    few = len(anna.queries)
    anna.post("/views/pins/", {"ids": numbers[::-1]})
    assert pins_of(anna.get("/")) == ["Over 400", "Over 100"]
    assert pins_of(ben.get("/")) == []
    anna.get("/people/")
    anna.get("/people/")
    assert len(anna.queries) == few, "what is pinned is kept in mind"
    anna.send(anna.get(first).form_to(f"/views/{numbers[0]}/pin/"))
    change.delete(registry.type_of("views.view"), [int(numbers[1])], actor=people.anna)
    assert pins_of(anna.get("/")) == []
    anna.get("/people/")
    anna.get("/people/")
    assert len(anna.queries) <= few


def test_a_pinned_view_is_gone_with_the_right_to_see_it(deals: RecordType, people: People, visit: Visit) -> None:
    opened = saved(visit(people.anna), "q=amount>400", name="Large", private=None)
    number, dora = int(query_of(opened)["view"]), visit(people.dora)
    everything = {"*": dict.fromkeys(("view", "create", "change", "delete"), "all")}
    Role.objects.filter(name="Team").update(levels=everything)
    rearranged()
    dora.post(f"/views/{number}/pin/", {})
    assert pins_of(dora.get("/")) == ["Large"]
    assert dora.get(f"/views/counts/?ids={number}").html == f'{{"{number}": "2"}}'
    change.save(number, {"private": True}, actor=people.anna, type_=registry.type_of("views.view"))
    assert pins_of(dora.get("/")) == []
    assert dora.get(f"/views/counts/?ids={number}").html == "{}"
    dora.post(f"/views/{number}/pin/", {})
    assert pins_of(dora.get("/")) == []
    dora.post(f"/views/{number}/pin/", {})
    assert dora.status == 404


def test_counts_stop_at_a_hundred_and_are_not_worth_a_scan(
    deals: RecordType, people: People, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [query_of(saved(anna, f"q={question}", name=question))["view"] for question in ("name:roof", "name:x")]
    asked = f"/views/counts/?ids={','.join(numbers)},1000000,,x"
    assert json.loads(anna.get(asked).html) == {numbers[0]: "1", numbers[1]: "0"}
    anna.get(asked)
    assert len(anna.queries) == 2, "told again for a while"
    change.save_many(deals, [Draft(None, {"name": f"Roof {n}"}) for n in range(120)], actor=people.anna)
    rearranged()
    assert json.loads(anna.get(asked).html)[numbers[0]] == "99+"
    if connection.vendor == "sqlite":
        monkeypatch.setattr(sparing, "STEPS", 100)
        monkeypatch.setattr(sparing, "AT_ONCE", 100)
        rearranged()
        assert json.loads(anna.get(asked).html) == {}, "given up"


def test_the_side_bar_opens_what_a_person_or_their_role_wants_first(
    deals: RecordType, people: People, visit: Visit
) -> None:
    anna, ben = visit(people.anna), visit(people.ben)
    role = Role.objects.get(name="Team").pk
    opened = saved(anna, "q=amount>400", name="Large", private=None)
    number = int(query_of(opened)["view"])
    change.save(number, {"roles": [role], "owner": people.ben.user_id}, actor=people.anna,
                type_=registry.type_of("views.view"))  # fmt: skip
    assert (opened in ben.get("/").links, opened in anna.get("/").links) == (True, False)
    ben.send(ben.get("/deals/board/").form_to("/views/first/"))
    home = ben.get("/")
    assert (opened in home.links, "/deals/board/" in home.links) == (False, True)
    ben.send(ben.get("/deals/board/").form_to("/views/first/"))
    assert opened in ben.get("/").links, "as their role has it again"
