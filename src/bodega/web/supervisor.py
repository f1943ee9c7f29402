"""A small parent of processes: starts again what falls, and takes everything down when it goes itself."""

from __future__ import annotations

import atexit
import errno
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event, Thread

from bodega.platform.neighbours import FOLDER

logger = logging.getLogger(__name__)
LOOK = 0.1
PATIENCE = 5.0
"""Seconds in which a server that was just killed lets go of its port."""
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder where several server processes add up their metrics, and tell each other what one knows."""
GRACE = 30.0
"""Seconds that the children have to end by themselves."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
STEADY = 60.0
"""A child that ran so many seconds is started again at once when it falls."""


@dataclass
class Child:
    """One process: `words` for the command line, and the open socket that it inherits."""

    name: str
    words: Sequence[str]
    fds: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started: float = field(default=float("-inf"), init=False)
    pause: float = field(default=SHORTEST_PAUSE, init=False)

    def keep_alive(self) -> None:
        """Starts it, or starts it again where it has fallen; ever more slowly when it keeps falling."""
        now = time.monotonic()
        if (self.process is not None and self.process.poll() is None) or now - self.started < self.pause:
            return
        if self.process is not None:
            logger.warning("fallen, started again", extra={"child": self.name, "ended_with": self.process.returncode})
            self.pause = SHORTEST_PAUSE if now - self.started > STEADY else min(LONGEST_PAUSE, self.pause * 2)
        self.started = now
        # A group of its own, so that Ctrl-C reaches only the parent, which then ends the children in order. Its
        # standard input is a pipe that we never write to: it closes when we are gone, however we went.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bodega", *self.words], stdin=subprocess.PIPE, pass_fds=self.fds, process_group=0
        )


def supervise(children: Sequence[Child]) -> int:
    """Keeps the children running until SIGTERM or SIGINT, then ends them gracefully."""
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.is_set():
        for child in children:
            child.keep_alive()
        stopping.wait(LOOK)
    return end(children)


def end(children: Sequence[Child]) -> int:
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.terminate()
    until = time.monotonic() + GRACE
    for process in running:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return 0


def end_with_parent() -> None:
    """Called by a child: asks it to end once the parent's end of standard input is closed."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=wait, daemon=True).start()


def listen(host: str, port: int) -> socket.socket:
    """An open port. Opened before anything else starts, so that one that is taken is told at once; OSError then."""
    until = time.monotonic() + PATIENCE
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        try:
            return socket.create_server((host, port), family=family, backlog=1024)
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise
            time.sleep(0.2)


def address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def web_children(listening: socket.socket, count: int) -> list[Child]:
    """Server processes that share one port: while one is started again, callers wait instead of being refused."""
    words = ["web", "--fd", str(listening.fileno())]
    if count > 1:
        os.environ[SHARED] = os.environ[FOLDER] = folder = tempfile.mkdtemp(prefix="bodega-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    names = ["web"] if count == 1 else [f"web {number}" for number in range(1, count + 1)]
    return [Child(name, words, [listening.fileno()]) for name in names]
