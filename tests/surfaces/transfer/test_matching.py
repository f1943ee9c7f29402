"""A line finds its record by the fields one names, and the mode says what may happen to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bodega.kernel import change, registry
from bodega.surfaces.transfer.mapping import MappingError
from tests.personas import People
from tests.surfaces.transfer.bringing import bring, counts, records, told

PEOPLE = "external_id,name,email\nA1,Ada Alm,ada@isdom.example\nA2,Bo Berg,bo@isdom.example\n"


def test_twice_is_once(people: People, tmp_path: Path) -> None:
    assert counts(bring(tmp_path, "parties.person", PEOPLE, actor=people.anna)) == (2, 0, 0, 0)
    assert counts(bring(tmp_path, "parties.person", PEOPLE, actor=people.anna)) == (0, 0, 2, 0)
    versions = [row.version for row in registry.type_of("parties.person").rows(people.anna)]
    assert versions == [1, 1]


def test_a_changed_line_changes_its_record_and_an_empty_cell_says_nothing(people: People, tmp_path: Path) -> None:
    bring(tmp_path, "parties.person", PEOPLE, actor=people.anna)
    newer = "external_id,name,email\nA1,,ada@alm.example\nA2,Bo Berg,\n"
    assert counts(bring(tmp_path, "parties.person", newer, actor=people.anna)) == (0, 1, 1, 0)
    assert records("parties.person", "name email", actor=people.anna) == [
        ("Ada Alm", "ada@alm.example"),
        ("Bo Berg", "bo@isdom.example"),
    ]


def test_the_best_key_that_the_file_has_is_taken(people: People, tmp_path: Path) -> None:
    bring(tmp_path, "parties.person", PEOPLE, actor=people.anna)
    by_mail = "email,job_title\nADA@isdom.example,Buyer\nnew@isdom.example,Clerk\n"
    run = bring(tmp_path, "parties.person", by_mail, actor=people.anna)
    assert (counts(run), told(run)) == ((0, 1, 0, 1), [(3, "name", "Name is missing.")])
    assert records("parties.person", "name job_title", actor=people.anna)[0] == ("Ada Alm", "Buyer")


def test_names_are_compared_without_case_and_accents(people: People, tmp_path: Path) -> None:
    bring(tmp_path, "parties.organisation", "name\nCafé Zoë\n", actor=people.anna, match="name")
    assert counts(bring(tmp_path, "parties.organisation", "name\nCAFE ZOE\n", actor=people.anna)) == (0, 1, 0, 0)


def test_codes_are_compared_to_the_letter(people: People, tmp_path: Path) -> None:
    bring(tmp_path, "products.product", "code,name\nab-1,Hammer\n", actor=people.anna, match="code")
    run = bring(tmp_path, "products.product", "code,name\nAB-1,Other\nab-1,Hammer\n", actor=people.anna, match="code")
    assert counts(run) == (1, 0, 1, 0)


def test_several_fields_make_one_key(people: People, tmp_path: Path) -> None:
    rows = "set,key,name\nparties.sector,fishing,Fishing\nparties.source,fishing,Fishing trip\n"
    assert counts(bring(tmp_path, "kernel.option", rows, actor=people.anna)) == (2, 0, 0, 0)
    assert counts(bring(tmp_path, "kernel.option", rows, actor=people.anna, match=["set", "key"])) == (0, 0, 2, 0)


def test_a_line_without_its_key_is_always_new(people: People, tmp_path: Path) -> None:
    rows = "email,name\n,Ada Alm\n,Ada Alm\n"
    assert counts(bring(tmp_path, "parties.person", rows, actor=people.anna, match="email")) == (2, 0, 0, 0)


def test_two_lines_of_one_record_are_one_record(people: People, tmp_path: Path) -> None:
    rows = "external_id,name,job_title\nA1,Ada,Buyer\nA1,Ada,\nA1,Ada,Owner\nA2,Bo,\nA1,Ada,Chair\nA2,Bo,\n"
    assert counts(bring(tmp_path, "parties.person", rows, actor=people.anna)) == (2, 2, 2, 0)
    assert records("parties.person", "name job_title", actor=people.anna) == [("Ada", "Chair"), ("Bo", "")]


def test_mode_create_refuses_what_is_there_in_the_file_or_before(people: People, tmp_path: Path) -> None:
    bring(tmp_path, "parties.person", PEOPLE, actor=people.anna)
    rows = "external_id,name\nA1,Ada\nA3,Cy\nA3,Cy\nA4,Di\nA3,Cy\n"
    run = bring(tmp_path, "parties.person", rows, actor=people.anna, mode="create")
    assert (counts(run), told(run)) == (
        (2, 0, 0, 3),
        [(line, "external_id", "There is one already.") for line in (2, 4, 6)],
    )


def test_mode_update_makes_nothing_new(people: People, tmp_path: Path) -> None:
    bring(tmp_path, "parties.person", PEOPLE, actor=people.anna)
    rows = "external_id,job_title\nA1,Buyer\nA9,Clerk\n"
    run = bring(tmp_path, "parties.person", rows, actor=people.anna, mode="update")
    assert (counts(run), told(run)) == ((0, 1, 0, 1), [(3, "external_id", "There is none to change.")])


def test_a_key_that_finds_several_records_is_told_with_their_numbers(people: People, tmp_path: Path) -> None:
    person = registry.type_of("parties.person")
    ids = [change.create(person, {"name": "Ada Alm"}, actor=people.anna).pk for _twice in range(2)]
    run = bring(tmp_path, "parties.person", "name,job_title\nada alm,Buyer\n", actor=people.anna, match="name")
    assert told(run) == [(2, "name", f"2 records are found by this: #{ids[0]}, #{ids[1]}. Match by another field.")]


def test_a_record_in_the_trash_is_not_found(people: People, tmp_path: Path) -> None:
    bring(tmp_path, "parties.person", PEOPLE, actor=people.anna)
    person = registry.type_of("parties.person")
    change.delete(person, [row.pk for row in person.rows(people.anna)], actor=people.anna)
    assert counts(bring(tmp_path, "parties.person", PEOPLE, actor=people.anna)) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    ("match", "problem"),
    [
        ("nmae", "match: there is no “nmae”; did you mean “name”?"),
        ("job_title", "match: no column goes to “job_title”, by which records shall be found."),
        ("tags", "match: records cannot be found by “tags”."),
    ],
)
def test_a_key_that_cannot_be_one_is_refused(match: str, problem: str, people: People, tmp_path: Path) -> None:
    with pytest.raises(MappingError) as refused:
        bring(tmp_path, "parties.person", "name,tags\nAda,vip\n", actor=people.anna, match=match)
    assert str(refused.value) == problem


def test_a_custom_field_can_be_the_key(people: People, tmp_path: Path) -> None:
    field = {"type": "parties.person", "name": "Member", "word": "member", "kind": "integer"}
    change.create(registry.type_of("kernel.field"), field, actor=people.anna)
    rows = "name,member\nAda,7\nBo,8\n"
    assert counts(bring(tmp_path, "parties.person", rows, actor=people.anna, match="member")) == (2, 0, 0, 0)
    again = "name,member\nAda Alm,7\nBo,8\nCy,9\n"
    assert counts(bring(tmp_path, "parties.person", again, actor=people.anna, match="member")) == (1, 1, 1, 0)
