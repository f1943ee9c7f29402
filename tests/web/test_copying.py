"""`bodega backup`, `restore`, `move`, `digest` on real installations: what is there comes back, on either database."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection

from bodega.web.cli import main
from tests.proofs.installation import Installation

pytestmark = pytest.mark.slow
PEOPLE = "name,email,phone,about\n" + "".join(
    f"Mia {n},mia{n}@example.com,+4930123{n:04},\"Said: \\N, \\\\ and 'x'\tthen\n{n}\"\n" for n in range(300)
)


class Databases:
    """Addresses of databases that are not there yet, on the engine of this run."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.made = folder, list[str]()

    def sqlite(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.sqlite3"

    def postgres(self, name: str) -> str:
        server = urlsplit(os.environ["BODEGA_DATABASE_URL"])
        self.made.append(f"copying_{os.getpid()}_{name}")
        with psycopg.connect(urlunsplit(server), autocommit=True) as database:
            database.execute(f"CREATE DATABASE {self.made[-1]}")
        return urlunsplit(server._replace(path=f"/{self.made[-1]}"))

    def any(self, name: str) -> str:
        return self.sqlite(name) if connection.vendor == "sqlite" else self.postgres(name)

    def drop(self) -> None:
        for name in self.made:
            with psycopg.connect(os.environ["BODEGA_DATABASE_URL"], autocommit=True) as database:
                database.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.drop()


def installation(folder: Path, url: str) -> Installation:
    folder.mkdir(exist_ok=True)
    return Installation(folder, url)


@pytest.fixture(scope="module")
def copied(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of an installation with a few hundred people, and the file they came in."""
    folder = tmp_path_factory.mktemp("first")
    first = installation(folder, databases.any("first"))
    first.make()
    (folder / "people.csv").write_text(PEOPLE)
    first.do("import", "parties.person", str(folder / "people.csv"))
    said, _ = first.do("backup", str(folder / "copy.tar"))
    assert said.splitlines()[-1].endswith(" and 1 stored files")
    assert digests(first) == digests(first, str(folder / "copy.tar"))
    return folder / "copy.tar"


@pytest.fixture
def original(copied: Path, databases: Databases, tmp_path: Path) -> Installation:
    """An installation of the test's own, restored on the engine of this run."""
    made = installation(tmp_path / "original", databases.any(tmp_path.name.replace("-", "_")))
    made.do("restore", str(copied))
    return made


def digests(installation: Installation, *words: str) -> dict[str, str]:
    return dict(json.loads(installation.do("digest", "--json", *words)[0]))


def refused(installation: Installation, *words: str, given: bytes = b"") -> str:
    """What a command says that must be refused."""
    command = [sys.executable, "-m", "bodega", *words]
    ended = subprocess.run(
        command, env=installation.surroundings, input=given, capture_output=True, check=False, timeout=300
    )
    assert ended.returncode == 1, ended
    assert b"Traceback" not in ended.stderr
    return ended.stderr.decode()


def test_a_copy_is_restored_into_either_database_with_its_files(
    original: Installation, copied: Path, databases: Databases, tmp_path: Path
) -> None:
    wanted = digests(original, str(copied))
    assert digests(original) == wanted
    other = installation(tmp_path / "other", databases.sqlite("other"))
    other.do("restore", str(copied))
    assert digests(other) == wanted
    assert other.do("ask", "parties.person", "--count")[0].strip() == "300"
    assert len([*other.folder.glob("files/*/*")]) == 1


def test_what_is_in_use_is_moved_aside_only_when_asked_for(original: Installation, copied: Path) -> None:
    original.do("user", "add", "later", "--password", "correct horse battery")
    later = digests(original)
    assert "people work with this installation" in refused(original, "restore", str(copied))
    with opened(original.database_url):
        assert "first" in refused(original, "restore", str(copied), "--replace")
    damaged = copied.read_bytes()[:-5000]
    assert "this is no whole copy" in refused(original, "restore", "-", "--replace", given=damaged)
    assert digests(original) == later
    said, _ = original.do("restore", str(copied), "--replace")
    assert digests(original) == digests(original, str(copied))
    assert digests(moved_aside(original, said)) == later


def opened(url: str) -> closing[Any]:
    """A connection as a server of ours has it."""
    if url.startswith("sqlite:"):
        held = sqlite3.connect(urlsplit(url).path[1:])
        held.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return closing(held)
    return closing(psycopg.connect(url, application_name="bodega"))


def moved_aside(original: Installation, said: str) -> Installation:
    """The installation that was there before, where `restore` says it is."""
    place = said.splitlines()[-1].removeprefix("What was there before is in ")
    if connection.vendor == "sqlite":
        return Installation(original.folder, f"sqlite:///{place}")
    schema = place.split()[2]
    return Installation(original.folder, f"{original.database_url}?options=-csearch_path%3D{schema}")


@pytest.mark.postgres
def test_an_installation_moves_there_and_back(original: Installation, databases: Databases) -> None:
    wanted, there, again = digests(original), databases.sqlite("there"), databases.postgres("again")
    original.do("move", "--to", there)
    original.database_url = there
    assert digests(original) == wanted
    assert "Ada Admin (administrator)" in original.do("user", "list")[0]
    original.do("move", "--to", again)
    original.database_url = again
    assert digests(original) == wanted


def test_what_is_at_work_is_not_moved(original: Installation, databases: Databases) -> None:
    elsewhere = databases.sqlite("elsewhere")
    worker = original.serve("worker")
    try:
        while "none at work" in original.do("doctor", allowed=(0, 1))[0]:
            pass
        assert "Bodega is running" in refused(original, "move", "--to", elsewhere)
    finally:
        worker.end()
    assert not Path(urlsplit(elsewhere).path[1:]).exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("restore none.tar", "none.tar can't be read: No such file or directory"),
        (f"restore --check {__file__}", "this is no whole copy: "),
        ("backup --keep 0", "--keep takes "),
        ("move --to mysql://x/y", "--to is not sqlite:///"),
        ("backup /proc/copy.tar", "the copy could not be written: "),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    words: str, told: str, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words.split()) == 1
    assert capsys.readouterr().err.startswith(f"bodega: {told}")
