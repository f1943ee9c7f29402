"""What comes next is offered where something was logged, started or promised, and taken with a click."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bodega.apps.activity import promising
from bodega.apps.activity.records import follow_up, note, plan, promise, task
from bodega.apps.parties.records import organisation, person
from bodega.apps.sales.records import deal
from bodega.kernel import change
from bodega.lib import clock
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.test_understood import heard
from tests.surfaces.html.visitor import Visitor


@pytest.fixture
def isdom(people: People) -> int:
    return int(change.create(organisation, {"name": "Isdom"}, actor=people.anna).pk)


@pytest.fixture
def again(people: People) -> int:
    values = {"outcome": "no_answer", "name": "Call again", "days": 1}
    return int(change.create(follow_up, values, actor=people.anna).pk)


def test_the_message_offers_the_next_step_and_undo_leaves_the_call(
    isdom: int, again: int, people: People, anna: Visitor
) -> None:
    form = anna.get(f"/organisations/{isdom}/").form_to("/notes/new/")
    page = anna.send(form, text="Rang", channel="call", outcome="no_answer")
    assert "No answer → Call again, " in page.text
    assert not task.rows(people.anna).exists()
    page = anna.send(next(form for form in page.forms if "next-step" in form.action))
    made = task.rows(people.anna).get()
    assert (made.name, made.about_id, anna.url) == ("Call again", isdom, f"/organisations/{isdom}/")
    anna.send(next(form for form in page.forms if form.action.startswith("/undo/")))
    assert (task.rows(people.anna).count(), note.rows(people.anna).count()) == (0, 1)


def test_in_the_line_it_is_a_mark_that_nobody_has_ticked(isdom: int, again: int, people: People, anna: Visitor) -> None:
    line, about = "called, no answer", f"parties.organisation#{isdom}"
    found, text = heard(anna, about, line)
    assert "offered" not in found
    assert "Call again, " in text
    assert "Call again" not in heard(anna, about, f"{line}, tomorrow")[1]
    form = anna.get(f"/organisations/{isdom}/").form_to("/notes/new/")
    page = anna.send(form, text=line, channel="call", outcome="no_answer", offered=str(again))
    assert task.rows(people.anna).get().name == "Call again"
    assert "next-step" not in page.html
    anna.send(next(form for form in page.forms if form.action.startswith("/undo/")))
    assert (task.rows(people.anna).count(), note.rows(people.anna).count()) == (0, 0)


def test_a_mark_that_does_not_belong_to_the_outcome_makes_nothing(
    isdom: int, again: int, people: People, anna: Visitor
) -> None:
    form = anna.get(f"/organisations/{isdom}/").form_to("/notes/new/")
    anna.send(form, text="Agreed", channel="call", outcome="agreed", offered=str(again))
    assert (task.rows(people.anna).count(), note.rows(people.anna).count()) == (0, 1)


def test_a_plan_asks_who_does_its_steps_once_it_is_chosen(isdom: int, people: People, anna: Visitor) -> None:
    steps = [{"name": "Greet", "who": "asked"}]
    chosen = str(change.create(plan, {"name": "Handed out", "steps": steps}, actor=people.anna).pk)
    form = anna.get(f"/plans/start/?about=parties.organisation%23{isdom}").form_to("/plans/start/")
    page = anna.send(form, plan=chosen)
    assert "Who does step 1, “Greet”" in page.text
    assert anna.status == 200
    anna.send(page.form_to("/plans/start/"), who_1="")
    assert anna.status == 422
    anna.send(page.form_to("/plans/start/"), who_1=f"#{people.ben.user_id}", who_1_text="Ben")
    assert task.rows(people.anna).get().owner_id == people.ben.user_id


def test_a_promise_about_a_deal_stands_with_its_customer_for_those_who_see_both(
    isdom: int, people: People, anna: Visitor, visit: Visit
) -> None:
    hall = change.create(deal, {"name": "Hall 2", "account": isdom}, actor=people.anna).pk
    day = clock.today(people.anna.zone) + timedelta(days=1)
    made = promising.promise(name="Send drawings", about=("sales.deal", hall), due_on=day, actor=people.anna)
    text = anna.get(f"/organisations/{isdom}/").text
    assert "Promised Send drawings Hall 2 Tomorrow" in text
    assert "We promised Send drawings · Hall 2 due Tomorrow" in text
    promising.keep(made.pk, actor=people.anna)
    assert "Promised" not in anna.get(f"/organisations/{isdom}/").text


def test_of_such_a_promise_nobody_is_told_who_may_not_see_it_or_the_deal(people: People, visit: Visit) -> None:
    mine = {"owner": people.dora.user_id}
    firm = change.create(organisation, {"name": "Isdom", **mine}, actor=people.anna).pk
    seen = change.create(deal, {"name": "Hall 2", "account": firm, **mine}, actor=people.anna).pk
    hidden = change.create(deal, {"name": "Hall 3", "account": firm, "private": True}, actor=people.anna).pk
    given = [("Told", seen, mine), ("Of the hidden", hidden, mine), ("Not hers", seen, {"private": True})]
    for name, about, whose in given:
        change.create(promise, {"name": name, "about": ("sales.deal", about), **whose}, actor=people.anna)
    text = visit(people.dora).get(f"/organisations/{firm}/").text
    assert [name for name, *_more in given if name in text] == ["Told"]


def test_the_list_of_promises_begins_with_those_to_be_kept(isdom: int, people: People, anna: Visitor) -> None:
    about = ("parties.organisation", isdom)
    kept = promising.promise(name="Old one", about=about, actor=people.anna)
    promising.keep(kept.pk, actor=people.anna)
    promising.promise(name="New one", about=about, actor=people.anna)
    page = anna.get("/promises/")
    assert "New one" in page.text
    assert "Old one" not in page.text
    assert "Old one" in anna.get("/promises/?q=").text
    assert 'href="/promises/?q="' in page.html


def test_a_call_that_was_to_be_made_is_logged_with_its_outcome_and_is_done(
    isdom: int, again: int, people: People, anna: Visitor
) -> None:
    mia = change.create(person, {"name": "Mia"}, actor=people.anna).pk
    given = {
        "name": "Ask for the order", "kind": "call", "about": ("parties.organisation", isdom),
        "others": [{"about": ("parties.person", mia)}],
    }  # fmt: skip
    made = change.create(task, given, actor=people.anna)
    page = anna.get(f"/tasks/{made.pk}/do/log_call/")
    page = anna.send(
        page.form_to(f"/tasks/{made.pk}/do/log_call/"), text="Nobody there", outcome="no_answer", minutes=1
    )
    assert "No answer → Call again, " in page.text
    written = note.rows(people.anna).get()
    assert (written.channel, written.direction, written.outcome) == ("call", "out", "no_answer")
    assert all("Nobody there" in anna.get(url).text for url in (f"/people/{mia}/", f"/organisations/{isdom}/"))
    assert task.rows(people.anna).get().done_at
    undo = next(form for form in page.forms if form.action.startswith("/undo/"))
    anna.send(undo)
    assert (note.rows(people.anna).count(), task.rows(people.anna).get().done_at) == (0, None)


def test_only_a_call_is_logged_so(people: People, anna: Visitor) -> None:
    made = change.create(task, {"name": "Send the catalogue"}, actor=people.anna)
    anna.get(f"/tasks/{made.pk}/do/log_call/")
    assert anna.status == 409
