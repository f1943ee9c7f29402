"""Kills web, worker, import and PostgreSQL at random moments of a working day; shows that nothing acknowledged is lost.

python -m tests.proofs.kill --kills 250 --db sqlite
python -m tests.proofs.kill --kills 250 --db postgres      (starts a server of its own)
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
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

import psycopg

from tests.proofs import checks
from tests.proofs.cluster import Cluster, own_server
from tests.proofs.engines import Engine, Postgres, Sqlite
from tests.proofs.installation import Failed, Installation, Person, Server
from tests.proofs.work import Editor

EDITORS = 2
LINES = 2_500
"""Lines of each file that is imported; there are as many files as the kills have time for."""
REST = (0.0, 4.0)
"""Seconds between two files."""
DEALS = 60
LULL = (0.0, 1.5)
"""Seconds between the first thing that was done after a kill and the next kill."""
AGAIN = 0.3
"""Seconds before a command is given again."""
BULK = 8
"""After so many kills, a file that was imported is changed as a whole by a job."""
LEASE = 5
"""Seconds after which a job is taken over from a worker that died; a minute or more otherwise."""
PATIENCE = 150.0
"""Seconds in which the rest is done after the last kill."""
LATER = 75
"""How a command ends for which the database was away: it is given again."""


class Lasting(Postgres):
    """PostgreSQL that may be killed meanwhile: asked again until it answers."""

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                if self.connection.closed:
                    self.connect()
                return super().run(statement, parameters)
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)


@dataclass
class Importer:
    """Imports one file after the other by command; a command that was killed is given again."""

    installation: Installation
    folder: Path
    chance: random.Random
    files: list[Path] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None
    begun: int = 0
    ended: int = 0
    problem: str = ""

    def work(self, stopping: threading.Event) -> None:
        while not stopping.is_set() and not self.problem:
            path = self.folder / f"people-{len(self.files)}.csv"
            write_people(path, len(self.files), lines=LINES)
            self.files.append(path)
            self.bring(path)
            stopping.wait(self.chance.uniform(*REST))

    def bring(self, path: Path) -> None:
        """Until it has ended by itself."""
        code = LATER
        while code in (-9, LATER):
            self.begun += 1
            self.process = self.installation.begin("import", "parties.person", str(path))
            code = self.process.wait()
            time.sleep(AGAIN)
        self.ended += 1
        if code:
            self.problem = f"the import of {path.name} ended with {code}"

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()


def write_people(path: Path, number: int, *, lines: int) -> None:
    """One file of people that nobody has yet; `f7 l12` is line 12 of file 7."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["External id", "Name", "E-mail", "Phone", "Job title"])
        for line in range(lines):
            key = f"f{number} l{line}"
            writer.writerow(
                [key, f"Imported {key}", f"{key.replace(' ', '.')}@import.example", f"+4930{line:08d}", "Buyer"]
            )


@dataclass
class Proof:
    """What was done, and what was killed meanwhile."""

    editors: list[Editor]
    importer: Importer
    kills: Counter[str] = field(default_factory=Counter)
    bulk: list[int] = field(default_factory=list)
    """The files whose people were changed by a job."""

    @property
    def acknowledged(self) -> int:
        return sum(deed.acknowledged for editor in self.editors for deed in [*editor.deeds])

    def __str__(self) -> str:
        deeds = [deed for editor in self.editors for deed in editor.deeds]
        known = Counter(deed.what for deed in deeds if deed.acknowledged)
        return (
            f"killed: {dict(self.kills)}; acknowledged: {dict(known)} and {len(self.bulk)} changes of {LINES:,} people "
            f"by jobs; without an answer: {sum(not deed.acknowledged for deed in deeds)}; "
            f"{len(self.importer.files)} files of {LINES:,} lines in {self.importer.begun} attempts"
        )


def prove(installation: Installation, engine: Engine, *, kills: int, seed: int) -> Proof:
    """Raises AssertionError where something was lost, doubled or left half done."""
    chance = random.Random(seed)
    installation.make()
    bring_deals(installation)
    web, worker = installation.serve("web"), installation.serve("worker")
    importer = Importer(installation, installation.folder, random.Random(chance.random()))
    proof = Proof(editors(web.port, engine, chance), importer)
    victims = victims_of(installation, web, worker, importer, chance)
    with closing(Person(web.port, "admin")) as admin, at_work([*proof.editors, importer], installation):
        for number in range(kills):
            await_deed(proof)
            time.sleep(chance.uniform(*LULL))
            keep_up(worker)
            be_patient(engine)
            if number % BULK == BULK - 1 and importer.ended > len(proof.bulk):
                change_file(admin, engine, len(proof.bulk))
                proof.bulk.append(len(proof.bulk))
            what = chance.choice([*victims])
            victims[what]()
            proof.kills[what] += 1
    engine.run("UPDATE jobs_job SET lease_until = started_at WHERE state = 'running'")  # all leases end now
    await_rest(engine, worker)
    checks.everything(engine, proof.editors, files=len(importer.files), lines=LINES, bulk=proof.bulk)
    return proof


def await_deed(proof: Proof) -> None:
    """Until people get something done again, or fail: a machine with much to do takes its time to start a server."""
    before, until = proof.acknowledged, time.monotonic() + PATIENCE
    while proof.acknowledged == before and not (any(one.problem for one in proof.editors) or proof.importer.problem):
        assert time.monotonic() < until, "nothing is acknowledged any more"
        time.sleep(0.05)


@contextmanager
def at_work(busy: list[Editor | Importer], installation: Installation) -> Iterator[None]:
    """Everybody works meanwhile; afterwards, what went wrong with them is raised."""
    stopping = threading.Event()
    threads = [threading.Thread(target=one.work, args=[stopping], daemon=True) for one in busy]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
    for thread in threads:  # not where the proof has failed: they might wait for ever for what is not there any more
        thread.join()
    problems = [str(one.problem) for one in busy if one.problem]
    assert not problems, f"{problems}\n{installation.log.read_text()[-10_000:]}"


def victims_of(
    installation: Installation, web: Server, worker: Server, importer: Importer, chance: random.Random
) -> dict[str, Callable[[], None]]:
    """What may be killed, by name; up again at once or a moment later, so that people meet a closed door."""

    def again(kill: Callable[[], None], start: Callable[[], None]) -> None:
        kill()
        time.sleep(chance.choice([0.0, 0.3]))
        start()

    found: dict[str, Callable[[], None]] = {
        "web": lambda: again(web.kill, web.start),
        "worker": lambda: again(worker.kill, worker.start),
        "import": importer.kill,
    }
    if installation.database_url.startswith("postgres"):
        cluster = Cluster.of(installation.database_url)
        found["database"] = lambda: again(cluster.kill_all, cluster.start)
        found["its parent"] = lambda: again(cluster.kill_parent, cluster.start)
        found["a backend"] = lambda: again(lambda: cluster.kill_one(chance), cluster.await_answer)
    return found


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


def change_file(admin: Person, engine: Engine, number: int) -> None:
    """All people of one file speak German, by a job; sent until it is acknowledged.

    What was sent off without an answer may be a job too: the second one then finds everything done.
    """
    given = {"act": "change", "all": "1", "field": "language", "fields": "language", "language": "de"}
    while True:
        try:
            answer = admin.post("/people/bulk/", {**given, "q": f'name:"f{number} l"', "next": "/jobs/"})
        except (OSError, HTTPException):
            time.sleep(0.1)
            continue
        if (answer.status, answer.location) == (302, "/jobs/"):
            return
        if answer.status != 503:
            raise Failed(f"the bulk change was answered with {answer.status}: {answer.text[:2000]}")


def be_patient(engine: Engine) -> None:
    """Jobs whose workers are killed all the time are not given up for that, and are taken over soon."""
    engine.run(f"UPDATE jobs_job SET lease = {LEASE}, max_attempts = 1000000 WHERE state IN ('queued', 'running')")


def keep_up(worker: Server) -> None:
    """One that met no database when it began is started again, as a supervisor does."""
    if worker.process.poll() == LATER:
        worker.start()


def await_rest(engine: Engine, worker: Server) -> None:
    """Until every event was delivered and no job waits or runs."""
    until = time.monotonic() + PATIENCE
    while left := checks.left_to_do(engine):
        keep_up(worker)
        said = worker.installation.log.read_text()[-5_000:] if time.monotonic() > until else ""
        assert not said, f"after {PATIENCE:g} s there is still to do: {left}; {worker.process.poll()}\n{said}"
        time.sleep(0.2)


# ---- by hand ---------------------------------------------------------------------------------------------------------


@contextmanager
def place(db: str, *, server: str = "") -> Iterator[tuple[Installation, Engine]]:
    """A new installation on a new database, gone afterwards; PostgreSQL is the given one, or that of the test run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bodega.sqlite3'}" if db == "sqlite" else own_database(server)
        installation = Installation(folder, url)
        with closing(Sqlite(folder / "bodega.sqlite3", {}) if db == "sqlite" else Lasting(url)) as engine:
            try:
                yield installation, engine
            finally:
                installation.end()


def own_database(server: str) -> str:
    """A database for this proof alone."""
    url = server or os.environ["BODEGA_DATABASE_URL"]
    name = f"proof_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{url.rpartition('/')[0]}/{name}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000, help="to have the same moments again")
    options = parser.parse_args()
    print(f"{options.kills} kills on {options.db}, seed {options.seed}", flush=True)
    begun = time.monotonic()
    server = own_server() if options.db == "postgres" else nullcontext("")
    with server as url, place(options.db, server=url) as (installation, engine):
        print(prove(installation, engine, kills=options.kills, seed=options.seed), flush=True)
    print(f"nothing lost, nothing twice, nothing half done ({time.monotonic() - begun:,.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
