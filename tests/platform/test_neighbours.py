"""Server processes on one machine know what the others say, as long as these live."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bodega.platform.neighbours import FOLDER, Neighbours

BESIDE = """
import sys
from bodega.platform.neighbours import Neighbours
beside = Neighbours(lambda subject: print(*beside.said(subject), flush=True))
beside.open()
for line in sys.stdin:
    beside.say("deal 7", [line.strip()])
"""


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("n")
    monkeypatch.setenv(FOLDER, str(folder))
    return folder


@contextmanager
def process() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", BESIDE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as beside:
        yield beside
        beside.kill()


def until(happened: Callable[[], object]) -> None:
    for _turn in range(500):
        if happened():
            return
        time.sleep(0.02)
    raise AssertionError("nothing has happened")


def test_who_comes_later_hears_what_was_said_before(folder: Path) -> None:
    told: list[str] = []
    one = Neighbours(told.append)
    one.open()
    one.say("deal 7", ["Ben"])
    with process() as beside:
        assert beside.stdin
        assert beside.stdout
        print("Anna", file=beside.stdin, flush=True)
        assert beside.stdout.readline() == "Ben\n"
        assert ([*one.said("deal 7")], [*one.said("deal 8")]) == (["Anna"], [])
        one.say("deal 7", [])
        assert beside.stdout.readline() == "\n"


def test_what_was_said_by_one_who_is_killed_is_gone(folder: Path) -> None:
    told: list[str] = []
    one = Neighbours(told.append)
    one.open()
    with process() as beside:
        assert beside.stdin
        print("Anna", file=beside.stdin, flush=True)
        until(lambda: told)
        assert [*one.said("deal 7")] == ["Anna"]
        beside.kill()
        beside.wait()
        assert [*one.said("deal 7")] == []
    one.say("deal 7", ["Ben"])
    assert [door.name for door in folder.iterdir()] == [one.name]


def test_one_process_alone_has_no_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER, raising=False)
    one = Neighbours(print)
    one.open()
    one.say("deal 7", ["Ben"])
    assert (one.name, [*one.said("deal 7")]) == ("", [])
