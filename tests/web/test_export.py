"""`bodega export`: to a file or to standard output, as whoever is named; mistakes are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bodega.kernel import change, registry
from bodega.web import cli
from tests.personas import People

PERSON = "parties.person"


@pytest.fixture(autouse=True)
def own_data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BODEGA_DATA_DIR", str(tmp_path))


@pytest.fixture
def ids(people: People) -> list[int]:
    type_ = registry.type_of(PERSON)
    given = ({"name": "Ada", "owner": people.dora.user_id}, {"name": "Berit", "owner": people.ben.user_id})
    return [change.create(type_, one, actor=people.anna).pk for one in given]


def test_standard_output(ids: list[int], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.main(["export", PERSON, "name:ada", "--fields", "name"]) == 0
    assert capfdbinary.readouterr().out == f"id,version,name\r\n{ids[0]},1,Ada\r\n".encode()


def test_a_file_says_by_its_name_what_it_is(ids: list[int], tmp_path: Path) -> None:
    assert cli.main(["export", PERSON, "--fields=name", "--sort=-name", "--output", str(tmp_path / "a.jsonl")]) == 0
    lines = (tmp_path / "a.jsonl").read_text().splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["Berit", "Ada"]
    assert cli.main(["export", PERSON, "--output", str(tmp_path / "a.xlsx")]) == 0
    assert (tmp_path / "a.xlsx").read_bytes()[:2] == b"PK"


def test_with_the_rights_of_somebody(ids: list[int], people: People, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    login = people.user(people.ben).login
    assert cli.main(["export", PERSON, "--fields", "name", "--as", login]) == 0
    assert capfdbinary.readouterr().out == f"id,version,name\r\n{ids[1]},1,Berit\r\n".encode()
    assert cli.main(["export", PERSON, "--as", people.user(people.cleo).login]) == 1


def test_mistakes_are_told(ids: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", PERSON, "nonsense:1"]) == 2
    assert cli.main(["export", PERSON, "--fields", "emial"]) == 1
    assert "did you mean “email”?" in capsys.readouterr().err
