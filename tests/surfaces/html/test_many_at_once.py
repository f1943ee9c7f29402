"""Changing and deleting many records: those that are ticked, or all that a question means; and taking it back."""

from __future__ import annotations

import pytest

from bodega.kernel import change, registry
from bodega.kernel.drafts import Draft
from bodega.kernel.record import RecordType
from bodega.platform.jobs.models import Job
from bodega.platform.jobs.run import run_waiting
from bodega.surfaces.html import bulk, trash
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor


@pytest.fixture
def people_(people: People) -> RecordType:
    type_ = registry.type_of("parties.person")
    names = [f"Person {number}" for number in range(5)]
    change.save_many(type_, [Draft(None, {"name": name}) for name in names], actor=people.anna)
    return type_


def titles_of(type_: RecordType, people: People) -> dict[str, str]:
    return dict(type_.rows(people.anna).order_by("pk").values_list("name", "job_title"))


def pick(anna: Visitor, act: str, *, q: str = "", **more: object) -> Page:
    page = anna.get(f"/people/?q={q}")
    return anna.send(page.form_to("/people/bulk/"), button=("act", act), **more)


def ids(type_: RecordType, people: People, *names: str) -> list[int]:
    return [*type_.rows(people.anna).filter(name__in=names).order_by("pk").values_list("pk", flat=True)]


def test_one_field_of_the_ticked_records_is_changed(people_: RecordType, people: People, anna: Visitor) -> None:
    page = pick(anna, "change", ids=ids(people_, people, "Person 1", "Person 3"))
    assert "Change 2 people" in page.text
    page = anna.send(page.form_to("/people/bulk/"), field="job_title")
    page = anna.send(page.form_to("/people/bulk/"), job_title="Buyer")
    assert "2 records were changed." in page.text
    assert [name for name, title in titles_of(people_, people).items() if title == "Buyer"] == ["Person 1", "Person 3"]
    undo = next(form for form in page.forms if form.action.startswith("/undo/"))
    page = anna.send(undo)
    assert "2 records are as they were." in page.text
    assert set(titles_of(people_, people).values()) == {""}


def test_a_value_that_does_not_fit_is_told(people_: RecordType, people: People, anna: Visitor) -> None:
    page = pick(anna, "change", ids=ids(people_, people, "Person 1"))
    page = anna.send(page.form_to("/people/bulk/"), field="email")
    page = anna.send(page.form_to("/people/bulk/"), email="nowhere")
    assert (anna.status, "“nowhere” is not an e-mail address" in page.text) == (422, True)


def test_a_field_is_emptied_by_sending_nothing(people_: RecordType, people: People, anna: Visitor) -> None:
    one = ids(people_, people, "Person 1")
    change.save(one[0], {"job_title": "Buyer"}, actor=people.anna, type_=people_)
    page = anna.send(pick(anna, "change", ids=one).form_to("/people/bulk/"), field="job_title")
    anna.send(page.form_to("/people/bulk/"))
    assert titles_of(people_, people)["Person 1"] == ""


def test_the_ticked_records_are_deleted_and_come_back(people_: RecordType, people: People, anna: Visitor) -> None:
    page = pick(anna, "delete", ids=ids(people_, people, "Person 0", "Person 4"))
    assert [*titles_of(people_, people)] == ["Person 1", "Person 2", "Person 3"]
    anna.send(next(form for form in page.forms if form.action.startswith("/undo/")))
    assert len(titles_of(people_, people)) == 5


def test_all_that_a_question_means_are_asked_for_once_more(people_: RecordType, people: People, anna: Visitor) -> None:
    change.create(people_, {"name": "Somebody else"}, actor=people.anna)
    page = pick(anna, "delete", q="name:person", all="1")
    assert ("Delete 5 people" in page.text, len(titles_of(people_, people))) == (True, 6)
    anna.send(page.form_to("/people/bulk/"))
    assert [*titles_of(people_, people)] == ["Somebody else"]


def test_more_than_a_person_waits_for_is_a_job_that_says_how_far_it_is(
    people_: RecordType, people: People, anna: Visitor, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    page = anna.send(pick(anna, "change", all="1").form_to("/people/bulk/"), field="job_title")
    page = anna.send(page.form_to("/people/bulk/"), job_title="Buyer")
    assert "This is being done to all people of this list. You can go on working." in page.text
    assert set(titles_of(people_, people).values()) == {""}
    work = Job.objects.get(name__endswith="do_to_many")
    assert "This waits for its turn." in anna.get(f"/work/{work.pk}/").text
    run_waiting()
    assert set(titles_of(people_, people).values()) == {"Buyer"}
    assert f'data-work="/work/{work.pk}/"' in anna.get("/deals/").html, "on whatever page one is by now"
    page = anna.get(f"/work/{work.pk}/")
    assert "5 records were changed." in page.text
    assert f"/work/{work.pk}/" not in anna.get("/deals/").html, "it has been told"
    ben = visit(people.ben)
    ben.get(f"/work/{work.pk}/")
    assert ben.status == 404
    monkeypatch.setattr(trash, "AT_ONCE", 3)
    anna.send(page.forms[0])
    assert "This is being taken back." in anna.get("/people/").text
    assert set(titles_of(people_, people).values()) == {"Buyer"}
    run_waiting()
    assert set(titles_of(people_, people).values()) == {""}
    work = Job.objects.get(name__endswith="undo_many")
    assert "5 records are as they were." in anna.get(f"/work/{work.pk}/").text


def test_work_that_nobody_remembers_is_told_of_no_more(
    people_: RecordType, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    page = anna.send(pick(anna, "change", all="1").form_to("/people/bulk/"), field="job_title")
    anna.send(page.form_to("/people/bulk/"), job_title="Buyer")
    url = f"/work/{Job.objects.get(name__endswith='do_to_many').pk}/"
    assert url in anna.get("/deals/").html
    Job.objects.all().delete()
    anna.get(url)
    assert (anna.status, url in anna.get("/deals/").html) == (404, False)


def test_one_record_says_what_was_done_to_many(
    people_: RecordType, people: People, anna: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    page = anna.send(pick(anna, "change", all="1").form_to("/people/bulk/"), field="job_title")
    anna.send(page.form_to("/people/bulk/"), job_title="Buyer")
    run_waiting()
    one = ids(people_, people, "Person 2")[0]
    page = anna.get(f"/people/{one}/?tab=history")
    assert "for many at once, with 4 others" in page.text
    page = anna.send(next(form for form in page.forms if "whole=1" in form.action))
    assert set(titles_of(people_, people).values()) == {""}


def test_nothing_ticked_does_nothing(people_: RecordType, anna: Visitor) -> None:
    assert "Tick what you mean first." in pick(anna, "delete").text


def test_only_what_one_may_change_is_changed(people_: RecordType, people: People, visit: Visit) -> None:
    everybody = ids(people_, people, *titles_of(people_, people))
    dora = visit(people.dora)
    page = dora.post("/people/bulk/", [("act", "delete"), *(("ids", str(pk)) for pk in everybody)])
    assert "5 could not be" in page.text
    cleo = visit(people.cleo)
    cleo.post("/people/bulk/", [("act", "delete"), *(("ids", str(pk)) for pk in everybody)])
    assert (cleo.status, len(titles_of(people_, people))) == (403, 5)


def test_a_verb_for_many_is_offered_in_the_list_and_done_as_one_act(people: People, anna: Visitor) -> None:
    tasks = registry.type_of("activity.task")
    made = change.save_many(tasks, [Draft(None, {"name": f"Task {n}"}) for n in range(3)], actor=people.anna).created
    page = anna.get("/tasks/")
    page = anna.send(page.form_to("/tasks/bulk/"), button=("act", "finish_many"), ids=made[:2])
    assert "2 records were changed." in page.text
    assert [*tasks.rows(people.anna).filter(done_at=None).values_list("pk", flat=True)] == made[2:]
    undo = next(form for form in page.forms if form.action.startswith("/undo/"))
    anna.send(undo)
    assert tasks.rows(people.anna).filter(done_at=None).count() == 3
