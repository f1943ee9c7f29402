"""The server processes beside this one on the same machine, and telling them what only this one knows.

Each has a door, a socket in a folder that their parent has made for them and that nobody else can enter.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import orjson

FOLDER = "BODEGA_NEIGHBOURS"
"""Names the folder in the environment; where one process serves all there is none, and nothing is told."""
LONGEST = 2**18
"""Bytes of one word."""
PATIENCE = 0.5
"""Seconds after which one who does not listen is left alone."""


class Neighbours:
    """What one says of a subject holds until it says something else of it, or ends. `told` gets that subject."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self.told = told
        self.own: dict[str, list[Any]] = {}
        self.heard: dict[str, dict[str, list[Any]]] = {}
        self.folder, self.name = Path(os.environ.get(FOLDER) or "/"), ""

    def open(self) -> None:
        """From here on this one hears the others."""
        if FOLDER in os.environ and not self.name:
            self.name = uuid4().hex[:12]  # the address of a socket has to be short
            self.socket = opened()
            self.socket.bind(str(self.folder / self.name))
            Thread(target=self.listen, name="neighbours", daemon=True).start()

    def say(self, subject: str, what: list[Any]) -> None:
        """To all; nothing where it is what was said last."""
        if self.name and what != self.own.get(subject, []):
            put(self.own, subject, what)
            for door in self.folder.iterdir():
                if door.is_socket() and door.name != self.name:
                    self.send(door, subject)

    def send(self, door: Path, subject: str) -> None:
        with opened() as sending:
            sending.settimeout(PATIENCE)
            try:
                sending.sendto(orjson.dumps([self.name, subject, self.own.get(subject, [])]), str(door))
            except ConnectionRefusedError:
                door.unlink(missing_ok=True)
                self.heard.pop(door.name, None)
            except OSError:
                return

    def listen(self) -> None:
        while True:
            name, subject, what = orjson.loads(self.socket.recv(LONGEST))
            if name not in self.heard:  # it has heard nothing of what was said before it came
                self.heard[name] = {}
                for one in [*self.own]:
                    self.send(self.folder / name, one)
            put(self.heard[name], subject, what)
            self.told(subject)

    def said(self, subject: str) -> Iterator[Any]:
        """What the others say of it, as far as they are still there."""
        for name, words in [*self.heard.items()]:
            if subject in words and is_open(self.folder / name):
                yield from words.get(subject, [])


def put(words: dict[str, list[Any]], subject: str, what: list[Any]) -> None:
    words[subject] = what
    if not what:
        del words[subject]


def opened() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)


def is_open(door: Path) -> bool:
    with opened() as asking:
        return asking.connect_ex(str(door)) == 0
