"""The brief: what one should know before a call, on the page of a record, on one of its own, for programs."""

from __future__ import annotations

from typing import Any

import pytest

from bodega.apps.activity import actions
from bodega.apps.activity.projection import project_change
from bodega.kernel import change
from bodega.kernel.registry import type_of
from tests.personas import People
from tests.surfaces.html.visitor import Visitor

pytestmark = pytest.mark.django_db
PERSON, DEAL = type_of("parties.person"), type_of("sales.deal")


@pytest.fixture
def mia(people: People) -> Any:
    """Somebody whom Ben called, before her deal was made, and whom he promised something."""
    made = change.create(PERSON, {"name": "Mia", "phone": "+49 30 1234567"}, actor=people.ben)
    actions.log(text="About the crane", about=(PERSON.key, made.pk), channel="call", actor=people.ben)
    crane = change.create(DEAL, {"name": "Crane", "contact": made.pk}, actor=people.ben)
    project_change(DEAL.key, crane.pk)
    change.create(
        type_of("activity.promise"), {"name": "Send the drawing", "about": (PERSON.key, made.pk)}, actor=people.ben
    )
    return made


def test_it_stands_on_a_page_of_its_own(people: People, mia: Any) -> None:
    page = Visitor(people.user(people.ben)).get(f"/people/{mia.pk}/brief/").text
    for text in (
        "Mia",
        "030 1234567",
        "Send the drawing",
        "Call with Ben",
        "Since then",
        "Crane",
        "About the crane",
    ):
        assert text in page, text


def test_programs_get_the_same_lines(people: People, mia: Any) -> None:
    ben = Visitor(people.user(people.ben)).client
    found = ben.get(f"/api/v1/people/{mia.pk}/brief/").json()
    told = {line["about"]: line for line in found["lines"]}
    assert told["We promised"]["text"] == "Send the drawing"
    assert told["Last contact"] == {"about": "Last contact", "text": "Call with Ben", "note": "just now"}
    assert told["Since then"]["text"] == "Ben added the deal Crane"
    document = ben.get("/api/v1/openapi.json").json()
    assert "/api/v1/people/{id}/brief/" in document["paths"]
    assert "/api/v1/products/{id}/brief/" not in document["paths"]


def test_it_tells_of_nothing_that_one_may_not_see(people: People, mia: Any) -> None:
    note = type_of("activity.note")
    secret = {"text": "Secret", "channel": "visit", "about": (PERSON.key, mia.pk), "private": True}
    made = change.create(note, secret, actor=people.anna)
    project_change(note.key, made.pk)
    for address in (f"/people/{mia.pk}/brief/", f"/api/v1/people/{mia.pk}/brief/"):
        assert "Visit" not in Visitor(people.user(people.ben)).client.get(address).content.decode()
        assert Visitor(people.user(people.dora)).client.get(address).status_code == 404


def test_what_has_no_brief_has_no_page_of_it(people: People) -> None:
    made = change.create(type_of("products.product"), {"name": "Rope"}, actor=people.anna)
    for address in (f"/products/{made.pk}/brief/", f"/api/v1/products/{made.pk}/brief/"):
        assert Visitor(people.user(people.anna)).client.get(address).status_code == 404
