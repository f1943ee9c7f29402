"""A line typed anywhere becomes an interaction: what is understood fills the form in, and a person sends it."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest

from bodega.apps.activity.records import note, task
from bodega.apps.parties.records import organisation, person
from bodega.kernel import change
from bodega.kernel.drafts import Draft
from bodega.lib import clock
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor


@pytest.fixture
def customers(people: People) -> dict[str, int]:
    names = ["Mia Berg", "Mia Bergmann", "Mia Holm", "Tom Wren"]
    made = change.save_many(person, [Draft(None, {"name": name}) for name in names], actor=people.anna).created
    firm = change.create(organisation, {"name": "Isdom GmbH"}, actor=people.anna).pk
    return dict(zip([*names, "Isdom GmbH"], [*made, firm], strict=True))


def logging(anna: Visitor, line: str) -> Page:
    page = anna.get(f"/find/?q={quote_plus(f'log {line}')}")
    url = next(link for link in page.links if link.startswith("/notes/new/"))
    return anna.get(url)


def test_a_line_in_the_palette_becomes_an_interaction_with_whom_it_names(
    customers: dict[str, int], people: People, anna: Visitor
) -> None:
    page = logging(anna, "called Mia Berg 5 min, no answer, follow up tomorrow")
    assert not note.rows(people.anna).exists(), "nothing is written before it is sent"
    anna.send(page.form_to("/notes/new/"))
    made = note.rows(people.anna).get()
    assert (made.channel, made.minutes, made.outcome) == ("call", 5, "no_answer")
    assert made.participants == [customers["Mia Berg"]]
    follow = task.rows(people.anna).get()
    assert (follow.due_on > clock.today(people.anna.zone), follow.about_id) == (True, customers["Mia Berg"])
    assert "called Mia Berg 5 min" in anna.get(f"/people/{customers['Mia Berg']}/").text


def test_a_name_that_several_have_is_left_to_whoever_writes(
    customers: dict[str, int], people: People, anna: Visitor
) -> None:
    page = logging(anna, "called Mia about the order")
    page = anna.send(page.form_to("/notes/new/"))
    assert (anna.status, "Say with whom it was" in page.text) == (422, True)
    anna.send(page.form_to("/notes/new/"), participants_text="Mia Holm")
    assert note.rows(people.anna).get().participants == [customers["Mia Holm"]]


def test_an_organisation_is_named_by_its_first_word(customers: dict[str, int], people: People, anna: Visitor) -> None:
    anna.send(logging(anna, "meeting with Isdom yesterday").form_to("/notes/new/"))
    made = note.rows(people.anna).get()
    assert (made.channel, made.participants) == ("meeting", [customers["Isdom GmbH"]])
    assert made.happened_at.date() < clock.today(people.anna.zone)


def test_without_a_day_to_follow_up_nothing_follows(customers: dict[str, int], people: People, anna: Visitor) -> None:
    anna.send(logging(anna, "called Tom Wren").form_to("/notes/new/"))
    assert (note.rows(people.anna).count(), task.rows(people.anna).count()) == (1, 0)


def test_whom_one_may_not_see_is_not_understood(customers: dict[str, int], people: People, visit: Visit) -> None:
    ben, url = visit(people.ben), "/notes/new/?line=called+Hidden+Hilda"
    before = ben.get(url).html.count("Hilda")
    change.create(person, {"name": "Hidden Hilda", "private": True}, actor=people.anna)
    assert ben.get(url).html.count("Hilda") == before, "as it was typed, and nowhere else"
    assert visit(people.anna).get(url).html.count("Hilda") > before


def test_the_palette_offers_the_form_to_whoever_begins_to_type(anna: Visitor) -> None:
    assert "/notes/new/" in anna.get("/find/?q=lo").links
    assert "/notes/new/" not in anna.get("/find/?q=xlog").links
