"""By the page, imports run in the background; one sees one's own; files are not kept for ever."""

from __future__ import annotations

import io
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from bodega.kernel import registry
from bodega.lib import clock
from bodega.platform.files import store as files
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.models import Job
from bodega.platform.jobs.run import run_waiting
from bodega.surfaces.transfer import actions, jobs, runs
from bodega.surfaces.transfer.mapping import Feed, Step
from bodega.surfaces.transfer.models import ImportRun
from tests.personas import People
from tests.surfaces.transfer.bringing import bring, counts, digest, records, told

PEOPLE = "id,name,e-mail\nA1,Ada Alm,ada@isdom.example\nA2,Bo Berg,bo at home\n"


@pytest.fixture
def run(people: People) -> ImportRun:
    return actions.start(io.BytesIO(PEOPLE.encode()), name="people.csv", type_key="parties.person", actor=people.ben)


def test_a_file_is_taken_in_with_a_mapping_to_begin_with(run: ImportRun) -> None:
    found = actions.preview(run)
    assert (run.state, run.name, run.lines) == ("draft", "people.csv", 3)
    fed = {feed.source: feed.field for feed in found.step.feeds}
    assert fed == {"id": "external_id", "name": "name", "e-mail": "email"}
    assert found.samples["name"] == ["Ada Alm", "Bo Berg"]


def test_try_import_mend_and_undo(run: ImportRun, people: People) -> None:
    before = digest_of_records(people)
    actions.dry_run(run)
    run_waiting()
    run.refresh_from_db()
    assert (run.state, counts(run), digest_of_records(people)) == ("tried", (1, 0, 0, 1), before)
    actions.launch(run)
    run_waiting()
    run.refresh_from_db()
    assert (run.state, counts(run)) == ("done", (1, 0, 0, 1))
    actions.mend(run, [("e-mail", "bo at home", "bo@isdom.example")])
    run_waiting()
    run.refresh_from_db()
    assert (run.state, counts(run)) == ("done", (2, 0, 0, 0))
    assert {row.owner_id for row in registry.type_of("parties.person").rows(people.anna)} == {people.ben.user_id}
    actions.undo(run)
    run_waiting()
    run.refresh_from_db()
    assert (run.state, records("parties.person", "name", actor=people.anna)) == ("undone", [])


def digest_of_records(people: People) -> object:
    return records("parties.person", "name", actor=people.anna)


def test_another_mapping_until_it_has_begun(run: ImportRun, people: People) -> None:
    actions.remap(run, Step("parties.person", feeds=(Feed("name", source="e-mail"),)), actor=people.anna)
    actions.launch(run)
    with pytest.raises(actions.Busy, match="has begun"):
        actions.remap(run, Step("parties.person", feeds=(Feed("name", source="name"),)), actor=people.anna)
    with pytest.raises(actions.Busy, match="the import is running"):
        actions.dry_run(run)
    run_waiting()
    run.refresh_from_db()
    assert counts(run) == (2, 0, 0, 0)


def test_stopped_before_its_turn_it_does_nothing(run: ImportRun, people: People) -> None:
    actions.launch(run)
    assert (actions.cancel(run), actions.cancel(run)) == (True, False)
    run_waiting()
    run.refresh_from_db()
    assert (run.state, records("parties.person", "name", actor=people.anna)) == ("cancelled", [])
    actions.launch(run)
    run_waiting()
    run.refresh_from_db()
    assert run.state == "done"


def test_a_trial_that_is_stopped_is_a_draft_again(run: ImportRun) -> None:
    actions.dry_run(run)
    assert (actions.cancel(run), run.state) == (True, "draft")


def test_only_its_owner_and_administrators_see_a_run(run: ImportRun, people: People) -> None:
    assert [runs.find(run.pk, actor=actor).pk for actor in (people.ben, people.anna)] == [run.pk] * 2
    for actor in (people.cleo, people.dora):
        with pytest.raises(PermissionDenied):
            runs.find(run.pk, actor=actor)


def test_who_may_not_write_the_type_cannot_begin(people: People) -> None:
    before = digest()
    for type_key, actor in (("parties.person", people.cleo), ("kernel.user", people.ben)):
        with pytest.raises(PermissionDenied):
            actions.start(io.BytesIO(b"name\nx\n"), name="x.csv", type_key=type_key, actor=actor)
    assert digest() == before


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xd0\xcf\x11\xe0 old excel", b"PK\x03\x04 no zip"])
def test_what_is_no_table_is_refused(data: bytes, people: People) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (the sentence is that of the reader)
        actions.start(io.BytesIO(data), name="x", type_key="parties.person", actor=people.anna)
    assert not files.path_of(sha256(data).hexdigest()).exists()


def test_what_is_refused_and_a_record_has_too_is_kept(people: People) -> None:
    held = files.upload([b"%PDF-1.7 offer"], "offer.pdf", actor=people.anna)
    with pytest.raises(ValueError, match="neither a CSV file nor a workbook"):
        actions.start(io.BytesIO(b"%PDF-1.7 offer"), name="x.csv", type_key="parties.person", actor=people.anna)
    assert files.path_of(held.sha256).exists()


def test_the_rights_are_those_of_the_importer_when_it_runs(people: People, tmp_path: Path) -> None:
    bring(tmp_path, "parties.person", "external_id,name\nA1,Ada\n", actor=people.dora)
    rows = "external_id,name\nA1,Taken over\n"
    run = bring(tmp_path, "parties.person", rows, actor=people.ben, match="external_id")
    assert counts(run) == (0, 0, 0, 1)
    assert records("parties.person", "name", actor=people.anna) == [("Ada",)]


def test_files_of_old_imports_are_removed(run: ImportRun, people: People) -> None:
    actions.launch(run)
    run_waiting()
    assert jobs.forget_files(Context(Job())) == 0
    with clock.fixed(clock.now() + timedelta(days=31)):
        assert jobs.forget_files(Context(Job())) == 1
    assert (files.path_of(run.file).exists(), told(run)) == (False, [])
    with pytest.raises(ValueError, match="no longer kept"):
        actions.preview(run)
