"""What an import has done is taken back as one, but for what somebody has worked on since."""

from __future__ import annotations

from pathlib import Path

from bodega.kernel import change, registry
from bodega.surfaces.transfer import actions
from bodega.surfaces.transfer.models import ImportRun
from bodega.surfaces.transfer.perform import perform, take_back
from tests.personas import People
from tests.surfaces.transfer.bringing import bring, counts, records


def undo(run: ImportRun, people: People) -> tuple[int, list[str]]:
    actions.set_to_undo(run)
    found = take_back(run, actor=people.anna, progress=lambda _done, _total: None)
    return found.records, [why for _type, _pk, why in found.problems or ()]


def test_what_was_made_goes_and_what_was_changed_is_as_before(people: People, tmp_path: Path) -> None:
    bring(tmp_path, "parties.person", "external_id,name\nA1,Ada\n", actor=people.anna)
    rows = "external_id,name,organisation\nA1,Ada Alm,Isdom\n" + "".join(f"B{n},Bo {n},Isdom\n" for n in range(7))
    to = {"external_id": "external_id", "name": "name", "organisation": {"field": "organisation", "create": True}}
    run = bring(tmp_path, "parties.person", rows, actor=people.anna, columns=to)
    assert counts(run) == (7, 1, 0, 0)
    assert undo(run, people) == (9, [])
    assert (run.state, records("parties.person", "name organisation", actor=people.anna)) == ("undone", [("Ada", None)])
    assert records("parties.organisation", "name", actor=people.anna) == []


def test_what_somebody_has_changed_since_stays(people: People, tmp_path: Path) -> None:
    run = bring(tmp_path, "parties.person", "external_id,name\nA1,Ada\nA2,Bo\n", actor=people.anna)
    person = registry.type_of("parties.person")
    change.save(person.rows(people.anna).get(name="Bo"), {"job_title": "Buyer"}, type_=person, actor=people.anna)
    assert undo(run, people) == (1, ["It has been changed since and was kept."])
    assert records("parties.person", "name", actor=people.anna) == [("Bo",)]


def test_after_that_the_file_may_come_again(people: People, tmp_path: Path) -> None:
    rows = "external_id,name\nA1,Ada\nA2,Bo\n"
    undo(bring(tmp_path, "parties.person", rows, actor=people.anna), people)
    assert counts(bring(tmp_path, "parties.person", rows, actor=people.anna)) == (2, 0, 0, 0)


def test_what_was_mended_later_is_undone_too(people: People, tmp_path: Path) -> None:
    run = bring(tmp_path, "parties.organisation", "name,sector\nA,Retail\nB,Retale\n", actor=people.anna)
    actions.set_to_mend(run, [("sector", "Retale", "Retail")])
    perform(run, actor=people.anna)
    assert undo(run, people) == (2, [])
