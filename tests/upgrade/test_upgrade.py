"""`bodega upgrade`: an installation of any earlier release becomes one of this version, whatever happens on the way."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from bodega.apps.activity import seeds as activity
from bodega.apps.memory import seeds as memory
from bodega.lib import clock
from tests.upgrade.installation import KEPT

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
RELEASES = sorted(path.name.removesuffix(".tar") for path in KEPT.glob("*.tar"))


class Place:
    """Where an installation is, in a folder and a database of its own, and what is said to it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BODEGA_")}
        self.surroundings = kept | {
            "BODEGA_DATA_DIR": str(folder),
            "BODEGA_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "bodega.web.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "PYTHONUNBUFFERED": "1",
        }

    def do(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *words]
        return subprocess.run(command, env=self.surroundings, capture_output=True, text=True, check=False)

    def must(self, *words: str) -> str:
        done = self.do(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def bodega(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.do("-m", "bodega", *words)

    def answers(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.must("-m", "tests.upgrade.installation", "answers"))
        return found

    def sql(self, statement: str) -> None:
        if connection.vendor == "postgresql":
            with psycopg.connect(self.url) as database:
                database.execute(statement)  # type: ignore[call-overload]  # our own words
        else:
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as file, file:
                file.execute(statement)

    def upgrading(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "bodega", "upgrade"]
        return subprocess.Popen(
            command, env=self.surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )


class Databases:
    """Makes databases of the engine that these tests run on, empty ones and copies, and drops them in the end."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.made = folder, 0
        about = connection.settings_dict
        self.server = f"postgresql://{about['USER']}:{about['PASSWORD']}@{about['HOST']}:{about['PORT']}"

    def make(self, of: str = "") -> str:
        self.made += 1
        if connection.vendor == "sqlite":
            path = self.folder / f"{self.made}.sqlite3"
            if of:
                shutil.copyfile(of.removeprefix("sqlite:///"), path)
            return f"sqlite:///{path}"
        name = f"upgrade_{uuid4().hex}"
        self.ask(f"CREATE DATABASE {name}" + (f" TEMPLATE {of.rpartition('/')[2]}" if of else ""))
        return f"{self.server}/{name}"

    def ask(self, statement: str) -> None:
        with psycopg.connect(f"{self.server}/postgres", autocommit=True) as admin:
            admin.execute(statement)  # type: ignore[call-overload]  # our own words


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return Databases(tmp_path_factory.mktemp("upgrade"))


@pytest.fixture(scope="session", params=RELEASES)
def kept(request: pytest.FixtureRequest, databases: Databases) -> tuple[str, Place]:
    """A release, and an installation of it as it was, to be copied."""
    place = Place(databases.folder / request.param, databases.make())
    place.must("-m", "tests.upgrade.installation", "load", str(KEPT / f"{request.param}.tar"))
    return request.param, place


@pytest.fixture
def old(kept: tuple[str, Place], databases: Databases, tmp_path: Path) -> Place:
    _release, place = kept
    shutil.copytree(place.folder, tmp_path / "data")
    return Place(tmp_path / "data", databases.make(of=place.url))


@pytest.fixture
def then(kept: tuple[str, Place]) -> dict[str, Any]:
    """What every record type answered in that release."""
    found: dict[str, Any] = json.loads(gzip.decompress((KEPT / f"{kept[0]}.json.gz").read_bytes()))
    return found


def read_to(words: str, process: subprocess.Popen[str]) -> None:
    """Waits until the process has said this."""
    said, more = "", "…"
    while words not in said:
        assert process.stdout is not None
        assert more, f"it ended with:\n{said}"
        more = process.stdout.read(1)
        said += more


REPLACED: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "kernel.user.role": lambda values: next(iter(values["roles"]), None),
}
"""Fields that others have taken the place of, and how these say the same."""
GONE = {"parties.relationship.owner", "parties.consent.owner"}
"""Fields that are not there any more: it is the owner of the party who counts."""


def value_of_then(field: str, values: Mapping[str, Any]) -> Any:
    return REPLACED[field](values) if field in REPLACED else values[field.rpartition(".")[2]]


def as_tasks(now: Mapping[str, Any]) -> Mapping[str, Any]:
    """With promises among the tasks, as they were until they became records of their own."""
    tasks, promises = now["activity.task"], now["activity.promise"]
    records = {pk: {**values, "kind": "promise"} for pk, values in promises["records"].items()}
    history = sorted([*tasks["history"], *promises["history"]], key=lambda told: told[:2])
    return {**now, "activity.task": {"records": tasks["records"] | records, "history": history}}


def of_then(now: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    """What there was then, as it is now: fields and types that are new are left out."""
    now = as_tasks(now)
    return {
        key: {
            "records": {
                pk: {
                    name: value if f"{key}.{name}" in GONE else value_of_then(f"{key}.{name}", now[key]["records"][pk])
                    for name, value in values.items()
                }
                for pk, values in was["records"].items()
            },
            "history": now[key]["history"],
        }
        for key, was in then.items()
    }


def test_every_record_type_answers_as_before(old: Place, then: dict[str, Any]) -> None:
    refused = old.bodega("serve", "--port", "0")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.endswith("Bring it up to date: bodega upgrade\n")
    listed = old.bodega("upgrade", "--dry-run")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert listed.stdout.endswith("Nothing was changed. Without --dry-run, these steps are made\n")
    done = old.bodega("upgrade")
    assert (done.returncode, done.stderr) == (0, "")
    steps = re.findall(r"^  (\w+ \w+)$", listed.stdout, re.MULTILINE)
    assert re.findall(r"^\d+ of \d+: (\w+ \w+), ", done.stdout, re.MULTILINE) == steps
    assert "What is new:\n\n## " in done.stdout
    now = old.answers()
    assert of_then(now, then) == then
    many = {key: len(as_tasks(now)[key]["records"]) for key in then}
    new = sum(len(listed.split("|")) for listed in (activity.OPTIONS["activity.outcome"], *memory.OPTIONS.values()))
    assert many == {key: len(was["records"]) + new * (key == "kernel.option") for key, was in then.items()}
    assert len(now["memory.topic"]["records"]) == len(memory.READY)
    again = old.bodega("upgrade")
    assert (again.returncode, again.stdout.startswith("The database is up to date")) == (0, True)
    assert len([*(old.folder / "backups").iterdir()]) == 1


def test_the_backup_it_takes_leads_back(old: Place, then: dict[str, Any], tmp_path: Path) -> None:
    assert old.bodega("upgrade").returncode == 0
    (copy,) = (old.folder / "backups").iterdir()
    again = Place(tmp_path / "again", f"sqlite:///{tmp_path / 'again.sqlite3'}")
    restored = again.bodega("restore", str(copy))
    assert (restored.returncode, of_then(again.answers(), then) == then) == (0, True), restored.stderr


@pytest.mark.parametrize("step", [2, 4])
def test_a_kill_costs_one_step_at_most(old: Place, then: dict[str, Any], step: int) -> None:
    with old.upgrading() as process:
        read_to(f"{step} of ", process)
        process.send_signal(signal.SIGKILL)
    done = old.bodega("upgrade")
    assert done.returncode == 0, done.stderr
    assert of_then(old.answers(), then) == then


def test_a_database_of_a_newer_version_is_left_alone(old: Place) -> None:
    old.sql("INSERT INTO django_migrations (app, name, applied) VALUES ('kernel', '9999_later', '2027-01-01')")
    refused = old.bodega("upgrade")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "bodega: the database is of a newer version of the program: kernel 9999_later. Install that one\n"
    )


def test_what_runs_is_to_be_ended_first(old: Place) -> None:
    now = clock.now().isoformat()
    old.sql(
        "INSERT INTO jobs_worker (host, pid, version, started_at, seen_at)"
        f" VALUES ('here', 1, '0.1.0', '{now}', '{now}')"
    )
    refused = old.bodega("upgrade")
    assert (refused.returncode, "Bodega is running. End bodega serve" in refused.stderr) == (1, True)


def test_an_empty_database_is_told_to_begin(tmp_path: Path, databases: Databases) -> None:
    refused = Place(tmp_path, databases.make()).bodega("upgrade")
    assert (refused.returncode, refused.stderr) == (
        1,
        "bodega: there is no installation here yet. Make one: bodega init\n",
    )


@pytest.mark.postgres
def test_readers_go_on_while_a_step_waits_for_its_lock(old: Place) -> None:
    """Somebody reads a table for a long time; the step that changes it waits, and nobody waits behind it."""
    with psycopg.connect(old.url) as reading, old.upgrading() as process:
        reading.execute("SELECT count(*) FROM jobs_job")
        read_to("jobs 0002_request_and_pause", process)
        with psycopg.connect(old.url, options="-c lock_timeout=5s") as other:
            for _ in range(200):
                other.execute("SELECT count(*) FROM jobs_job")
        assert process.poll() is None
        reading.rollback()
        assert process.stdout is not None
        assert "The database is up to date" in process.stdout.read()
    assert process.returncode == 0
