"""The map: records where their places are, near ones as one mark, and nothing of a place one may not see."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import override_settings

from bodega.kernel import change, registry
from bodega.kernel.actors import HIDDEN, Role
from bodega.kernel.drafts import Draft
from bodega.kernel.kinds.others import Address
from bodega.kernel.record import RecordType
from bodega.kernel.scope import rearranged
from bodega.platform import sparing
from bodega.surfaces.maps.places import Box
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor, query_of

MARK = re.compile(r'data-lat="([\d.-]+)" data-lon="([\d.-]+)" data-count="(\d+)"')
PLACES = {
    "Kiel dock": (54.32, 10.13),
    "Kiel sails": (54.33, 10.15),
    "Lisbon ropes": (38.72, -9.14),
    "Nowhere": (None, None),
}
NORTH = "box=5,53,15,56"


@pytest.fixture
def firms(people: People) -> RecordType:
    type_ = registry.type_of("parties.organisation")
    drafts = [
        Draft(None, {"name": name, "address": Address(city=name.split()[0], lat=lat, lon=lon)})
        for name, (lat, lon) in PLACES.items()
    ]
    change.save_many(type_, drafts, actor=people.anna)
    return type_


def listed(page: Page) -> list[str]:
    """What stands beside the map."""
    return re.findall(r"<a [^>]*>([^<]*)</a>", page.html.partition('<ul class="rows">')[2].partition("</ul>")[0])


def marked(page: Page) -> list[tuple[float, float, int]]:
    return [(float(lat), float(lon), int(many)) for lat, lon, many in MARK.findall(page.html)]


def test_near_ones_are_one_mark_and_all_stand_beside(firms: RecordType, anna: Visitor) -> None:
    page = anna.get("/organisations/map/")
    assert sorted(listed(page)) == ["Kiel dock", "Kiel sails", "Lisbon ropes"]
    assert marked(page) == [(54.325, 10.14, 2), (38.72, -9.14, 1)]
    near = anna.get(f"/organisations/map/?{NORTH}&part=spots")
    assert sorted(listed(near)) == ["Kiel dock", "Kiel sails"]
    assert "<html" not in near.html
    nearest = anna.get("/organisations/map/?box=10.1,54.3,10.2,54.4")
    assert [many for _lat, _lon, many in marked(nearest)] == [1, 1]
    assert listed(anna.get("/organisations/map/?q=name:sails")) == ["Kiel sails"]
    assert "/organisations/map/" in anna.get("/organisations/").links
    assert "/products/map/" not in anna.get("/products/").links


def test_what_has_a_place_by_what_it_refers_to_is_there(firms: RecordType, people: People, visit: Visit) -> None:
    deals = registry.type_of("sales.deal")
    change.save_many(firms, [Draft(firms.rows(people.anna).get(name="Lisbon ropes").pk, {"private": True})],
                     actor=people.anna)  # fmt: skip
    for name in ("Kiel dock", "Lisbon ropes"):
        firm = firms.rows(people.anna).get(name=name)
        change.create(deals, {"name": f"Deal of {name}", "account": firm.pk, "owner": people.ben.user_id},
                      actor=people.anna)  # fmt: skip
    assert sorted(listed(visit(people.anna).get("/deals/map/"))) == ["Deal of Kiel dock", "Deal of Lisbon ropes"]
    bens = visit(people.ben).get("/deals/map/")
    assert "Deal of Lisbon ropes" in visit(people.ben).get("/deals/").text
    assert "Lisbon" not in bens.text, "where it is, he may not see"
    assert (38.72, -9.14, 1) not in marked(bens)
    Role.objects.update(fields={f"parties.{kind}": {"address": HIDDEN} for kind in ("organisation", "person")})
    rearranged()
    for asked in ("/organisations/map/", "/deals/map/"):
        ben = visit(people.ben)
        ben.get(asked)
        assert (asked, ben.status) == (asked, 404)


def test_a_map_is_saved_as_a_view(firms: RecordType, people: People, anna: Visitor) -> None:
    link = next(link for link in anna.get("/organisations/map/?q=name:kiel").links if "/views/new/" in link)
    anna.send(anna.get(link).form_to("/views/new/"), name="The north")
    assert anna.url.startswith("/organisations/map/?")
    assert query_of(anna.url)["q"] == "name:kiel"
    assert sorted(listed(anna.get(anna.url))) == ["Kiel dock", "Kiel sails"]
    with pytest.raises(ValidationError):
        change.create(registry.type_of("views.view"), {"type": "products.product", "name": "x", "shape": "map"},
                      actor=people.anna)  # fmt: skip


def test_of_very_many_some_are_shown(firms: RecordType, anna: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bodega.surfaces.maps.pages.MOST", 2)
    monkeypatch.setattr("bodega.surfaces.maps.pages.SOME", 2)
    page = anna.get("/organisations/map/")
    assert (len(listed(page)), sum(many for _lat, _lon, many in marked(page))) == (2, 2)
    assert "2 of very many organisations here." in page.text
    monkeypatch.setattr(sparing, "STEPS", 1)
    monkeypatch.setattr(sparing, "AT_ONCE", 1)
    if connection.vendor == "sqlite":
        assert "That is too much for a map." in anna.get(f"/organisations/map/?{NORTH}").text


def test_as_many_questions_however_many_there_are(firms: RecordType, people: People, anna: Visitor) -> None:
    anna.get(f"/organisations/map/?{NORTH}")
    anna.get(f"/organisations/map/?{NORTH}")
    few = len(anna.queries)
    drafts = [Draft(None, {"name": f"Firm {n}", "address": Address(lat=54 + n / 40, lon=9.5)}) for n in range(30)]
    change.save_many(firms, drafts, actor=people.anna)
    anna.get(f"/organisations/map/?{NORTH}")
    page = anna.get(f"/organisations/map/?{NORTH}")
    assert (len(anna.queries), len(listed(page))) == (few, 32)


@pytest.mark.parametrize("text", ["52.3731, 4.8922", "52.3731,4.8922", " 52.3731 ; 4.8922"])
def test_a_position_is_two_numbers(people: People, anna: Visitor, text: str) -> None:
    type_ = registry.type_of("parties.organisation")
    pk = change.create(type_, {"name": "Quay"}, actor=people.anna).pk
    anna.send(anna.get(f"/organisations/{pk}/edit/").form_to(f"/organisations/{pk}/edit/"), address_lat=text)
    held = type_.declared["address"].get(type_.rows(people.anna).get(pk=pk))
    assert (held.lat, held.lon) == (52.3731, 4.8922)
    assert type_.declared["address"].parse(text, actor=people.anna) == Address(lat=52.3731, lon=4.8922)
    form = anna.get(f"/organisations/{pk}/edit/").form_to(f"/organisations/{pk}/edit/")
    assert dict(form.fields)["address_lat"] == "52.3731, 4.8922"
    assert "A position is two numbers" in anna.send(form, address_lat="52.3731").text


def test_an_address_with_nothing_on_the_map_says_what_to_do(people: People, anna: Visitor) -> None:
    page = anna.get("/organisations/map/")
    assert "No organisations on the map yet" in page.text
    assert "52.3731, 4.8922" in page.text
    assert marked(anna.get("/organisations/map/?box=nonsense&part=spots")) == []


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "10,10,5,20", "nan,0,1,1", "200,0,210,10"])
def test_a_box_that_is_none_is_none(text: str) -> None:
    assert Box.read(text) is None


@override_settings(BODEGA_TILES="https://tiles.example.com/{z}/{x}/{y}.png", BODEGA_TILES_BY="© the people")
def test_pictures_of_elsewhere_are_a_setting(firms: RecordType, anna: Visitor) -> None:
    page = anna.get("/organisations/map/")
    assert 'data-tiles="https://tiles.example.com/{z}/{x}/{y}.png" data-tiles-by="© the people"' in page.html
