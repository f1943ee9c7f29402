"""Tasks about several records: entered in the form, given to many records at once, and taken back."""

from __future__ import annotations

import pytest

from bodega.apps.activity.actions import log_call
from bodega.apps.activity.models import Task
from bodega.apps.activity.repeating import MOST_ABOUT
from bodega.kernel import change, history, query, registry
from bodega.kernel.drafts import Draft
from bodega.kernel.record import RecordType
from bodega.lib import clock
from bodega.platform.delivering import deliver_all, enlist
from bodega.platform.jobs.run import run_waiting
from bodega.surfaces.html import bulk
from bodega.surfaces.html.jobs import do_to_many
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor

PERSON = "parties.person"


@pytest.fixture
def three(people: People) -> list[int]:
    drafts = [Draft(None, {"name": name}) for name in ("Ada", "Bob", "Cleo")]
    return change.save_many(registry.type_of(PERSON), drafts, actor=people.anna).created


@pytest.fixture
def tasks() -> RecordType:
    return registry.type_of("activity.task")


def abouts(tasks: RecordType, people: People) -> list[list[int]]:
    """Of each task the numbers of all records that it is about."""
    rows = tasks.read(tasks.rows(people.anna).order_by("pk"), ["about", "others"])
    return [
        [pk for _type, pk in (row.values["about"], *(line["about"] for line in row.values["others"]))] for row in rows
    ]


def asked(anna: Visitor, ids: list[int], **given: object) -> Page:
    page = anna.send(anna.get("/people/").form_to("/people/bulk/"), button=("act", "task"), ids=ids)
    return anna.send(page.form_to("/people/bulk/"), **given) if given else page


def test_each_of_the_ticked_records_gets_a_task(
    three: list[int], tasks: RecordType, people: People, anna: Visitor
) -> None:
    page = asked(anna, three, name="Send the new price list", priority="high")
    assert "3 records were added." in page.text
    assert abouts(tasks, people) == [[pk] for pk in three]
    assert {*tasks.rows(people.anna).values_list("name", "priority")} == {("Send the new price list", "high")}
    page = anna.send(next(form for form in page.forms if form.action.startswith("/undo/")))
    assert "3 records are as they were." in page.text
    assert abouts(tasks, people) == []


def test_one_task_about_all_of_them_stands_on_every_page_until_it_is_done(
    three: list[int], tasks: RecordType, people: People, anna: Visitor
) -> None:
    today = clock.today(people.anna.zone)
    asked(anna, three, name="Invite to the fair", due_on=today, together="yes")
    assert abouts(tasks, people) == [three]
    enlist()
    deliver_all()
    assert [*registry.type_of(PERSON).rows(people.anna).values_list("next_due", flat=True)] == [today] * 3
    pages = [anna.get(f"/people/{pk}/") for pk in three]
    assert all("Invite to the fair" in page.text for page in pages)
    finish = next(
        form for form in pages[2].forms if form.action.endswith("/do/finish/") or "/do/finish/" in form.action
    )
    anna.send(finish)
    enlist()
    deliver_all()
    assert [*registry.type_of(PERSON).rows(people.anna).values_list("next_due", flat=True)] == [None] * 3


def test_what_is_wrong_is_told_beside_its_field(three: list[int], anna: Visitor) -> None:
    page = asked(anna, three, name="")
    assert (anna.status, "What is missing." in page.text) == (422, True)
    page = asked(anna, three, name="Call", due_on="someday")
    assert (anna.status, "someday" in page.html) == (422, True)


def test_all_that_match_get_a_task_once_also_where_the_work_is_broken_off(
    three: list[int], tasks: RecordType, people: People, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    page = anna.send(anna.get("/people/").form_to("/people/bulk/"), button=("act", "task"), all="on")
    assert "One task about all of them" in page.text  # they are few
    anna.send(page.form_to("/people/bulk/"), name="Call")
    run_waiting()
    assert abouts(tasks, people) == [[pk] for pk in three]
    question = query.parse("", registry.type_of(PERSON), actor=people.anna).to_json()
    for _again in range(2):
        values = {"name": "Write", "kind": "task", "due_on": None, "priority": "normal", "owner": None}
        do_to_many.enqueue(
            type_key=PERSON, question=question, act="task", values=values, user=people.anna.user_id, batch="bulk-twice"
        )
    run_waiting()
    assert tasks.rows(people.anna).filter(name="Write").count() == 3


def test_a_task_that_repeats_keeps_all_that_it_is_about(three: list[int], tasks: RecordType, people: People) -> None:
    given = {
        "name": "Review", "about": (PERSON, three[0]), "others": [{"about": (PERSON, pk)} for pk in three[1:]],
        "due_on": clock.today(people.anna.zone), "repeat": "FREQ=WEEKLY;INTERVAL=1",
    }  # fmt: skip
    first = change.create(tasks, given, actor=people.anna)
    next(action for action in tasks.actions if action.name == "finish")(first.pk, actor=people.anna)
    assert abouts(tasks, people) == [three, three]


def test_who_may_not_see_a_record_can_not_add_it_and_is_not_told_its_name(
    three: list[int], tasks: RecordType, people: People, visit: Visit
) -> None:
    hidden = change.create(registry.type_of(PERSON), {"name": "Hidden Hilda", "private": True}, actor=people.anna)
    given = {"name": "Call both", "about": (PERSON, three[0]), "others": [{"about": (PERSON, hidden.pk)}]}
    made = change.create(tasks, given, actor=people.anna)
    ben = visit(people.ben)
    page = ben.get(f"/tasks/{made.pk}/")
    assert (ben.status, "Hidden Hilda" in page.html) == (200, False)
    other = [Draft(None, {**given, "name": "Mine"})]
    assert change.save_many(tasks, other, actor=people.ben).problems


def test_one_task_is_about_fifty_at_most(three: list[int], tasks: RecordType, people: People) -> None:
    others = [{"about": (PERSON, three[0])}] * (MOST_ABOUT + 1)
    found = change.save_many(tasks, [Draft(None, {"name": "Call", "others": others})], actor=people.anna)
    assert "up to 50" in str(found.problems[0].problem)


def test_the_history_tells_what_else_it_is_about_and_undo_takes_it_back(
    three: list[int], tasks: RecordType, people: People
) -> None:
    made: Task = change.create(tasks, {"name": "Call", "about": (PERSON, three[0])}, actor=people.anna)
    change.save(made, {"others": [{"about": (PERSON, three[1])}]}, actor=people.anna, type_=tasks)
    assert abouts(tasks, people) == [three[:2]]
    history.undo(history.last_acts(tasks, [made.pk])[made.pk].pk, actor=people.anna)
    assert abouts(tasks, people) == [three[:1]]


def test_a_panel_is_asked_for_what_else_tasks_are_about(
    three: list[int], tasks: RecordType, people: People, anna: Visitor
) -> None:
    for name in ("Call about tea", "Write about rope"):
        given = {"name": name, "about": (PERSON, three[0]), "others": [{"about": (PERSON, three[1])}]}
        change.create(tasks, given, actor=people.anna)
    page = anna.get(f"/people/{three[1]}/panel/activity.to_do/?q=tea", **{"hx-request": "true"})
    assert ("Call about tea" in page.text, "Write about rope" in page.text) == (True, False), page.html


def test_a_call_is_logged_also_where_somebody_it_is_about_is_hidden(
    three: list[int], tasks: RecordType, people: People
) -> None:
    hidden = change.create(registry.type_of(PERSON), {"name": "Hilda", "private": True}, actor=people.anna).pk
    given = {
        "name": "Call both", "kind": "call", "about": (PERSON, hidden), "others": [{"about": (PERSON, three[0])}],
        "owner": people.ben.user_id,
    }  # fmt: skip
    made = change.create(tasks, given, actor=people.anna)
    log_call(made.pk, text="Rang", actor=people.ben)
    notes = registry.type_of("activity.note")
    assert [*notes.rows(people.anna).values_list("about_id", "participants")] == [(three[0], [three[0]])]
