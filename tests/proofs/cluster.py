"""A PostgreSQL server as its operating system sees it: processes that can be killed, and started again."""

from __future__ import annotations

import os
import random
import runpy
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

TOOL = Path(__file__).parents[2] / "tools" / "postgres"
GRACE = 10.0
"""Seconds in which the children of a server that is gone end by themselves."""
PATIENCE = 60.0
"""Seconds in which a server that was started recovers from its crash."""


@dataclass(frozen=True)
class Cluster:
    """`data` is its folder, `programs` where its commands are."""

    data: Path
    programs: Path
    url: str

    @classmethod
    def of(cls, url: str) -> Cluster:
        """The server that answers at this address, on this machine."""
        with psycopg.connect(url, autocommit=True) as connection:
            data = Path(connection.execute("SHOW data_directory").fetchone()[0])  # type: ignore[index]
        return cls(data, Path(f"/proc/{postmaster_of(data)}/exe").resolve().parent, url)

    @property
    def processes(self) -> list[int]:
        """The server and its children; of a server that is not there, none."""
        with suppress(OSError, ValueError):
            parent = postmaster_of(self.data)
            return [parent, *map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())]
        return []

    def kill_one(self, chance: random.Random) -> None:
        """One of the children, as by the kernel when memory is short: the server throws all others out and recovers."""
        _parent, *children = self.processes
        kill(chance.choice(children))

    def kill_parent(self) -> None:
        """The server alone; its children notice, each when it can. Those that don't are killed, as by a supervisor."""
        parent, *children = self.processes
        kill(parent)
        until = time.monotonic() + GRACE
        while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < until:
            time.sleep(0.05)
        for pid in children:
            kill(pid)

    def kill_all(self) -> None:
        """Everything at once, as a power cut would."""
        for pid in self.processes:
            kill(pid)

    def start(self) -> None:
        """As it was started before; waits until it answers. What still runs of the one before is waited for."""
        until = time.monotonic() + PATIENCE
        while self.call("pg_ctl", "restart", "-w", "-D", str(self.data), "-l", str(self.data / "log")):
            if time.monotonic() > until:
                raise TimeoutError((self.data / "log").read_text()[-3_000:])
            time.sleep(0.1)
        self.await_answer()

    def await_answer(self) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def call(self, program: str, *words: str) -> int:
        """Runs one of the server's programs as the user whose folder it is; its exit code."""
        owner = self.data.stat()
        other = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.getuid() == 0 else {}
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.run([self.programs / program, *words], cwd="/", check=False, **quiet, **other).returncode  # type: ignore[call-overload, no-any-return]


@contextmanager
def own_server(*, keep: Path | None = None) -> Iterator[str]:
    """A new server that waits for the disk, gone afterwards; its address. With `keep` its files are in that folder."""
    with tempfile.TemporaryDirectory() as name:
        server = runpy.run_path(str(TOOL))["start"](Path(name) / "state.json", durable=True, keep=keep)
        try:
            yield server.url
        finally:
            server.stop()


def postmaster_of(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().split()[0])


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
