"""`bodega web`: the pages alone."""

from __future__ import annotations

import socket
from argparse import Namespace

import uvicorn

from bodega.web.supervisor import end_with_parent, listen, supervise, web_children

GRACE = 10
"""Seconds that running requests have to end when the server is stopped."""


def run(options: Namespace) -> int:
    if options.fd is not None:
        return serve_on(socket.socket(fileno=options.fd))
    with listen(options.host, options.port) as listening:
        if options.workers == 1:
            print(f"Bodega's pages are on {address(listening)}")
            return serve_on(listening)
        return supervise(web_children(listening, options.workers))


def serve_on(listening: socket.socket) -> int:
    end_with_parent()
    server = uvicorn.Server(
        uvicorn.Config(
            "bodega.web.asgi:application",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )
    )
    server.run(sockets=[listening])
    return 0
