"""The page of components: drawn by the same functions and templates as the program, in a demo only."""

from __future__ import annotations

from pytest_django import Settings

from bodega.surfaces.design.specimens import kinds
from tests.surfaces.html.visitor import Visitor


def test_it_shows_every_sort_of_value_in_both_themes(anna: Visitor, settings: Settings) -> None:
    settings.BODEGA_DEMO = True
    page = anna.get("/design/")
    assert anna.status == 200
    assert [
        page.html.count(f'id="id_{theme}-{kind.name}') > 0 for theme in ("light", "dark") for kind, _value in kinds()
    ] == [True] * 2 * len([*kinds()])


def test_who_works_with_it_has_no_such_page(anna: Visitor) -> None:
    anna.get("/design/")
    assert anna.status == 404
