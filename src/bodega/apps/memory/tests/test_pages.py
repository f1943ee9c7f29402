"""What we know, on the page of a customer: written in a line, marked as asked again, handed over to who asks for it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from bodega.apps.memory import queries
from bodega.apps.memory.models import Suggestion, Topic
from bodega.apps.memory.tests.helping import let_care, person, told
from bodega.apps.memory.understanding import understand
from bodega.kernel import change, registry
from bodega.kernel.actors import Actor
from bodega.platform.delivering import deliver_all, enlist
from tests.personas import People
from tests.surfaces.html.visitor import Page, Visitor

pytestmark = pytest.mark.django_db


def visitor(people: People, actor: Actor) -> Visitor:
    return Visitor(people.user(actor))


def proposal(at: Visitor, party: int, line: str) -> Page:
    given = {"party": f"#{party}", "next": f"/people/{party}/", "line": line}
    return at.get(f"/facts/new/?{urlencode(given)}")


def test_a_line_is_proposed_then_kept_and_taken_back(people: People) -> None:
    mia, anna = person(people), visitor(people, people.anna)
    page = proposal(anna, mia, "contract with Acme ends 3/2027")
    assert ("text", "2027-03-31") in page.form_to("/facts/new/").fields
    assert "2027" not in anna.get(f"/people/{mia}/").text, "nothing is kept before somebody said yes"
    page = anna.send(page.form_to("/facts/new/"))
    assert anna.url == f"/people/{mia}/"
    assert "Contract with a competitor ends 31 Mar 2027" in page.text
    undo = next(form for form in page.forms if form.action.startswith("/undo/"))
    anna.send(undo)
    assert "31 Mar 2027" not in anna.get(f"/people/{mia}/").text


def test_a_line_without_a_topic_asks_for_one(people: People) -> None:
    page = proposal(visitor(people, people.anna), person(people), "it rained all day")
    assert "Choose one." in page.text
    assert ("text", "it rained all day") in page.form_to("/facts/new/").fields


def test_a_customer_whom_one_may_not_see_is_asked_for(people: People) -> None:
    hidden, ben = person(people, owner=people.dora.user_id), visitor(people, people.ben)
    page = proposal(ben, hidden, "size 42")
    assert (ben.status, "Mia" in page.text) == (200, False)
    assert "party" in page.form_to("/facts/new/").names | {name for name, _value in page.form_to("/facts/new/").fields}


def test_a_sensitive_line_is_kept_as_such_by_who_may_and_a_riddle_to_others(people: People) -> None:
    mia, ben = person(people), visitor(people, people.ben)
    assert "Choose one." in proposal(ben, mia, "allergic to nuts").text
    let_care(people, people.ben)
    page = ben.send(proposal(ben, mia, "allergic to nuts").form_to("/facts/new/"))
    assert "Allergies nuts" in page.text
    assert [row.text for row in registry.type_of("memory.sensitive").rows(people.anna)] == ["nuts"]


def test_contradictions_are_shown_and_settled_with_a_click(people: People) -> None:
    mia, jo, anna = person(people), person(people, "Jo"), visitor(people, people.anna)
    told(mia, "size", "42", actor=people.anna, days=3)
    doubt = told(mia, "size", "44", actor=people.anna, said_by=jo)
    page = anna.get(f"/people/{mia}/")
    assert "Jo said so to Anna" in page.text
    page = anna.send(page.form_to(f"/facts/{doubt.pk}/do/settle_fact/"))
    assert "Size 44" in page.text
    assert "Jo said so" not in page.text


def test_asked_again_is_one_click_and_is_counted(people: People) -> None:
    mia, anna = person(people), visitor(people, people.anna)
    told(mia, "size", "42", actor=people.anna)
    assert "Nobody had to say anything twice" in anna.get("/asked-again/report/").text
    page = anna.get(f"/people/{mia}/")
    for _time in range(2):
        page = anna.send(page.form_to("/asked-again/new/"))
        assert anna.url == f"/people/{mia}/"
    page = anna.get("/asked-again/report/")
    assert "Of the last three months: 2; of the three before: 0. It rises." in page.text
    assert "Size" in page.text
    ben = visitor(people, people.dora)
    assert "Size" not in ben.get("/asked-again/report/").text, "counted is what one may see"


def test_who_asks_what_we_know_gets_all_of_it_with_sources(people: People) -> None:
    mia, jo = person(people), person(people, "Jo")
    told(mia, "size", "40", actor=people.anna, days=30)
    told(mia, "size", "42", actor=people.anna, said_by=jo, sure="likely", words="take 42")
    told(mia, "allergies", "nuts", actor=people.anna)
    anna = visitor(people, people.anna)
    page = anna.get(f"/people/{mia}/known/")
    assert "take 42" in page.text
    anna.get(f"/people/{mia}/known.json")
    facts = json.loads(anna.response.content)["facts"]
    assert {(one["topic"], one["value"], one["said_by"], one["heard_by"]) for one in facts} == {
        ("Size", "40", None, "Anna"), ("Size", "42", "Jo", "Anna"), ("Allergies", "nuts", None, "Anna"),
    }  # fmt: skip
    ben = visitor(people, people.ben)
    ben.get(f"/people/{mia}/known.json")
    assert {one["topic"] for one in json.loads(ben.response.content)["facts"]} == {"Size"}
    dora = visitor(people, people.dora)
    dora.get(f"/people/{mia}/known/")
    assert dora.status == 404
    dora.get("/deals/1/known/")
    assert dora.status == 404


def noted(people: People, party: int, text: str, **given: Any) -> None:
    values = {"text": text, "about": ("parties.person", party), "owner": people.ben.user_id, **given}
    change.create(registry.type_of("activity.note"), values, actor=people.anna)
    deliver_all()


def test_what_was_written_down_is_suggested_and_decided_with_a_click(people: People) -> None:
    enlist()
    mia, anna = person(people), visitor(people, people.anna)
    noted(people, mia, "Nice talk. Their contract with Acme ends 3/2027. She likes sailing! Allergic to nuts.")
    page = anna.get(f"/people/{mia}/")
    assert "31 Mar 2027? “Their contract with Acme ends 3/2027.”" in page.text
    assert "nuts?" not in page.text, "of sensitive topics nothing is suggested"
    keep = next(form for form in page.forms if "contract" in form.action and "/facts/new/" in form.action)
    page = anna.send(keep)
    assert "Contract with a competitor ends 31 Mar 2027" in page.text
    assert "31 Mar 2027?" not in page.text
    page = anna.send(next(form for form in page.forms if form.action.startswith("/suggestions/")))
    assert "sailing?" not in page.text
    anna.send(next(form for form in page.forms if "back=1" in form.action))
    assert "sailing?" in anna.get(f"/people/{mia}/").text


def test_what_comes_from_a_private_note_is_suggested_to_who_sees_that(people: People) -> None:
    enlist()
    mia, ben = person(people), visitor(people, people.ben)
    noted(people, mia, "She likes sailing!", owner=people.dora.user_id, private=True)
    assert "sailing?" in visitor(people, people.anna).get(f"/people/{mia}/").text
    assert "sailing" not in ben.get(f"/people/{mia}/").text
    ben.post(f"/suggestions/{Suggestion._base_manager.get().pk}/dismiss/", {})
    assert ben.status == 404


def test_patterns_leave_room_for_other_words(people: People) -> None:
    type_ = registry.type_of("memory.topic")
    row = Topic._base_manager.get(key="contract_end")
    change.save(row, {"words": "bound * until {date}"}, actor=people.anna, type_=type_)
    found = understand("they are bound by a promise to Acme until 3/2027", queries.topics().values(), actor=people.anna)
    assert (found.topic and found.topic.key, found.text) == ("contract_end", "3/2027")
