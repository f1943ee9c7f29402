"""Tests talk to this machine only."""

from __future__ import annotations

import asyncio
import socket
import urllib.request

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "example.com"])
def test_no_test_reaches_another_machine(host: str) -> None:
    with pytest.raises(OSError, match="a test reached for"):
        socket.create_connection((host, 80))
    with pytest.raises(OSError, match="a test reached for"):
        asyncio.run(asyncio.open_connection(host, 80))


def test_nor_does_a_library() -> None:
    with pytest.raises(OSError, match="a test reached for"):
        urllib.request.urlopen("http://example.com/")


def test_this_machine_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
