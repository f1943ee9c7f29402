"""Find anything: records one may see by their names, pages, and what one may do."""

from __future__ import annotations

import pytest

from bodega.kernel import change, registry
from bodega.platform.delivering import deliver_all, enlist
from bodega.surfaces.search.making import tell_whole
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor


@pytest.fixture
def known(people: People) -> People:
    enlist()
    person = registry.type_of("parties.person")
    for name in ("Mia Petersen", "Maria Petersen", "Petra Mia", "Ælfred Ødegård"):
        change.create(person, {"name": name}, actor=people.anna)
    deliver_all()
    tell_whole()
    return people


def hits(visitor: Visitor, text: str) -> list[str]:
    """The names found, in their order, as the palette shows them."""
    unmarked = visitor.get(f"/find/?q={text}", HX_Request="true").html.replace("<mark>", "").replace("</mark>", "")
    return [piece.strip() for piece in Page(unmarked).pieces if piece.strip()]


def test_what_begins_so_comes_before_what_contains_it(known: People, anna: Visitor) -> None:
    found = hits(anna, "mia")
    assert found[0] == "People"
    assert [name for name in found if "Mia" in name] == ["Mia Petersen", "Petra Mia"]


def test_accents_and_capitals_do_not_matter(known: People, anna: Visitor) -> None:
    assert "Ælfred Ødegård" in hits(anna, "AELFRED ODE")


def test_pages_and_doings_are_found_by_the_beginnings_of_words(known: People, anna: Visitor) -> None:
    assert hits(anna, "back") == ["Pages", "Background"]
    assert hits(anna, "new pe") == ["Do", "New person"]


def test_nobody_is_offered_what_they_may_not(known: People, visit: Visit) -> None:
    cleo = visit(known.cleo)
    assert hits(cleo, "mia") == ["Nothing found for “mia”. Try fewer letters, or a part of the name, number or e-mail."]
    assert hits(cleo, "new") == ["Nothing found for “new”. Try fewer letters, or a part of the name, number or e-mail."]


def test_one_letter_finds_pages_alone(known: People, anna: Visitor) -> None:
    assert "People" in hits(anna, "p")
    assert "Mia Petersen" not in hits(anna, "p")


@pytest.mark.parametrize("text", ["", "%00", "%25", "'", "_", "a" * 3000, "\\"])
def test_any_text_may_be_looked_for(known: People, anna: Visitor, text: str) -> None:
    anna.get(f"/find/?q={text}")
    assert anna.status == 200


def test_it_is_a_page_too(known: People, anna: Visitor) -> None:
    page = anna.get("/find/?q=mia")
    first = registry.type_of("parties.person").rows(known.anna).get(name="Mia Petersen").pk
    assert ("<title>Find" in page.html, f"/people/{first}/" in page.links) == (True, True)


def test_the_number_of_queries_does_not_grow_with_the_hits(known: People, anna: Visitor) -> None:
    anna.get("/find/?q=mia")
    few = len(anna.queries)
    for number in range(12):
        change.create(registry.type_of("parties.person"), {"name": f"Mia {number}"}, actor=known.anna)
    deliver_all()
    anna.get("/find/?q=mia")
    assert len(anna.queries) <= few
