"""Kills web, worker and import at random moments of a working day, and shows that nothing acknowledged is lost.

python -m tests.proofs.kill --kills 20 --db sqlite
tools/postgres --durable run python -m tests.proofs.kill --kills 20 --db postgres
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import psycopg

from tests.proofs import checks
from tests.proofs.engines import Engine, Postgres, Sqlite
from tests.proofs.installation import Failed, Installation, Person, Server
from tests.proofs.work import Editor

EDITORS = 2
LINES = 2_500
"""Lines of each file that is imported; there are as many files as the kills have time for."""
DEALS = 60
LULL = (0.5, 5.0)
"""Seconds between two kills."""
PATIENCE = 150.0
"""Seconds in which the rest is done after the last kill: a job whose worker died waits for its lease to end."""


@dataclass
class Importer:
    """Imports one file after the other by command; a command that was killed is given again."""

    installation: Installation
    folder: Path
    files: list[Path] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None
    begun: int = 0
    problem: str = ""

    def work(self, stopping: threading.Event) -> None:
        while not stopping.is_set() and not self.problem:
            path = self.folder / f"people-{len(self.files)}.csv"
            write_people(path, len(self.files))
            self.files.append(path)
            self.bring(path)

    def bring(self, path: Path) -> None:
        """Until it has ended by itself."""
        ended = -9
        while ended == -9:
            self.begun += 1
            self.process = self.installation.begin("import", "parties.person", str(path))
            ended = self.process.wait()
        if ended:
            self.problem = f"the import of {path.name} ended with {ended}"

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()


def write_people(path: Path, number: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["External id", "Name", "E-mail", "Phone", "Job title"])
        for line in range(LINES):
            key = f"i{number}-{line}"
            writer.writerow([key, f"Imported {key}", f"{key}@import.example", f"+4930{line:08d}", "Buyer"])


@dataclass
class Proof:
    """What was done, and what was killed meanwhile."""

    editors: list[Editor]
    importer: Importer
    kills: Counter[str] = field(default_factory=Counter)
    bulk: int = 0
    """How many people were to be changed by a job."""

    def __str__(self) -> str:
        deeds = [deed for editor in self.editors for deed in editor.deeds]
        known = Counter(deed.what for deed in deeds if deed.acknowledged)
        return (
            f"killed: {dict(self.kills)}; acknowledged: {dict(known)} and a change of {self.bulk:,} by a job; "
            f"without an answer: {sum(not deed.acknowledged for deed in deeds)}; "
            f"{len(self.importer.files)} files of {LINES:,} lines in {self.importer.begun} attempts"
        )


def prove(installation: Installation, engine: Engine, *, kills: int, seed: int, bulk: bool = True) -> Proof:
    """Raises AssertionError where something was lost, doubled or left half done.

    With `bulk`, a job changes all people meanwhile; its lease makes the end a minute later.
    """
    chance = random.Random(seed)
    installation.make()
    bring_deals(installation)
    web, worker = installation.serve("web"), installation.serve("worker")
    proof = Proof(editors(web.port, engine, chance), Importer(installation, installation.folder))
    stopping = threading.Event()
    busy: list[Editor | Importer] = [*proof.editors, proof.importer]
    workers = [threading.Thread(target=one.work, args=[stopping]) for one in busy]
    for thread in workers:
        thread.start()
    try:
        for number in range(kills):
            time.sleep(chance.uniform(*LULL))
            if bulk and number % 5 == 1:
                proof.bulk = max(proof.bulk, change_all(web.port, engine))
            proof.kills[kill_one(chance, web, worker, proof.importer)] += 1
    finally:
        stopping.set()
        for thread in workers:
            thread.join()
    problems = [str(one.problem) for one in busy if one.problem]
    assert not problems, f"{problems}\n{installation.log.read_text()[-10_000:]}"
    await_rest(engine)
    checks.everything(engine, proof.editors, files=len(proof.importer.files), lines=LINES, bulk=proof.bulk)
    return proof


def kill_one(chance: random.Random, web: Server, worker: Server, importer: Importer) -> str:
    """One of the three, and up again; sometimes a moment later, so that people meet a closed door."""
    what = chance.choice(["web", "worker", "import"])
    if what == "import":
        importer.kill()
        return what
    server = web if what == "web" else worker
    server.kill()
    time.sleep(chance.choice([0.0, 0.3]))
    server.start()
    return what


def bring_deals(installation: Installation) -> None:
    path = installation.folder / "deals.csv"
    rows = [f"d{number},Deal {number}" for number in range(DEALS)]
    path.write_text("\n".join(["External id,Name", *rows]))
    installation.do("import", "sales.deal", str(path))


def editors(port: int, engine: Engine, chance: random.Random) -> list[Editor]:
    deals = [row[0] for row in engine.run("SELECT id FROM sales_deal ORDER BY id")]
    stages = [row[0] for row in engine.run("SELECT id FROM sales_stage ORDER BY id")]
    return [
        Editor(Person(port, "admin"), f"e{at}", deals[at::EDITORS], stages, random.Random(chance.random()))
        for at in range(EDITORS)
    ]


def change_all(port: int, engine: Engine) -> int:
    """A bulk change of all people that were imported, left to a job; how many there were, once it is acknowledged."""
    there = engine.run("SELECT count(*) FROM parties_party WHERE name LIKE 'Imported%'")[0][0]
    given = {"act": "change", "all": "1", "field": "language", "fields": "language", "language": "de"}
    while True:
        try:
            with closing(Person(port, "admin")) as admin:
                answer = admin.post("/people/bulk/", {**given, "q": "name:Imported", "next": "/jobs/"})
            break
        except (OSError, HTTPException):
            time.sleep(0.1)
    if (answer.status, answer.location) != (302, "/jobs/"):
        raise Failed(f"the bulk change was answered with {answer.status}: {answer.text[:2000]}")
    return int(there)


def await_rest(engine: Engine) -> None:
    """Until every event was delivered and no job waits or runs."""
    until = time.monotonic() + PATIENCE
    while left := checks.left_to_do(engine):
        assert time.monotonic() < until, f"after {PATIENCE:g} s there is still to do: {left}"
        time.sleep(0.2)


# ---- by hand ---------------------------------------------------------------------------------------------------------


@contextmanager
def place(db: str) -> Iterator[tuple[Installation, Engine]]:
    """A new installation on a new database, gone afterwards; PostgreSQL is the one in BODEGA_DATABASE_URL."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bodega.sqlite3'}" if db == "sqlite" else own_database()
        installation = Installation(folder, url)
        with closing(Sqlite(folder / "bodega.sqlite3", {}) if db == "sqlite" else Postgres(url)) as engine:
            try:
                yield installation, engine
            finally:
                installation.end()


def own_database() -> str:
    """A database for this proof on the server that there is."""
    server, _slash, _name = os.environ["BODEGA_DATABASE_URL"].rpartition("/")
    name = f"proof_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(os.environ["BODEGA_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000, help="to have the same moments again")
    options = parser.parse_args()
    print(f"{options.kills} kills on {options.db}, seed {options.seed}", flush=True)
    with place(options.db) as (installation, engine):
        print(prove(installation, engine, kills=options.kills, seed=options.seed), flush=True)
    print("nothing lost, nothing twice, nothing half done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
