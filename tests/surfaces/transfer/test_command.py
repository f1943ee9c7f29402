"""`bodega import`: exit codes, the last line, the file of errors, and what goes wrong in its words."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from bodega.surfaces.transfer.models import ImportRun
from bodega.web.cli import parser
from bodega.web.commands import import_
from tests.personas import People
from tests.surfaces.transfer.bringing import digest, records

NO_TOML = "is not TOML: Expected '=' after a key in a key/value pair (at line 1, column 3)"
PEOPLE = "id,first name,last name,e-mail\nA1,Ada,Alm,ada@isdom.example\nA2,Bo,Berg,bo at home\nA3,Cy,Cole,\n"


def said(*words: str | Path) -> int:
    return import_.run(parser().parse_args(["import", *map(str, words)]))


def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    """The last line, which is the only one for programs."""
    (line,) = capsys.readouterr().out.splitlines()
    return json.loads(line)


@pytest.fixture
def file(tmp_path: Path, people: People) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return path


def test_it_ends_with_one_line_of_counts(file: Path, people: People, capsys: pytest.CaptureFixture[str]) -> None:
    assert said("parties.person", file, "--json") == 1
    found = answer(capsys)
    (step,) = found.pop("steps")
    assert found == {"created": 2, "changed": 0, "same": 0, "failed": 1, "dry_run": False}
    assert (step["type"], step["file"], step["failed"], step["problems"]) == (
        "parties.person",
        "people.csv",
        1,
        [
            {
                "column": "e-mail",
                "value": "bo at home",
                "problem": "“bo at home” is not an e-mail address; one looks like mia@isdom.example.",
                "count": 1,
                "lines": [3],
            }
        ],
    )
    assert records("parties.person", "name", actor=people.anna) == [("Ada Alm",), ("Cy Cole",)]


def test_lines_that_failed_are_written_mended_and_sent_again(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = file.with_name("wrong.csv")
    assert said("parties.person", file, "--errors", wrong) == 1
    (line,) = csv.DictReader(wrong.read_text("utf-8").splitlines())
    assert (line["id"], line["Line"]) == ("A2", "3")
    wrong.write_text(wrong.read_text().replace("bo at home", "bo@isdom.example"))
    capsys.readouterr()
    assert said("parties.person", wrong, "--json") == 0
    assert answer(capsys)["created"] == 1


def test_a_value_is_mended_in_one_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said("parties.person", file)
    run = ImportRun.objects.get()
    capsys.readouterr()
    assert said("--mend", str(run.pk), "--value", "e-mail: bo at home = bo@isdom.example", "--json") == 0
    assert {name: answer_part for name, answer_part in answer(capsys).items() if name != "steps"} == {
        "created": 3, "changed": 0, "same": 0, "failed": 0, "dry_run": False,
    }  # fmt: skip


def test_a_trial_writes_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = digest()
    assert said("parties.person", file, "--dry-run", "--json") == 1
    assert (answer(capsys)["created"], digest()) == (2, before)


def test_a_trial_of_a_recipe_knows_what_its_steps_would_have_made(
    people: People, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.toml").write_text(
        "[[step]]\ntype = 'parties.organisation'\nrows = [{name = 'Isdom'}]\n"
        "[[step]]\ntype = 'parties.person'\nrows = [{name = 'Ada', organisation = 'Isdom'}]\n"
    )
    before = digest()
    assert said("--recipe", tmp_path / "r.toml", tmp_path, "--dry-run", "--json") == 0
    assert (answer(capsys)["created"], digest()) == (2, before)
    assert said("--recipe", tmp_path / "r.toml", tmp_path, "--json") == 0
    assert answer(capsys)["created"] == 2


def test_what_a_run_has_done_is_undone(file: Path, people: People, capsys: pytest.CaptureFixture[str]) -> None:
    said("parties.person", file)
    capsys.readouterr()
    assert said("--undo", str(ImportRun.objects.get().pk), "--json") == 0
    assert (answer(capsys), records("parties.person", "name", actor=people.anna)) == ({"undone": 2, "kept": 0}, [])


def test_columns_go_where_the_command_says(file: Path, people: People) -> None:
    words = ["--map", "e-mail=about", "--map", "last name=", "--match", "external_id", "--as", "anna@example.com"]
    assert said("parties.person", file, *words) == 0
    assert records("parties.person", "name family_name about", actor=people.anna)[1] == ("Bo", "", "bo at home")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["parties.persn", "{file}"], "type: there is no “parties.persn”; did you mean “parties.person”?"),
        (["parties.person", "nowhere.csv"], "nowhere.csv is not there."),
        (["parties.person"], "say TYPE and FILE, or --recipe RECIPE.toml and FOLDER; `bodega import --help` says more"),
        (["parties.person", "{file}", "--map", "e-mail=nmae"], "“e-mail”: there is no “nmae”; did you mean “name”?"),
        (["parties.person", "{file}", "--match", "email,nmae"], "match: there is no “nmae”; did you mean “name”?"),
        (["--undo", "4711"], "There is no import 4711 that you may see."),
        (["--mend", "4711"], "There is no import 4711 that you may see."),
        (["--recipe", "{file}", "."], f"people.csv: {NO_TOML}"),
    ],
)
def test_unusable_input_is_told_and_ends_with_2(
    words: list[str], problem: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(*(word.format(file=file) for word in words)) == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"bodega: {problem}"


def test_a_file_cannot_write_to_the_terminal(
    people: People, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "evil.csv").write_text("name,email\nAda,\x1b]0;pwned\x07\n")
    assert said("parties.person", tmp_path / "evil.csv") == 1
    assert "\x1b" not in capsys.readouterr().err


def test_a_person_without_the_right_brings_nothing(
    file: Path, people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said("parties.person", file, "--as", "cleo@example.com") == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "bodega: Your role does not let you create people. Ask an administrator."
    )
