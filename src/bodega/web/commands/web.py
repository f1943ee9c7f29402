"""`bodega web`: the pages alone."""

from __future__ import annotations

import socket
from argparse import Namespace

import uvicorn
from django.db import connection

from bodega.surfaces.live.hub import HUB
from bodega.web import configured, tables
from bodega.web.cli import Refusal, version
from bodega.web.supervisor import address, end_with_parent, listen, supervise, web_children

GRACE = 10
"""Seconds that running requests have to end when the server is stopped."""


def run(options: Namespace) -> int:
    if options.fd is not None:
        end_with_parent()
        return serve(socket.socket(fileno=options.fd))
    with open_port(options.host, options.port) as listening:
        tables.require_up_to_date()
        configured.write_down("web", version=version())
        connection.close()
        print(f"Bodega's pages are on {address(listening)}", flush=True)
        return serve(listening) if options.workers == 1 else supervise(web_children(listening, options.workers))


def open_port(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as problem:
        why = str(problem.strerror).partition(" (")[0]
        raise Refusal(f"can't listen on {host}, port {port}: {why}. Take another one with --port") from None


def serve(listening: socket.socket) -> int:
    config = uvicorn.Config(
        "bodega.web.asgi:application",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    Server(config).run(sockets=[listening])
    return 0


class Server(uvicorn.Server):
    """One that does not wait for pages which listen: they would stay for ever."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        HUB.close()
        await super().shutdown(sockets)
