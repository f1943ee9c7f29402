"""What notes seem to tell: amounts, names, addresses and numbers, for whoever is meant; a person decides."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest

from bodega.apps.memory import clues, queries, suggesting
from bodega.apps.memory.models import Suggestion
from bodega.apps.memory.tests.helping import person
from bodega.apps.memory.understanding import sentences, understand
from bodega.kernel import change, registry
from bodega.kernel.actors import Actor, system
from bodega.platform.delivering import deliver_all, enlist
from tests.personas import People
from tests.surfaces.html.visitor import Page, Visitor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("line", "key", "text"),
    [
        ("their budget is about 20k", "budget", "20k"),
        ("Das Budget liegt bei rund 20.000 €", "budget", "20000 €"),
        ("budget for 2027 is 1.5 Mio EUR", "budget", "1.5m EUR"),
        ("Budget: 20 Tsd. Euro bis März", "budget", "20k EUR"),
        ("can spend $12,500 this year", "budget", "$12500"),
        ("budget 20000", "budget", "20000"),
        ("budget 2027", "budget", ""),
        ("budget meeting with 12 people on Friday", "budget", ""),
        ("my wife Anna loves tea", "family", "wife Anna"),
        ("Seine Frau heißt Anna Berg und segelt", "family", "Frau Anna Berg"),
        ("Frau Berg kommt am Freitag", None, "Frau Berg kommt am Freitag"),
        ("the daughter wants a horse", "family", "daughter wants a horse"),
        ("new boss is Tom Reed, since May", "works_with", "boss Tom Reed"),
        ("call me Bob when we meet", "addressed", "Bob"),
        ("call me tomorrow", "addressed", ""),
        ("would like an answer by Friday", None, "would like an answer by Friday"),
        ("I like tea", "likes", "tea"),
    ],
)
def test_amounts_and_names_are_read_by_their_shape(people: People, line: str, key: str | None, text: str) -> None:
    found = understand(line, queries.topics().values(), actor=people.anna)
    assert (found.topic and found.topic.key, found.text) == (key, text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to Mia.Berg@Example.com.", [("email", "mia.berg@example.com")]),
        ("her mobile is +49 171 5557788, after 5", [("phone", "+491715557788")]),
        ("Handy 0171 5557788", [("phone", "+491715557788")]),
        ("on 2026-12-03 at 10:30 for 20.000 EUR, order 4711", []),
    ],
)
def test_addresses_and_numbers_are_found(text: str, found: list[tuple[str, str]]) -> None:
    assert [*clues.reaches(text, country="DE")] == found


@pytest.mark.parametrize(
    "bad", ["a@" * 2_500, "1 " * 2_500, "x." * 2_500, "wife " * 1_000, "20.000" * 800, "budget 1 " * 500]
)
def test_no_text_takes_long(people: People, bad: str) -> None:
    before = perf_counter()
    for sentence in sentences(bad):
        [*clues.reaches(sentence, country="DE")]
        understand(sentence, queries.topics().values(), actor=people.anna)
    assert perf_counter() - before < 2


def noted(people: People, text: str, *parties: int, **given: Any) -> int:
    values = {"text": text, "participants": [*parties], "owner": people.ben.user_id, **given}
    found: int = change.create(registry.type_of("activity.note"), values, actor=people.anna).pk
    deliver_all()
    return found


def page_of(people: People, party: int, actor: Actor | None = None) -> tuple[Visitor, Page]:
    at = Visitor(people.user(actor or people.anna))
    return at, at.get(f"/people/{party}/")


def test_whoever_is_named_is_meant_else_a_person_chooses(people: People) -> None:
    enlist()
    mia, jo = person(people, "Mia Berg"), person(people, "Jo Reed")
    noted(people, "Nice lunch. Mia likes sailing. Size 42.", mia, jo)
    assert [one.text for one in suggesting.suggested(mia, actor=people.anna)] == ["sailing", "42"]
    assert [one.text for one in suggesting.suggested(jo, actor=people.anna)] == ["42"]
    at, page = page_of(people, mia)
    at.send(next(form for form in page.forms if f"party=%23{jo}" in form.action))
    assert [[row.values["text"] for row in one.holds] for one in queries.known(jo, actor=people.anna)] == [["42"]]
    assert queries.known(mia, actor=people.anna) == []
    assert [one.text for one in suggesting.suggested(mia, actor=people.anna)] == ["sailing"], (
        "what is kept of one is done"
    )


def test_a_number_that_nobody_has_is_offered_and_added_and_taken_back(people: People) -> None:
    enlist()
    mia = person(people, "Mia Berg", email="mia@example.com")
    noted(people, "Her mobile is +49 171 5557788, mail goes to mia@example.com.", mia)
    at, page = page_of(people, mia)
    assert [one.text for one in suggesting.suggested(mia, actor=people.anna)] == ["+491715557788"]
    page = at.send(next(form for form in page.forms if "/reach/" in form.action))
    assert "The way to reach them was added." in page.text
    held = suggesting.held_points([mia])[mia]
    assert held == {"mia@example.com", "+491715557788"}
    assert suggesting.suggested(mia, actor=people.anna) == []
    at.send(next(form for form in page.forms if form.action.startswith("/undo/")))
    assert suggesting.held_points([mia])[mia] == {"mia@example.com"}
    assert [one.channel for one in suggesting.suggested(mia, actor=people.anna)] == ["phone"]


def test_who_may_not_change_the_customer_adds_nothing(people: People) -> None:
    enlist()
    mia = person(people, "Mia Berg")
    noted(people, "Her mobile is +49 171 5557788.", mia, owner=people.dora.user_id, private=True)
    one = Suggestion._base_manager.get()
    ben = Visitor(people.user(people.ben))
    ben.post(f"/suggestions/{one.pk}/reach/?party={mia}", {})
    assert ben.status == 404
    assert suggesting.held_points([mia]) == {}


def test_what_is_made_again_stays_what_it_was(people: People) -> None:
    """Somebody may be about to decide about it."""
    mia = person(people)
    note = noted(people, "She likes sailing. Size 42.", mia)
    suggesting.suggest([note], actor=system("test"))
    before = {*Suggestion._base_manager.values_list("pk", "text")}
    assert {text for _pk, text in before} == {"sailing", "42"}
    row = registry.type_of("activity.note").every().get(pk=note)
    change.save(row, {"text": "She likes sailing."}, actor=people.anna, type_=registry.type_of("activity.note"))
    suggesting.suggest([note], actor=system("test"))
    assert {*Suggestion._base_manager.values_list("pk", "text")} == {one for one in before if one[1] == "sailing"}


def test_after_logging_it_is_suggested_at_once(people: People) -> None:
    mia = person(people)
    at = Visitor(people.user(people.anna))
    at.post(
        f"/notes/new/?about=parties.person%23{mia}&next=/people/{mia}/",
        {"text": "She likes sailing", "channel": "call", "fields": "text channel"},
    )
    page = at.get(f"/people/{mia}/")
    assert "sailing?" in page.text
    assert [key in page.html for key in ('data-key="y"', 'data-key="n"')] == [True, True]
