"""The stream of a team: what it writes to itself, and what its members did, as far as the reader may see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bodega.apps.activity import actions
from bodega.apps.talk import queries
from bodega.apps.talk.records import comment
from bodega.kernel import change
from bodega.kernel.actors import Actor
from bodega.kernel.registry import type_of
from bodega.platform.delivering import deliver_all, enlist
from tests.personas import People
from tests.surfaces.html.visitor import Visitor


@pytest.fixture
def north(people: People) -> int:
    """The team of Anna and Ben."""
    enlist()
    return int(*people.user(people.ben).teams)


def log(text: str, *, actor: Actor, about: Any = None, **given: Any) -> Any:
    about = about or change.create(type_of("parties.organisation"), {"name": f"Of {text}"}, actor=actor)
    made = actions.log(text=text, about=("parties.organisation", about.pk), channel="call", actor=actor, **given)
    deliver_all()
    return made


def post(text: str, team: int, *, actor: Actor) -> Any:
    return change.create(comment, {"text": text, "about": (queries.TEAM, team)}, actor=actor)


def shown(people: People, actor: Actor, url: str, *texts: str) -> list[str]:
    page = Visitor(people.user(actor)).get(url)
    return [text for text in texts if text in page.text]


def test_posts_and_what_members_did_stand_together(people: People, north: int) -> None:
    url, task = f"/teams/{north}/", actions.add_task(name="Send samples", actor=people.ben)
    actions.finish(task, actor=people.ben)
    log("Rang about the quay", actor=people.ben)
    log("Of the other team", actor=people.dora)
    post("Stand-up moves to 9:15", north, actor=people.anna)
    every = ("Rang about the quay", "Send samples", "Stand-up moves to 9:15", "Of the other team")
    assert shown(people, people.anna, url, *every) == [*every[:3]]
    assert shown(people, people.anna, f"{url}?kind=posts", *every) == ["Stand-up moves to 9:15"]
    assert "Of Rang about the quay" in Visitor(people.user(people.anna)).get(url).text


def test_nobody_sees_more_than_elsewhere(people: People, north: int) -> None:
    made = log("Rang about the quay", actor=people.ben)
    url = f"/teams/{north}/"
    assert shown(people, people.dora, url, "Rang about the quay") == []
    everything = {"levels": {"*": {"view": "all"}}, "name": "Sees everything"}
    role = change.create(type_of("kernel.role"), everything, actor=people.anna).pk
    change.save(people.user(people.dora), {"roles": [role]}, actor=people.anna, type_=type_of("kernel.user"))
    assert shown(people, people.dora, url, "Rang about the quay") == ["Rang about the quay"]
    change.save(made, {"private": True}, actor=people.anna, type_=type_of("activity.note"))
    assert shown(people, people.dora, url, "Rang about the quay") == []


def test_it_goes_on_page_by_page(people: People, north: int) -> None:
    isdom = change.create(type_of("parties.organisation"), {"name": "Isdom"}, actor=people.ben)
    texts = [f"Nr. {number:02d}." for number in range(40)]
    for at, text in enumerate(texts):
        log(text, actor=people.ben, about=isdom) if at % 2 else post(text, north, actor=people.anna)
    anna, url, seen = Visitor(people.user(people.anna)), f"/teams/{north}/", list[str]()
    while url:
        page = anna.get(url)
        seen += sorted((text for text in texts if text in page.text), reverse=True)
        url = next((link for link in page.links if "before=" in link), "")
    assert seen == texts[::-1]


def test_it_costs_the_same_however_much_there_is(people: People, north: int) -> None:
    isdom = change.create(type_of("parties.organisation"), {"name": "Isdom"}, actor=people.ben)
    anna, costs = Visitor(people.user(people.anna)), []
    for many in (1, 4):
        for number in range(many):
            log(f"Call {number}", actor=people.ben, about=isdom)
            post(f"Post {number}", north, actor=people.anna)
        anna.get(f"/teams/{north}/")
        with CaptureQueriesContext(connection) as asked:
            anna.get(f"/teams/{north}/")
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_the_first_page_leads_there(people: People, north: int) -> None:
    log("Rang about the quay", actor=people.ben)
    page = Visitor(people.user(people.anna)).get("/")
    assert f"/teams/{north}/" in page.links
    anna = Visitor(people.user(people.anna))
    anna.send(anna.get(f"/teams/{north}/").form_to("/comments/new/"), text="Well done")
    assert (anna.url, shown(people, people.ben, f"/teams/{north}/", "Well done")) == (f"/teams/{north}/", ["Well done"])
