"""Everybody arranges their own first page: which cards stand there, and in which order."""

from __future__ import annotations

import pytest
from django.db import connection

from bodega.kernel import change, registry
from bodega.platform import sparing
from bodega.platform.delivering import deliver_all, enlist
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor

HOME = "/home/"
DEAL = registry.type_of("sales.deal")


def shown(page: Page) -> list[str]:
    """The names of the cards in the order in which they are arranged."""
    first = page.html.partition("<b-pins")[2].partition("</b-pins>")[0]
    return [Page(part.partition("</span>")[0] + "</span>").text for part in first.split('<span class="title">')[1:]]


def step(visitor: Visitor, word: str, label: str) -> list[str]:
    page = visitor.get(HOME)
    form = next(one for one in page.forms if any(value.startswith(f"{word}:") for _name, value in one.buttons))
    labels = {"up": f"{label} up", "down": f"{label} down", "remove": f"Leave out {label}", "add": f"Add {label}"}
    button = page.html.partition(f'aria-label="{labels[word]}"')[0].rpartition('value="')[2].partition('"')[0]
    return shown(visitor.send(form, button=("do", button)))


def test_cards_are_moved_left_out_and_brought_back(anna: Visitor) -> None:
    before = shown(anna.get(HOME))
    first, second, *rest = before
    assert step(anna, "down", first) == [second, first, *rest]
    assert step(anna, "up", first) == before
    assert step(anna, "remove", first) == [second, *rest]
    assert step(anna, "add", first) == [second, *rest, first]
    form = next(one for one in anna.get(HOME).forms if ("do", "reset") in one.buttons)
    assert shown(anna.send(form, button=("do", "reset"))) == before


def test_what_is_left_out_is_not_on_the_page(anna: Visitor, people: People) -> None:
    change.create(DEAL, {"name": "Isdom renewal"}, actor=people.anna)
    assert "Deals without a next step" in anna.get("/").text
    step(anna, "remove", "Deals without a next step")
    assert "Deals without a next step" not in anna.get("/").text


def test_a_saved_view_stands_on_the_page_as_its_reader_sees_it(visit: Visit, people: People) -> None:
    view = {"name": "With a call", "type": DEAL.key, "question": "next_step:call", "columns": "next_step:140 | account"}
    change.create(registry.type_of("views.view"), view, actor=people.anna)
    for name, owner, todo in (
        ("Isdom", people.ben, "Call"),
        ("Konex", people.dora, "Call"),
        ("Cancity", people.ben, ""),
    ):
        values = {"name": name, "owner": owner.user_id, "next_step": todo}
        change.create(DEAL, values, actor=people.anna)
    told = []
    for visitor in (visit(people.anna), visit(people.ben)):
        step(visitor, "add", "With a call")
        card = next(part for part in visitor.get("/").html.split("<section") if "<h2>With a call" in part)
        told.append([name in card for name in ("Isdom", "Konex", "Cancity", "Call")])
    assert told == [[True, True, False, True], [True, False, False, True]]
    assert "With a call" not in visit(people.dora).get(HOME).text


def test_what_concerns_me_stands_there_until_i_have_read_it(visit: Visit, people: People) -> None:
    enlist()
    change.create(DEAL, {"name": "Isdom", "owner": people.ben.user_id}, actor=people.anna)
    deliver_all()
    ben = visit(people.ben)
    assert "Anna gave you Isdom" in ben.get("/").text.partition("For you")[2]
    ben.post("/notifications/read/", {})
    assert "For you" not in ben.get("/").text


def test_nobody_arranges_what_is_not_there(anna: Visitor) -> None:
    before = shown(anna.get(HOME))
    anna.post(HOME, {"keys": ["nonsense", "view:999"], "do": "add:view:999"})
    assert shown(anna.get(HOME)) == before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="steps are counted on SQLite")
def test_a_view_that_takes_long_does_not_keep_the_page(
    anna: Visitor, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    change.save_many(DEAL, [change.Draft(None, {"name": f"Deal {n}"}) for n in range(50)], actor=people.anna)
    values = {"name": "With a call", "type": DEAL.key, "question": "next_step:call"}
    change.create(registry.type_of("views.view"), values, actor=people.anna)
    step(anna, "add", "With a call")
    monkeypatch.setattr(sparing, "STEPS", 100)
    monkeypatch.setattr(sparing, "AT_ONCE", 100)
    assert "It takes too long to look through this view here." in anna.get("/").text
