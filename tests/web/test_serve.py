"""`bodega serve` keeps pages and worker running, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import TypeVar
from urllib.request import urlopen

import pytest

from bodega.web import supervisor

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
T = TypeVar("T")
BODEGA = [sys.executable, "-m", "bodega"]


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """A new installation in a folder of its own, on SQLite."""
    source = os.pathsep.join(filter(None, [str(Path(supervisor.__file__).parents[2]), os.environ.get("PYTHONPATH")]))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BODEGA_")}
    return kept | {"BODEGA_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": source, "PYTHONUNBUFFERED": "1"}


class Running:
    """A `bodega serve` that is up."""

    def __init__(self, surroundings: dict[str, str], process: subprocess.Popen[str]) -> None:
        self.data, self.process = Path(surroundings["BODEGA_DATA_DIR"]), process
        self.said: list[str] = []
        self.port = 0
        assert process.stdout is not None
        while not self.port and (line := process.stdout.readline()):
            self.said.append(line.strip())
            if found := re.search(r"127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
        assert self.port, "it ended before it said where it is"
        self.children = wait_for(self.both_children)

    def both_children(self) -> dict[str, int] | None:
        found = {words[words.index("bodega") + 1]: pid for pid, words in children_of(self.process.pid).items()}
        return found if found.keys() == {"web", "worker"} else None

    def workers(self) -> list[int]:
        """The processes that have signed in as workers."""
        with sqlite3.connect(self.data / "bodega.sqlite3") as database:
            return [pid for (pid,) in database.execute("SELECT pid FROM jobs_worker ORDER BY id")]


@pytest.fixture
def running(surroundings: dict[str, str]) -> Iterator[Running]:
    command = [*BODEGA, "serve", "--port", "0"]
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Running(surroundings, process)
        finally:
            process.terminate()


def status_of(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def text_of(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return str(answer.read(), "utf-8")


def children_of(pid: int) -> dict[int, list[str]]:
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            words = (entry / "cmdline").read_bytes().decode().split("\0")
        except OSError:  # it ended while we looked
            continue
        if parent == pid and "bodega" in words:
            found[int(entry.name)] = words
    return found


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def wait_for(question: Callable[[], T | None], *, seconds: float = 60) -> T:
    until = time.monotonic() + seconds
    while not (found := question()):
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.05)
    return found


def test_it_makes_the_tables_says_where_it_is_and_ends_when_it_is_told(running: Running) -> None:
    assert [re.sub(r"\d+", "N", line) for line in running.said] == [
        "Making the tables",
        "Nobody can sign in yet. Add an administrator: bodega init",
        "Bodega is on http://N.N.N.N:N (end it with Ctrl-C)",
    ]
    assert status_of(running.port, "/static/x/nothing.css") == 404
    wait_for(lambda: running.workers() == [running.children["worker"]])
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(60) == 0
    assert not any(is_alive(pid) for pid in running.children.values())
    assert running.workers() == []


def test_what_is_killed_is_started_again(running: Running) -> None:
    before = running.children
    for name in ("web", "worker"):
        os.kill(before[name], signal.SIGKILL)
    assert status_of(running.port, "/static/x/nothing.css") == 404
    after = wait_for(running.both_children)
    assert not {*before.values()} & {*after.values()}
    wait_for(lambda: after["worker"] in running.workers())


def test_when_it_is_killed_itself_its_children_end(running: Running) -> None:
    running.process.kill()
    running.process.wait()
    wait_for(lambda: not any(is_alive(pid) for pid in running.children.values()))


@pytest.mark.parametrize("command", ["serve", "web"])
def test_a_port_that_is_taken_is_told_in_one_line(surroundings: dict[str, str], command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [*BODEGA, command, "--port", str(port)], env=surroundings, capture_output=True, text=True, check=False
        )
    wanted = f"bodega: can't listen on 127.0.0.1, port {port}: Address already in use. Take another one with --port\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", wanted)


@pytest.mark.parametrize("command", [["web", "--port", "0"], ["worker"]])
def test_nothing_works_on_tables_of_an_older_version(surroundings: dict[str, str], command: list[str]) -> None:
    ended = subprocess.run([*BODEGA, *command], env=surroundings, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    told = re.sub(r"\d+", "N", ended.stderr)
    assert told == "bodega: the database is N steps behind this version. Make the tables: bodega init\n"


def test_an_unreachable_database_is_told_as_something_that_may_pass(surroundings: dict[str, str]) -> None:
    nowhere = {"BODEGA_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    ended = subprocess.run(
        [*BODEGA, "serve", "--port", "0"], env=surroundings | nowhere, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (75, "")
    assert ended.stderr.startswith("bodega: the database answers: connection failed")


def test_pages_alone_may_be_served_by_several_processes(surroundings: dict[str, str]) -> None:
    subprocess.run([*BODEGA, "manage", "migrate", "-v0"], env=surroundings, check=True)
    command = [*BODEGA, "web", "--port", "0", "--workers", "2"]
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            found = re.search(r"Bodega's pages are on http://127\.0\.0\.1:(\d+)", said)
            assert found is not None, said
            port = int(found[1])
            assert [status_of(port, "/health/live") for _ in range(20)] == [200] * 20
            # Whichever of them is asked tells of all.
            told = 'bodega_requests_total{method="GET",route="health/live",status="200"} 20.0'
            assert all(told in text_of(port, "/metrics") for _ in range(5))
            assert [words[words.index("bodega") + 1] for words in children_of(process.pid).values()] == ["web", "web"]
        finally:
            process.terminate()
    assert process.returncode == 0


def test_the_address_can_be_clicked() -> None:
    with supervisor.listen("127.0.0.1", 0) as listening:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", supervisor.address(listening))
    if socket.has_ipv6:
        try:
            listening = supervisor.listen("::1", 0)
        except OSError:
            pytest.skip("this machine has no ::1")
        with listening:
            assert re.fullmatch(r"http://\[::1\]:\d+", supervisor.address(listening))


def test_who_stands_behind_a_proxy_is_believed_from_this_machine_alone(running: Running) -> None:
    """The log and what keeps guessers out go by this address."""
    for source in ("127.0.0.1", "127.0.0.2"):
        connection = HTTPConnection("127.0.0.1", running.port, timeout=30, source_address=(source, 0))
        connection.request(
            "GET",
            "/api/v1/",
            headers={"Authorization": "Bearer a-guess", "X-Forwarded-For": "198.51.100.1, 203.0.113.7"},
        )
        assert connection.getresponse().status == 401
        connection.close()
    with sqlite3.connect(running.data / "bodega.sqlite3") as database:
        found = [address for (address,) in database.execute("SELECT address FROM accounts_attempt ORDER BY id")]
    assert found == ["203.0.113.7", "127.0.0.2"]
