"""A real installation in a folder of its own, for proofs and measurements: made, served, signed in to, killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from gzip import decompress
from html import unescape
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")
IDLE = 2.0
"""Seconds after which a connection is made anew: the server closes those that rest."""
PATIENCE = 60.0
"""Seconds in which a server that was just started, or started again, answers."""


class Failed(Exception):
    """A command or a page did not do what it should; says what came instead."""


@dataclass
class Spent:
    """What a command used: seconds of the clock and of the processor, and the most memory it held (bytes)."""

    wall: float
    cpu: float
    memory: int


@dataclass
class Installation:
    """The commands of `bodega` on one data folder and one database."""

    folder: Path
    database_url: str
    password: str = PASSWORD
    settings: Mapping[str, str] = field(default_factory=dict)
    """Further settings by name, as in `base_url`."""
    running: list[Server] = field(default_factory=list)

    @property
    def surroundings(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BODEGA_")}
        path = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
        own = {"BODEGA_DATA_DIR": str(self.folder), "BODEGA_DATABASE_URL": self.database_url}
        own |= {f"BODEGA_{name.upper()}": value for name, value in self.settings.items()}
        # An installed program has been compiled, whatever the surroundings of a test say of compiled files.
        return kept | own | {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": ""}

    @property
    def log(self) -> Path:
        """What the commands that go on by themselves had to say."""
        return self.folder / "log"

    def begin(self, *words: str, output: int | None = None) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "bodega", *words]
        with self.log.open("a") as log:
            return subprocess.Popen(
                command, env=self.surroundings, stdin=subprocess.DEVNULL, stdout=output or log, stderr=log, text=True
            )

    def do(self, *words: str, allowed: tuple[int, ...] = (0,)) -> tuple[str, Spent]:
        """Run a command to its end; what it printed and what it used. Raises Failed for an exit code not allowed."""
        started = time.monotonic()
        process = self.begin(*words, output=subprocess.PIPE)
        assert process.stdout is not None
        said = process.stdout.read()
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        if process.returncode not in allowed:
            raise Failed(
                f"bodega {' '.join(words)} ended with {process.returncode}: {said}{self.log.read_text()[-2000:]}"
            )
        return said, Spent(time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)

    def make(self) -> None:
        """The tables, what a new installation begins with, and an administrator `admin`."""
        self.do("init", "--login", "admin", "--name", "Ada Admin", "--password", self.password)

    def serve(self, word: str, *more: str) -> Server:
        """`bodega web`, `bodega worker` or `bodega serve`, up and answering."""
        server = Server(self, [word, *(() if word == "worker" else ("--port", "0")), *more])
        self.running.append(server)
        return server

    def end(self) -> None:
        for server in self.running:
            server.end()


class Server:
    """A process that goes on until it is ended, or killed and started again (at the same address)."""

    def __init__(self, installation: Installation, words: list[str]) -> None:
        self.installation, self.words, self.port = installation, words, 0
        self.start()

    def start(self) -> None:
        has_pages = self.words[0] != "worker"
        self.process = self.installation.begin(*self.words, output=subprocess.PIPE if has_pages else None)
        while has_pages and not self.port and self.process.stdout and (line := self.process.stdout.readline()):
            if found := ADDRESS.search(line):
                self.port = int(found[1])
                self.words[self.words.index("--port") + 1] = found[1]
        if has_pages and not self.port:
            raise Failed(f"bodega {' '.join(self.words)} ended before it said where it is")

    @property
    def pid(self) -> int:
        return self.process.pid

    def kill(self) -> None:
        """As a power cut would, without a word."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


@dataclass
class Answer:
    """What a page answered."""

    status: int
    text: str
    location: str = ""

    def value(self, name: str) -> str:
        """What stands in a field of the page's form."""
        found = re.search(rf'name="{re.escape(name)}"[^>]*?value="([^"]*)"', self.text)
        if found is None:
            raise Failed(f"no field {name} in the page")
        return unescape(found[1])


class Person:
    """Somebody at a browser: keeps cookies, and sends the token that forms carry."""

    def __init__(self, port: int, login: str, *, password: str = PASSWORD) -> None:
        self.port, self.cookies, self.used = port, dict[str, str](), 0.0
        self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.get("/signin/")
        self.post("/signin/", {"login": login, "password": password, "next": "/"})
        if "bodega" not in self.cookies:
            raise Failed(f"{login} could not sign in")

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, given: Mapping[str, object], **headers: str) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": self.cookies["csrftoken"], **given}, doseq=True)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.ask("POST", path, body, headers)

    def ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        """One request on a connection that is kept open. Raises OSError or HTTPException where nobody answered."""
        if time.monotonic() - self.used > IDLE:
            self.connection.close()
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        own = {"Cookie": cookie, "Accept-Encoding": "gzip", **headers}
        try:
            self.connection.request(method, path, body, own)
            with self.connection.getresponse() as response:
                sent = response.read()
                text = (decompress(sent) if response.headers.get("Content-Encoding") else sent).decode()
        except (OSError, HTTPException):
            self.connection.close()
            raise
        self.used = time.monotonic()
        for header in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, text, response.headers.get("Location", ""))

    def close(self) -> None:
        with suppress(OSError):
            self.connection.close()
