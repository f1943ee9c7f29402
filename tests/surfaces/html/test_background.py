"""The page of jobs and the page of events: what is under way, what failed, and what an administrator does about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from bodega.kernel import change, events, registry
from bodega.kernel.actors import Actor
from bodega.kernel.events import REACTIONS, Event
from bodega.kernel.models import Consumer, Parked
from bodega.platform import delivering
from bodega.platform.jobs import standing, worker
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import JOBS, enqueue, job
from bodega.platform.jobs.models import Job, Pause, State
from bodega.platform.jobs.run import run_waiting
from tests.personas import People
from tests.surfaces.html.visitor import Visitor


@pytest.fixture
def broken() -> Iterator[str]:
    """A job that fails each time."""

    @job("tests.jobs.break_down", max_attempts=1)
    def break_down(context: Context) -> None:
        raise ValueError("the boiler is out of water")

    yield break_down.name
    JOBS.pop("tests.jobs.break_down")


def test_a_job_that_failed_is_shown_with_why_and_tried_again(anna: Visitor, people: People, broken: str) -> None:
    JOBS[broken].enqueue()
    assert "Break down" in anna.get("/jobs/").text
    run_waiting()
    page = anna.get("/jobs/")
    assert "the boiler is out of water" in page.text
    made = Job.objects.get(name=broken)
    anna.send(page.form_to(f"/jobs/{made.pk}/retry/"))
    made.refresh_from_db()
    assert made.state == State.QUEUED


def test_why_it_failed_is_a_sentence(anna: Visitor, people: People, broken: str) -> None:
    JOBS[broken].enqueue()
    run_waiting()
    assert "The boiler is out of water ValueError" in anna.get("/jobs/").text


def test_everything_that_failed_is_tried_again_at_once(anna: Visitor, people: People, broken: str) -> None:
    for key in ("one", "one", "two", None, None):
        enqueue(JOBS[broken], key=key)
        run_waiting()
    enqueue(JOBS[broken], key="two")
    page = anna.send(anna.get("/jobs/").form_to("/jobs/all/retry/"))
    assert "3 jobs are tried again." in page.text
    waiting = Job.objects.filter(state=State.QUEUED).values_list("key", flat=True)
    assert sorted(map(str, waiting)) == ["None", "None", "one", "two"]
    assert Job.objects.filter(state=State.FAILED).count() == 2


def test_a_kind_of_job_is_paused_and_goes_on(anna: Visitor, people: People, broken: str) -> None:
    JOBS[broken].enqueue()
    page = anna.send(anna.get("/jobs/").form_to(f"/jobs/{broken}/pause/"))
    assert (run_waiting(), "paused" in page.text) == (0, True)
    anna.send(page.form_to(f"/jobs/{broken}/resume/"))
    assert run_waiting() == 1


def test_everything_is_paused_and_goes_on(anna: Visitor, people: People, broken: str) -> None:
    JOBS[broken].enqueue()
    page = anna.send(anna.get("/parked/").form_to("/jobs/all/pause/"))
    assert (run_waiting(), worker.turn()) == (0, False)
    anna.send(page.form_to("/jobs/all/resume/"))
    assert run_waiting() == 1


def test_only_what_there_is_can_be_paused(anna: Visitor) -> None:
    anna.post("/jobs/no.such.thing/pause/", {})
    assert (anna.status, Pause.objects.count()) == (404, 0)


def test_a_job_that_waits_is_cancelled_once(anna: Visitor, people: People, broken: str) -> None:
    made = JOBS[broken].enqueue()
    anna.send(anna.get("/jobs/").form_to(f"/jobs/{made.pk}/cancel/"))
    made.refresh_from_db()
    assert made.state == State.CANCELLED
    page = anna.post(f"/jobs/{made.pk}/cancel/", {})
    assert (anna.status, "in another state by now" in page.text) == (422, True)


def test_the_page_looks_again_while_something_is_under_way(anna: Visitor, people: People, broken: str) -> None:
    assert "hx-trigger" not in anna.get("/jobs/").html.partition('id="office"')[2].partition(">")[0]
    JOBS[broken].enqueue()
    assert 'hx-trigger="every 3s"' in anna.get("/jobs/").html


def test_what_is_done_by_the_clock_is_told(anna: Visitor) -> None:
    assert "daily at 03:30" in anna.get("/jobs/").text


@pytest.fixture
def failing(people: People) -> Iterator[list[bool]]:
    """A reaction that fails until it is told not to."""
    fails = [True]

    @events.on("parties.person.created", "parties.person.changed")
    def choke(found: Sequence[Event], *, actor: Actor) -> None:
        if fails[0]:
            raise ValueError("too much to swallow")

    delivering.enlist()
    yield fails
    for name in [name for name in REACTIONS if name.endswith("choke")]:
        del REACTIONS[name]


def test_a_parked_event_is_tried_again_or_discarded(anna: Visitor, people: People, failing: list[bool]) -> None:
    person = registry.type_of("parties.person")
    mia = change.create(person, {"name": "Mia"}, actor=people.anna)
    change.save(mia, {"name": "Mia P"}, actor=people.anna, type_=person)
    change.create(person, {"name": "Ola"}, actor=people.anna)
    delivering.deliver_all()
    page = anna.get("/parked/")
    assert ("too much to swallow" in page.text, f"parties.person #{mia.pk}" in page.text) == (True, True)
    first, second = [Parked.objects.filter(record_id=pk).order_by("position").first() for pk in (mia.pk, mia.pk + 1)]
    assert first
    assert second
    anna.send(page.form_to(f"/parked/{second.pk}/discard/"))
    failing[0] = False
    anna.send(anna.get("/parked/").form_to(f"/parked/{first.pk}/retry/"))
    delivering.deliver_all()
    assert Parked.objects.count() == 0
    assert "Nothing is parked" in anna.get("/parked/").text


def test_everything_parked_is_tried_again_at_once(anna: Visitor, people: People, failing: list[bool]) -> None:
    person = registry.type_of("parties.person")
    for name in ("Mia", "Ola"):
        change.create(person, {"name": name}, actor=people.anna)
    delivering.deliver_all()
    page = anna.get("/parked/")
    assert page.text.count("Too much to swallow ValueError") == 2
    failing[0] = False
    assert "2 events are tried again." in anna.send(page.form_to("/parked/all/retry/")).text
    delivering.deliver_all()
    assert Parked.objects.count() == 0


def test_a_reader_that_is_paused_waits_and_the_others_go_on(anna: Visitor, people: People, failing: list[bool]) -> None:
    failing[0] = False
    delivering.deliver_all()
    name = next(name for name in REACTIONS if name.endswith("choke"))
    anna.send(anna.get("/parked/").form_to(f"/jobs/{name}/pause/"))
    before = Consumer.objects.get(name=name).position
    change.create(registry.type_of("parties.person"), {"name": "Mia"}, actor=people.anna)
    while worker.turn():
        pass
    behind = {one.name: one.waiting > 0 for one in standing.readers()}
    assert (Consumer.objects.get(name=name).position, [name for name in behind if behind[name]]) == (before, [name])
    anna.send(anna.get("/parked/").form_to(f"/jobs/{name}/resume/"))
    while worker.turn():
        pass
    assert Consumer.objects.get(name=name).position > before


def test_what_is_no_longer_parked_is_told(anna: Visitor) -> None:
    anna.post("/parked/99/retry/", {})
    assert anna.status == 404


def test_how_many_changes_wait_for_a_reader_is_told(anna: Visitor, people: People, failing: list[bool]) -> None:
    delivering.deliver_all()
    change.create(registry.type_of("parties.person"), {"name": "Mia"}, actor=people.anna)
    delivering.sequence()
    rows = anna.get("/parked/").text
    assert "Choke" in rows
