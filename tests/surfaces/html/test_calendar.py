"""Records on the days of one of their dates: what stands where, for whom, and moving it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bodega.kernel import change, registry
from bodega.kernel.drafts import Draft
from bodega.kernel.models import CustomField
from bodega.kernel.record import RecordType
from bodega.kernel.scope import rearranged
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor, query_of

MAY = "at=2026-05-14"


@pytest.fixture
def tasks(people: People) -> RecordType:
    type_ = registry.type_of("activity.task")
    days = {"Ring": date(2026, 5, 14), "Write": date(2026, 5, 14), "Visit": date(2026, 6, 3), "Someday": None}
    change.save_many(
        type_, [Draft(None, {"name": name, "due_on": day}) for name, day in days.items()], actor=people.anna
    )
    return type_


def numbers(type_: RecordType, people: People) -> dict[str, int]:
    return dict(type_.rows(people.anna).values_list("name", "pk"))


def on(page: Page, day: str) -> str:
    """What stands on a day."""
    begin = page.html.index(f'data-lane="{day}"')
    return Page("<li " + page.html[begin : page.html.find('data-lane="', begin + 12)]).text


def test_records_stand_on_their_days_and_nowhere_else(tasks: RecordType, anna: Visitor) -> None:
    page = anna.get(f"/tasks/calendar/?{MAY}")
    assert "Ring Write" in on(page, "2026-05-14").replace("Task", "").replace("  ", " ")
    assert "Visit" not in page.text
    assert "Someday" not in page.text
    assert "May 2026" in page.text
    later = next(link for link in page.links if query_of(link).get("at") == "2026-06-01")
    assert "Visit" in on(anna.get(later), "2026-06-03")
    assert "Visit" not in anna.get(f"/tasks/calendar/?show=week&{MAY}").text
    assert "Visit" in anna.get(f"/tasks/calendar/?show=agenda&{MAY}").text
    assert "Visit" not in anna.get("/tasks/calendar/?at=2026-06-03&q=name:ring").text


def test_many_on_one_day_are_counted_up_to_a_hundred(tasks: RecordType, people: People, anna: Visitor) -> None:
    day, asked = date(2026, 5, 20), f"/tasks/calendar/?{MAY}"
    change.save_many(tasks, [Draft(None, {"name": f"N{n}", "due_on": day}) for n in range(7)], actor=people.anna)
    page = anna.get(asked)
    few = len(anna.queries)
    assert "+3 more" in on(page, "2026-05-20")
    shown = anna.get(next(link for link in page.links if "due_on%3A2026-05-20" in link))
    assert "7 tasks" in shown.text
    change.save_many(tasks, [Draft(None, {"name": f"M{n}", "due_on": day}) for n in range(100)], actor=people.anna)
    assert "+95+ more" in on(anna.get(asked), "2026-05-20")
    anna.get(asked)
    assert len(anna.queries) <= few, "no more is asked for many"


def test_a_record_is_put_on_another_day_and_back(tasks: RecordType, people: People, anna: Visitor) -> None:
    pk = numbers(tasks, people)["Ring"]
    sent = {"ids": pk, "to": "2026-05-16", f"version.{pk}": 1, "q": "name:ring"}
    page = anna.post("/tasks/reschedule/?show=month", sent, **{"HX-Request": "true"})
    assert ["Ring" in on(page, day) for day in ("2026-05-14", "2026-05-16")] == [False, True]
    assert "Write" not in page.text, "the two days are as they are asked"
    anna.send(next(form for form in page.forms if form.action.startswith("/undo/")))
    assert tasks.one(pk, actor=people.anna).due_on == date(2026, 5, 14)
    anna.post("/tasks/reschedule/", sent)
    assert anna.status == 409, "somebody has changed it since"


def test_nobody_moves_what_they_may_not_change(tasks: RecordType, people: People, visit: Visit) -> None:
    pk = numbers(tasks, people)["Ring"]
    change.save(pk, {"owner": people.dora.user_id}, actor=people.anna, type_=tasks)
    ben, cleo = visit(people.ben), visit(people.cleo)
    assert "Ring" not in ben.get("/tasks/calendar/").text
    for visitor, status in ((ben, 404), (cleo, 403)):
        visitor.post("/tasks/reschedule/", {"ids": pk, "to": "2026-05-16"})
        assert visitor.status == status
    cleo.get("/tasks/calendar/")
    assert cleo.status == 403
    assert tasks.one(pk, actor=people.anna).due_on == date(2026, 5, 14)


def test_a_moment_stands_on_the_day_of_the_person_and_keeps_its_hour(people: People, visit: Visit) -> None:
    field = registry.type_of("kernel.field")
    values = {"type": "activity.task", "kind": "datetime", "name": "Starts", "word": "starts", "indexed": True}
    change.create(field, values, actor=people.anna)
    CustomField.objects.update(index_state="ready")
    rearranged()
    type_ = registry.type_of("activity.task")
    at = datetime(2026, 5, 14, 22, 30, tzinfo=UTC)
    pk = change.create(type_, {"name": "Night watch", "starts": at}, actor=people.anna).pk
    berlin = visit(people.anna)
    page = berlin.get(f"/tasks/calendar/?by=starts&{MAY}")
    assert "00:30" in on(page, "2026-05-15")
    assert "Night watch" in on(page, "2026-05-15")
    berlin.post("/tasks/reschedule/?by=starts", {"ids": pk, "to": "2026-05-20"})
    (row,) = type_.ask(lambda rows: rows.filter(pk=pk), ["starts"], actor=people.anna)
    assert row.values["starts"] == datetime(2026, 5, 19, 22, 30, tzinfo=UTC)


def test_a_day_offers_a_form_for_what_is_new_on_it(tasks: RecordType, anna: Visitor) -> None:
    link = next(link for link in anna.get(f"/tasks/calendar/?{MAY}").links if "due_on=2026-05-21" in link)
    anna.send(anna.get(link).form_to("/tasks/new/"), name="Fetch")
    assert "Fetch" in on(anna.get(f"/tasks/calendar/?{MAY}"), "2026-05-21")


def test_what_people_do_not_plan_by_offers_no_calendar_and_is_not_moved(people: People, anna: Visitor) -> None:
    pk = change.create(registry.type_of("parties.person"), {"name": "Mia"}, actor=people.anna).pk
    assert "/people/calendar/" not in anna.get("/people/").links
    assert "Mia" in anna.get("/people/calendar/").text
    anna.post("/people/reschedule/", {"ids": pk, "to": "2026-05-16"})
    assert anna.status == 403
    anna.get("/products/calendar/")
    assert anna.status == 404


def test_what_comes_next_is_turned_page_by_page(tasks: RecordType, people: People, anna: Visitor) -> None:
    drafts = [Draft(None, {"name": f"T{n:03}", "due_on": date(2026, 7, 1)}) for n in range(60)]
    change.save_many(tasks, drafts, actor=people.anna)
    page = anna.get(f"/tasks/calendar/?show=agenda&{MAY}")
    assert "T059" not in page.text
    page = anna.get(next(link for link in page.links if "after=" in link))
    assert "T059" in page.text
    assert "Ring" in anna.get(next(link for link in page.links if "before=" in link)).text
    anna.get("/tasks/calendar/?show=agenda&after=broken")
    assert anna.status == 302
