"""A disk that is really full: reading goes on, writing is refused with a sentence, and all goes on once there is room.

Needs the right to mount a small file system (root); skipped where there is none.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from tests.proofs import checks
from tests.proofs.cluster import Cluster, own_server
from tests.proofs.engines import Engine, Postgres, Sqlite, cpu_of
from tests.proofs.installation import Answer, Installation, Person, Server
from tests.proofs.kill import await_rest, change_file, write_people
from tests.proofs.work import somebody

pytestmark = pytest.mark.slow
MIB = 1024**2
SIZES = {"data": "200m", "log": "600m"}
"""Of the disks; PostgreSQL keeps hundreds of megabytes of its log before it begins anew."""
PEOPLE = 600
"""More than a bulk change does at once."""
LOGGED = 20
"""Lines a second that a worker may say at most while nothing can be written."""
WATCHED = 6.0
"""Seconds for which the worker is watched then."""


@dataclass(frozen=True)
class Disk:
    """A small file system of its own."""

    folder: Path

    @property
    def ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self) -> None:
        """To the last byte."""
        with self.ballast.open("ab", buffering=0) as file:
            for size in (MIB, 4096, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    continue

    def make_room(self) -> None:
        self.ballast.unlink()


@pytest.fixture
def disks() -> Iterator[dict[str, Disk]]:
    """One for data and one for PostgreSQL's write-ahead log, where PostgreSQL's user may enter too."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        made = {word: Disk(Path(name) / word) for word in SIZES}
        try:
            for word, disk in made.items():
                disk.folder.mkdir()
                mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZES[word]}", "bodega-proof", str(disk.folder)]
                if subprocess.run(mount, check=False, capture_output=True).returncode:
                    pytest.skip("no file system can be mounted here: this needs root")
            yield made
        finally:
            for disk in made.values():
                subprocess.run(["umount", "--lazy", str(disk.folder)], check=False, capture_output=True)


@pytest.fixture
def database_url(disks: dict[str, Disk]) -> Iterator[str]:
    """The database of the test run's sort, with its files on the small disk."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{disks['data'].folder / 'bodega.sqlite3'}"
        return
    with own_server(keep=disks["data"].folder / "server") as url:
        log_moves_to(disks["log"], Cluster.of(url))
        yield url


@pytest.fixture
def installation(disks: dict[str, Disk], database_url: str, tmp_path: Path) -> Iterator[Installation]:
    """Its files are on the small disk too; what it has to say is kept elsewhere."""
    folder = disks["data"].folder / "bodega"
    folder.mkdir()
    (folder / "log").symlink_to(tmp_path / "said")
    installation = Installation(folder, database_url)
    try:
        yield installation
    finally:
        installation.end()


def opened(url: str) -> Engine:
    return Sqlite(Path(url.removeprefix("sqlite:///")), {}) if url.startswith("sqlite") else Postgres(url)


def create(person: Person, name: str) -> Answer:
    return person.post("/people/new/", somebody(name))


def created_until_refused(person: Person) -> tuple[list[str], Answer]:
    """The names that were acknowledged while there was room here and there, and what the first refusal said."""
    names: list[str] = []
    while (answer := create(person, f"full-{len(names)}")).status == 302:
        names.append(f"full-{len(names)}")
        assert len(names) < 3_000, "it was never full"
    return names, answer


def lines_said(installation: Installation) -> int:
    return len(installation.log.read_text().splitlines())


def stop_between_writes(worker: Server, engine: Engine) -> None:
    """Whoever is stopped in a transaction keeps all others waiting."""
    worker.process.send_signal(signal.SIGSTOP)
    while not engine.is_idle():
        worker.process.send_signal(signal.SIGCONT)
        time.sleep(0.05)
        worker.process.send_signal(signal.SIGSTOP)


def test_reading_goes_on_and_writing_waits_for_room(
    disks: dict[str, Disk], installation: Installation, tmp_path: Path
) -> None:
    installation.make()
    write_people(tmp_path / "people.csv", 0, lines=PEOPLE)
    installation.do("import", "parties.person", str(tmp_path / "people.csv"))
    web, worker = installation.serve("web"), installation.serve("worker")
    with closing(opened(installation.database_url)) as engine, closing(Person(web.port, "admin")) as admin:
        await_rest(engine, worker)
        stop_between_writes(worker, engine)
        change_file(admin, engine, 0)
        disks["data"].fill()
        names, refused = created_until_refused(admin)
        assert (refused.status, "The disk is full, so nothing can be saved" in refused.text) == (507, True)
        nothing_is_lost_while_it_is_full(admin, engine)
        worker.process.send_signal(signal.SIGCONT)
        the_worker_waits(installation, worker)
        disks["data"].make_room()
        assert create(admin, "after").status == 302
        await_rest(engine, worker)
        everything_is_there(engine, [*names, "after"], [0])
    assert (web.process.poll(), worker.process.poll()) == (None, None)


def nothing_is_lost_while_it_is_full(admin: Person, engine: Engine) -> None:
    """Pages, a search and a question are answered; a cell, a note and a file are refused."""
    pk = engine.run("SELECT min(id) FROM parties_party")[0][0]
    read = [
        "/",
        "/people/",
        f"/people/{pk}/",
        f"/people/{pk}/edit/",
        "/find/?q=Imported",
        "/people/?q=name:7",
        "/jobs/",
    ]
    assert {path: admin.get(path).status for path in read} == dict.fromkeys(read, 200)
    note = {"about": f"parties.person#{pk}", "text": "x" * 20_000, "channel": "call"}
    assert admin.post("/notes/do/log/", note).status == 507
    assert admin.get(f"/people/{pk}/").status == 200


def the_worker_waits(installation: Installation, worker: Server) -> None:
    """It lives, says what is wrong now and then, and does not turn round and round."""
    time.sleep(1)
    said, used = lines_said(installation), cpu_of(worker.pid)
    time.sleep(WATCHED)
    assert worker.process.poll() is None
    assert lines_said(installation) - said < LOGGED * WATCHED
    assert cpu_of(worker.pid) - used < WATCHED / 4


def everything_is_there(engine: Engine, names: list[str], bulk: list[int], *, unknown: str = "") -> None:
    """Whoever was acknowledged, in order, and nobody else but perhaps the one of whom nobody knows."""
    rows = [row[0] for row in engine.run("SELECT name FROM parties_party WHERE external_id = '' ORDER BY id")]
    assert [name for name in rows if name != unknown] == names
    checks.jobs_are_done(engine)
    checks.bulk_changes_are_whole(engine, bulk, PEOPLE)
    checks.history_is_whole(engine)
    checks.events_were_delivered(engine)
    checks.timelines_are_whole(engine)
    checks.database_is_sound(engine)


@pytest.mark.postgres
def test_a_server_that_went_down_for_want_of_room_is_missed_and_found_again(
    disks: dict[str, Disk], installation: Installation, database_url: str
) -> None:
    """PostgreSQL ends itself where its write-ahead log finds no room; whoever looks after it starts it again."""
    cluster = Cluster.of(database_url)
    installation.make()
    web, worker = installation.serve("web"), installation.serve("worker")
    with closing(Person(web.port, "admin")) as admin:
        disks["log"].fill()
        names, refused = created_until_refused(admin)
        assert (refused.status, "The database does not answer" in refused.text) == (503, True)
        gone = admin.get("/people/")
        assert (gone.status, "Wait a moment, then try again." in gone.text) == (503, True)
        disks["log"].make_room()
        cluster.start()
        assert create(admin, "after").status == 302
        with closing(opened(database_url)) as engine:
            await_rest(engine, worker)
            everything_is_there(engine, [*names, "after"], [], unknown=f"full-{len(names)}")
    assert (web.process.poll(), worker.process.poll()) == (None, None)


def log_moves_to(disk: Disk, cluster: Cluster) -> None:
    """The write-ahead log gets a disk of its own, so that the two can be full one by one."""
    cluster.call("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(cluster.data))
    owner, there = cluster.data.stat(), disk.folder / "wal"
    (cluster.data / "pg_wal").rename(cluster.data / "old_wal")
    subprocess.run(["cp", "-a", str(cluster.data / "old_wal"), str(there)], check=True)
    os.chown(disk.folder, owner.st_uid, owner.st_gid)
    (cluster.data / "pg_wal").symlink_to(there)
    cluster.start()
