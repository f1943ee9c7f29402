"""What every test stands on: no network beyond this machine, a database of its own, and the shared real data."""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from hypothesis import settings as made_up_values

ROOT = Path(__file__).parent
pytest_plugins = ["tests.personas", "tests.specimens", "tests.guard"]

# A slow machine is not a failing test: nothing here asserts a time.
made_up_values.register_profile("patient", deadline=None)
made_up_values.load_profile("patient")


class NetworkForbidden(OSError):
    """A test reached for another machine."""


def _refuse_elsewhere(host: object) -> None:
    if host in (None, "", "localhost", b"localhost"):
        return
    try:
        is_here = ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        is_here = False
    if not is_here:
        raise NetworkForbidden(f"a test reached for {host}; tests talk to this machine only")


class LoopbackSocket(socket.socket):
    """A socket that goes nowhere but 127.0.0.0/8, ::1 and Unix sockets."""

    def connect(self, address: Any) -> None:
        self._check(address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        self._check(address)
        return super().connect_ex(address)

    def _check(self, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            _refuse_elsewhere(address[0])


_getaddrinfo = socket.getaddrinfo


def _local_getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
    _refuse_elsewhere(host)
    return _getaddrinfo(host, *rest, **named)


def pytest_configure(config: pytest.Config) -> None:
    socket.socket = LoopbackSocket  # type: ignore[misc]
    socket.getaddrinfo = _local_getaddrinfo


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests for one engine are left out on the other; they run in the other half of `make test`."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    here = connections["default"].vendor
    for item in items:
        for engine in ("sqlite", "postgres"):
            if item.get_closest_marker(engine) and not here.startswith(engine):
                item.add_marker(pytest.mark.skip(reason=f"can only be asked on {engine}"))


def pytest_collection_finish() -> None:
    """What stays to the end is not looked through again and again for what could go: a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite's test database is a file, as in real life: threads and processes can share it."""
    if connections["default"].vendor == "sqlite":
        name = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connections["default"].settings_dict["TEST"]["NAME"] = str(name)


@pytest.fixture(scope="session", autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of this run; the one beside the source is left alone."""
    folder = tmp_path_factory.mktemp("data")
    settings.BODEGA_DATA_DIR = folder
    settings.STORAGES["default"]["OPTIONS"]["location"] = folder / "files"
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data (BODEGA_SHARED, by default `../shared`); the test is skipped where there is none."""
    folder = Path(os.environ.get("BODEGA_SHARED") or ROOT.parent / "shared")
    if not (folder / "data").is_dir():
        pytest.skip(f"real data: no folder {folder} (set BODEGA_SHARED)")
    return folder


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    """Each test has a database of its own; what this process knew of the last one's is not so any more."""
    from bodega.kernel.scope import PROCESS  # it needs the settings, which pytest-django sets up first

    PROCESS.clear()
