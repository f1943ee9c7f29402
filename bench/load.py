"""The large company in a database: made once, kept in BENCH_DIR and reused until that folder is removed."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from bench import generate
from bodega.web.databases import POSTGRES_OPTIONS, SQLITE_PRAGMAS
from tests.proofs.engines import Engine, Postgres, Sqlite
from tests.proofs.installation import PASSWORD, ROOT, Failed, Installation

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("BENCH_DIR") or ROOT / ".bench")
SELLER = "seller9"
"""Sees what their team of five owns: somewhat more than a quarter of everything."""
NEWCOMERS = 50_000
"""People that are imported while everything else is there."""
UNWANTED = 200
"""A reaction's cursor is not moved past fewer changes that it does not want."""
PATIENCE = 3_600
"""Seconds in which the worker has to be done with what a load has left to it."""


def ready(db: str, rows: int) -> tuple[Installation, Engine]:
    """An installation with so many people in it, at rest: loaded where there is none, brought up to date where not."""
    folder = FOLDER / f"{db}-{rows}"
    folder.mkdir(parents=True, exist_ok=True)
    installation = Installation(folder, url_of(db, folder, rows))
    mark = folder / "loaded"
    is_new = not mark.exists()
    if is_new:
        say(f"Loading {rows:,} people into {db}; this is kept for the next time")
        loaded(installation, company(rows), rows=rows)
        mark.write_text(" ".join(map(str, newest(opened(db, installation)))))
    installation.do("manage", "migrate", "--verbosity", "0")
    engine = opened(db, installation)
    tidy(engine, [int(number) for number in mark.read_text().split()])
    settled(installation, engine, is_new=is_new)
    return installation, engine


WRITTEN = (
    ("parties.person", "parties_party"),
    ("activity.note", "activity_note"),
    ("memory.fact", "memory_fact"),
)
"""What is added while it is measured; people and organisations have one table."""


def newest(engine: Engine) -> list[int]:
    """The last of each."""
    return [int(engine.run(f"SELECT max(id) FROM {table}")[0][0]) for _key, table in WRITTEN]


def tidy(engine: Engine, last: Sequence[int]) -> None:
    """Take away whatever came after these, so that the company is as large as it was loaded.

    Nothing else refers to them: to look for that in every table, one by one, would take hours.
    """
    engine.run({"sqlite": "PRAGMA foreign_keys=OFF", "postgres": "SET session_replication_role = replica"}[engine.word])
    engine.run(f"UPDATE memory_fact SET superseded_by_id = NULL WHERE superseded_by_id > {last[2]}")
    for table in ("parties_contactpoint", "parties_postaladdress"):
        engine.run(f"DELETE FROM {table} WHERE party_id > {last[0]}")
    for (key, table), newest in zip(WRITTEN, last, strict=True):
        of_them = f"WHERE type = '{key}' AND record_id > {newest}"
        engine.run(f"DELETE FROM activity_timelinerow WHERE entry_id IN (SELECT id FROM activity_entry {of_them})")
        for told in ("activity_entry", "kernel_changerow", "search_entry"):
            engine.run(f"DELETE FROM {told} {of_them}")
        engine.run(f"DELETE FROM {table} WHERE id > {newest}")


def url_of(db: str, folder: Path, rows: int, *, name: str = "bodega") -> str:
    """The address of the database; on PostgreSQL a database of its own for each size, in the cluster that runs."""
    if db == "sqlite":
        return f"sqlite:///{folder / 'bodega.sqlite3'}"
    cluster = Postgres(own(os.environ["BODEGA_DATABASE_URL"], "postgres"))
    name = f"{name}_{rows}"
    if not cluster.run("SELECT 1 FROM pg_database WHERE datname = %s", (name,)):
        cluster.run(f"CREATE DATABASE {name}")
    cluster.close()
    return own(os.environ["BODEGA_DATABASE_URL"], name)


def own(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def opened(db: str, installation: Installation) -> Engine:
    if db == "postgres":
        return Postgres(installation.database_url, POSTGRES_OPTIONS)
    return Sqlite(installation.folder / "bodega.sqlite3", SQLITE_PRAGMAS)


def company(rows: int) -> Path:
    """The files of a company of this size."""
    folder = FOLDER / f"company-{rows}"
    if not folder.exists():
        generate.generate(folder, people_count=rows, organisation_count=rows // 10, deal_count=rows // 5)
    return folder


def loaded(installation: Installation, folder: Path, *, rows: int) -> None:
    """Everything by `bodega import`, but for the timeline and the facts."""
    installation.make()
    installation.do("import", "--recipe", str(HERE / "company.toml"), str(folder), "--json")
    installation.do("user", "password", SELLER, "--password", PASSWORD)
    for module, count in (("bench.timeline", 2 * rows), ("bench.facts", 3 * rows // 10)):
        command = [sys.executable, "-m", module, str(count)]
        done = subprocess.run(
            command, cwd=ROOT, env=installation.surroundings, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Failed(done.stderr)


def settled(installation: Installation, engine: Engine, *, is_new: bool = False) -> None:
    """Wait until the worker has nothing left to do, and the database neither: of what is new it has no statistics."""
    worker = installation.serve("worker")
    spent = wait_while_behind(engine)
    worker.end()
    installation.running.remove(worker)
    if is_new or spent > 5:
        engine.rest()


def wait_while_behind(engine: Engine) -> float:
    """Seconds until the worker was done with everything."""
    begun = time.monotonic()
    while behind(engine):
        if time.monotonic() - begun > PATIENCE:
            raise Failed(f"the worker is not done after {PATIENCE} s: {behind(engine)}")
        time.sleep(1)
    return time.monotonic() - begun


def behind(engine: Engine) -> list[tuple[object, ...]]:
    """The reactions that have events before them, and the jobs that wait."""
    late = f"SELECT name FROM kernel_consumer WHERE position < (SELECT max(position) FROM kernel_consumer) - {UNWANTED}"
    jobs = "SELECT name FROM jobs_job WHERE state IN ('queued', 'running') AND run_at <= CURRENT_TIMESTAMP"
    new = "SELECT id FROM kernel_change WHERE position IS NULL LIMIT 1"
    return [*engine.run(late), *engine.run(new), *engine.run(jobs)]


def newcomers(engine: Engine, folder: Path, *, count: int, first: int) -> Path:
    """A file of people that the import is measured with; `first` is the number of the first of them."""
    firms = [row[0] for row in engine.run("SELECT name FROM parties_party WHERE kind = 'organisation' ORDER BY id")]
    folder.mkdir(exist_ok=True)
    with (folder / "newcomers.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(generate.newcomers(count, firms, first=first))
    return folder


def say(text: str) -> None:
    print(f"== {text}", flush=True)
