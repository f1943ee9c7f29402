"""Records on cards: what the list shows of them, with a picture or their initials."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bodega.kernel import change, registry
from bodega.kernel.drafts import Draft
from bodega.kernel.record import RecordType
from bodega.platform.files import store
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Visitor, query_of


@pytest.fixture
def photo(people: People) -> int:
    """An image of Anna's, of 1,000 by 1,000 points."""
    drawn = io.BytesIO()
    Image.new("RGB", (1000, 1000), "red").save(drawn, "PNG")
    return store.upload([drawn.getvalue()], "shop.png", actor=people.anna).pk


@pytest.fixture
def products(people: People, photo: int) -> RecordType:
    field = {"type": "products.product", "kind": "file", "name": "Photo", "word": "photo"}
    change.create(registry.type_of("kernel.field"), field, actor=people.anna)
    type_ = registry.type_of("products.product")
    drafts = [Draft(None, {"name": "Rope", "code": "R1", "photo": photo}), Draft(None, {"name": "Cleat", "code": "C1"})]
    change.save_many(type_, drafts, actor=people.anna)
    return type_


def test_a_card_has_a_picture_or_initials_and_the_fields_of_the_list(
    products: RecordType, photo: int, anna: Visitor
) -> None:
    page = anna.get("/products/gallery/")
    assert [mark in page.html for mark in (f'src="/files/{photo}/small/"', ">Cl</span>", ">Ro</span>")] == [
        True, True, False,
    ]  # fmt: skip
    assert "Code R1" in page.text
    assert "R1" not in anna.get("/products/gallery/?q=name:cleat").text
    assert "/products/gallery/" in anna.get("/products/").links
    assert "/deals/gallery/" not in anna.get("/deals/").links


def test_an_image_is_handed_out_in_small_to_who_may_see_it(people: People, photo: int, visit: Visit) -> None:
    anna, ben = visit(people.anna), visit(people.ben)
    for _twice in range(2):
        anna.get(f"/files/{photo}/small/")
        found = Image.open(io.BytesIO(anna.response.content))
        assert (anna.response.headers["Content-Type"], found.format, found.size) == ("image/webp", "WEBP", (320, 320))
    change.save(photo, {"owner": people.dora.user_id}, actor=people.anna, type_=registry.type_of("files.file"))
    ben.get(f"/files/{photo}/small/")
    assert ben.status == 404
    text = store.upload([b"not an image"], "notes.txt", actor=people.anna).pk
    anna.get(f"/files/{text}/small/")
    assert anna.status == 404


def test_a_gallery_is_saved_with_what_its_cards_say(products: RecordType, anna: Visitor) -> None:
    page = anna.get("/products/gallery/?q=name:rope&columns=price")
    link = next(link for link in page.links if link.startswith("/views/new/"))
    anna.send(anna.get(link).form_to("/views/new/"), name="Ropes")
    assert anna.url.startswith("/products/gallery/?")
    assert query_of(anna.url)["q"] == "name:rope"
    assert "Code R1" not in anna.get(anna.url).text


def test_a_card_more_asks_nothing_more_of_the_database(products: RecordType, people: People, anna: Visitor) -> None:
    def asked() -> int:
        for _twice in range(2):
            anna.get("/products/gallery/")
        return len(anna.queries)

    few = asked()
    change.save_many(products, [Draft(None, {"name": f"P{number}"}) for number in range(20)], actor=people.anna)
    assert asked() == few


def test_the_first_image_about_a_record_is_its_picture(people: People, visit: Visit) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(drawn, "PNG")
    mia = change.create(registry.type_of("parties.person"), {"name": "Mia Petersen"}, actor=people.anna).pk
    about = ("parties.person", mia)
    both = [store.upload([drawn.getvalue()], name, about=about, actor=people.anna).pk for name in ("a.png", "b.png")]
    first = both[0]
    page = visit(people.anna).get("/people/gallery/")
    assert (f'src="/files/{first}/small/"' in page.html, page.html.count("<img")) == (True, 1)
    for pk in both:
        change.save(pk, {"private": True}, actor=people.anna, type_=registry.type_of("files.file"))
    assert "/small/" not in visit(people.ben).get("/people/gallery/").html
