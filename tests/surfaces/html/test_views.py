"""Saved views: what is asked of a list or a board, kept under a name, for oneself or for others."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from bodega.kernel import change, registry
from bodega.kernel.actors import HIDDEN, Role, actor_of
from bodega.kernel.drafts import Draft
from bodega.kernel.record import RecordType
from bodega.kernel.scope import rearranged
from bodega.lib.money import Money
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Visitor, query_of, titles


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
