"""Servers on this machine that answer as a test wants them to, and a listener that counts who comes."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from typing import Any

Page = Callable[[BaseHTTPRequestHandler], None]


class Site(ThreadingHTTPServer):
    """A server on this machine: `pages` answer, `seen` has the requests as method, path and headers."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Reader)
        self.pages: dict[str, Page] = {}
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.stopped = Event()
        self.scheme = "http"

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.server_port}{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who called has gone, as is expected of somebody who had enough."""


class Reader(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        self.server.pages.get(self.path, says(b"hello"))(self)

    do_GET = do_POST = answer  # noqa: N815  (so they are called)

    def log_message(self, *told: Any) -> None:
        """Nothing on the screen."""


def says(body: bytes, status: int = 200, **headers: str) -> Page:
    def page(reader: BaseHTTPRequestHandler) -> None:
        reader.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            reader.send_header(name.replace("_", "-"), value)
        reader.end_headers()
        reader.wfile.write(body)

    return page


def leads(to: str, status: int = 302) -> Page:
    return says(b"", status, Location=to)


def goes_on(head: bytes, piece: bytes, pause: float = 0) -> Page:
    """Writes `head`, then `piece` again and again until the other side has gone."""

    def page(reader: BaseHTTPRequestHandler) -> None:
        reader.wfile.write(head)
        while not reader.server.stopped.wait(pause):  # type: ignore[attr-defined]
            reader.wfile.write(piece)

    return page


@contextmanager
def running(site: Site) -> Iterator[Site]:
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    site.stopped.set()
    site.shutdown()
    thread.join()
    site.server_close()


class Sentinel:
    """Listens on this machine and counts who comes."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.port: int = self.listener.getsockname()[1]

    def visits(self) -> int:
        """Who has connected since the last time; the system completes connections before anybody takes them."""
        for count in itertools.count():
            try:
                self.listener.accept()[0].close()
            except BlockingIOError:
                return count
        raise AssertionError
