"""What is searched follows the records: a moment later, after an import in bulk, and whatever went wrong by morning."""

from __future__ import annotations

import re
from argparse import Namespace
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection

from bodega.kernel import change, registry
from bodega.kernel.actors import Actor
from bodega.kernel.models import CustomField
from bodega.kernel.raw import insert
from bodega.kernel.record import RecordType
from bodega.lib import clock
from bodega.platform.delivering import deliver_all, enlist
from bodega.platform.jobs.context import Context, Stopped
from bodega.platform.jobs.declare import JobFunction
from bodega.platform.jobs.models import Job
from bodega.surfaces.search import finding, jobs, making, reactions
from bodega.surfaces.search.models import Entry
from bodega.web import health
from bodega.web.commands import reindex
from tests import specimens
from tests.personas import People


@pytest.fixture
def person(people: People) -> RecordType:
    enlist()
    deliver_all()
    return registry.type_of("parties.person")


def ids(text: str, *, actor: Actor) -> list[int]:
    return [pk for hits in finding.find(text, actor=actor, most=10).groups for pk in hits.ids]


def state() -> list[tuple[object, ...]]:
    return [*Entry.objects.exclude(type="").order_by("type", "record_id").values_list(*making.COLUMNS)]


def job() -> Context:
    return Context(Job(pk=0))


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The jobs are called by hand here: there is no row to tell their progress to."""
    monkeypatch.setattr(Context, "progress", lambda *_args, **_given: None)


def test_a_record_is_found_as_it_is_now_and_no_longer_when_it_is_gone(people: People, person: RecordType) -> None:
    mia = change.create(person, {"name": "Mia Berg"}, actor=people.anna)
    deliver_all()
    assert ids("mia berg", actor=people.anna) == [mia.pk]
    change.save(mia, {"name": "Mia Petersen"}, actor=people.anna, type_=person)
    deliver_all()
    assert (ids("mia berg", actor=people.anna), ids("petersen", actor=people.anna)) == ([], [mia.pk])
    change.delete(person, [mia.pk], actor=people.anna)
    deliver_all()
    assert ids("petersen", actor=people.anna) == []
    change.restore(person, [mia.pk], actor=people.anna)
    deliver_all()
    assert ids("petersen", actor=people.anna) == [mia.pk]


def test_whoever_it_is_given_to_finds_it(people: People, person: RecordType) -> None:
    mia = change.create(person, {"name": "Mia Berg", "owner": people.dora.user_id}, actor=people.anna)
    deliver_all()
    assert (ids("mia", actor=people.ben), ids("mia", actor=people.dora)) == ([], [mia.pk])
    change.save(mia, {"owner": people.ben.user_id}, actor=people.anna, type_=person)
    deliver_all()
    assert (ids("mia", actor=people.ben), ids("mia", actor=people.dora)) == ([mia.pk], [])


def test_types_and_fields_of_ones_own_are_searched_until_they_are_removed(people: People, person: RecordType) -> None:
    boats = specimens.custom_type(people.anna)
    specimens.create(boats, 3, actor=people.anna)
    field = change.create(
        registry.type_of("kernel.field"),
        {"type": "parties.person", "name": "Nickname", "kind": "text"},
        actor=people.anna,
    )
    change.create(person, {"name": "Mia", field.word: "Möwe"}, actor=people.anna)
    deliver_all()
    texts = [
        kind.word for kind in boats.fields().values() if kind.custom and kind.word in ("text", "longtext", "richtext")
    ]
    assert (len(ids("moewe", actor=people.anna)), len(ids("mowe", actor=people.anna)), len(texts)) == (0, 1, 3)
    assert ids("and more", actor=people.anna) == ids("uni 3", actor=people.anna) != []
    change.delete(registry.type_of("kernel.field"), [field.pk], actor=people.anna)
    deliver_all()
    assert Job.objects.filter(name="bodega.surfaces.search.jobs.refresh").count() == 1
    jobs.refresh(job())
    assert ids("mowe", actor=people.anna) == []
    assert CustomField.objects.filter(pk=field.pk).exists()


def test_what_comes_in_bulk_is_left_to_the_job(people: People, person: RecordType) -> None:
    drafts = [change.Draft(None, {"name": f"Mia {number}"}) for number in range(reactions.FEW + 1)]
    change.save_many(person, drafts, actor=people.anna)
    with clock.fixed(clock.now()):  # within one pause
        deliver_all()
    waiting = Job.objects.filter(name="bodega.surfaces.search.jobs.catch_up")
    assert (ids("mia", actor=people.anna), waiting.count()) == ([], 1)
    assert jobs.catch_up(job()) >= reactions.FEW + 1
    found = state()
    assert (len(ids("mia", actor=people.anna)), jobs.catch_up(job()), jobs.refresh(job())) == (10, 0, 0)
    assert state() == found


def test_a_table_that_is_new_is_filled_once(people: People, person: RecordType) -> None:
    change.create(person, {"name": "Mia"}, actor=people.anna)
    assert (finding.find("mia", actor=people.anna, most=1).is_whole, jobs.fill(job()) > 0) == (False, True)
    Entry.objects.filter(type="parties.person").delete()
    assert (finding.find("mia", actor=people.anna, most=1).is_whole, jobs.fill(job())) == (True, 0)


def test_an_import_is_read_in_when_it_is_over(people: People, person: RecordType) -> None:
    jobs.fill(job())
    mia = change.create(person, {"name": "Mia"}, actor=people.anna.via(surface="import"))
    deliver_all()
    assert (ids("mia", actor=people.anna), jobs.fill(job())) == ([], 0)
    with clock.fixed(clock.now() + timedelta(minutes=1)):
        assert (jobs.fill(job()), ids("mia", actor=people.anna), jobs.fill(job())) == (1, [mia.pk], 0)


@pytest.mark.parametrize("work", [jobs.catch_up, jobs.refresh])
def test_what_was_broken_off_is_done_again_to_the_same_end(
    people: People, person: RecordType, work: JobFunction[[]]
) -> None:
    change.save_many(person, [change.Draft(None, {"name": f"Mia {at}"}) for at in range(5)], actor=people.anna)
    work(job())
    whole = state()
    Entry.objects.filter(type="parties.person").delete()
    stopping = Event()
    stopping.set()
    with pytest.raises(Stopped):
        work(Context(Job(pk=0), stopping=stopping))
    work(job())
    assert state() == whole


def test_the_night_mends_what_nobody_told_of(people: People, person: RecordType) -> None:
    mia = change.create(person, {"name": "Mia"}, actor=people.anna)
    jobs.refresh(job())
    whole = state()
    Entry.objects.filter(type="parties.person", record_id=mia.pk).update(title="x", body=" x")
    Entry.objects.filter(type="kernel.user").first().delete()  # type: ignore[union-attr]
    Entry.objects.filter(type="kernel.user").update(type="custom.gone")
    assert jobs.refresh(job()) > 0
    assert state() == whole


def test_both_indexes_follow_the_table_whoever_writes_it(people: People, person: RecordType) -> None:
    mia = change.create(person, {"name": "Mia Berg"}, actor=people.anna)
    making.renew(person, [mia.pk])
    Entry.objects.filter(record_id=mia.pk, type="parties.person").delete()
    assert ids("mia berg", actor=people.anna) == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for index in ("search_names", "search_texts"):
                cursor.execute(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')")


def test_the_only_hit_of_somebody_who_sees_little_is_found_behind_ten_thousand(people: People) -> None:
    many = [
        ("parties.person", pk, 1, people.dora.user_id, clock.now(), False, "mia berg", " mia berg")
        for pk in range(10_000)
    ]
    own = (
        "parties.person",
        10_000,
        1,
        people.ben.user_id,
        clock.now() - timedelta(days=9),
        False,
        "ann mia",
        " ann mia",
    )
    insert(Entry, making.COLUMNS[:8], [*many, own])
    assert ids("mia", actor=people.ben) == [10_000]
    assert ids("mia", actor=people.cleo) == []
    assert len(ids("mia", actor=people.dora)) == 10


def test_the_command_and_the_doctor(people: People, person: RecordType, capsys: pytest.CaptureFixture[str]) -> None:
    change.create(person, {"name": "Mia"}, actor=people.anna)
    assert "search" in {told.about for told in health.at_tables()}
    code, told = reindex.run(Namespace()), capsys.readouterr().out
    assert (code, re.fullmatch(r"Made anew: [1-9]\d*\n", told) is not None) == (0, True)
    assert "search" not in {told.about for told in health.at_tables()}
