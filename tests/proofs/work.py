"""People at work while the program is killed under them: what they did, and whether it was acknowledged."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPException

from tests.proofs.installation import Answer, Failed, Person

PAUSE = 0.02
"""Seconds between two attempts while nobody answers."""


class Unanswered(Exception):
    """The server said that the database was away: nobody knows whether it was done."""


@dataclass
class Deed:
    """One thing that somebody sent off. `what` is a word for it, `record` an id, 0 while it is not known."""

    what: str
    value: str
    record: int = 0
    acknowledged: bool = False


def somebody(word: str) -> dict[str, object]:
    """A person to be entered who is like nobody else, as far as a word tells: by a number of their own too."""
    number = int.from_bytes(word.encode()[-6:], "big") % 10**9
    return {"name": word, "email": f"{word}@proof.example", "phone": f"+49171{number:09d}"}


@dataclass
class Editor:
    """Works on records of their own until told to stop; nobody else touches these."""

    person: Person
    name: str
    deals: Sequence[int]
    stages: Sequence[int]
    chance: random.Random
    deeds: list[Deed] = field(default_factory=list)
    problem: Exception | None = None

    def work(self, stopping: threading.Event) -> None:
        with closing(self.person):
            self.go_on(stopping)

    def go_on(self, stopping: threading.Event) -> None:
        steps = [self.create, self.create, self.change, self.change, self.change, self.note, self.move]
        number = 0
        while not stopping.is_set():
            number += 1
            try:
                self.chance.choice(steps)(f"{self.name}-{number}")
            except ConnectionRefusedError:
                self.deeds.pop()  # nobody has heard of it
                time.sleep(PAUSE)
            except (OSError, HTTPException, Unanswered):
                time.sleep(PAUSE)
            except Failed as problem:
                self.problem = problem
                return

    def create(self, word: str) -> None:
        deed = self.begun("create", word)
        answer = self.sent(lambda: self.person.post("/people/new/", somebody(word)), 302)
        deed.record, deed.acknowledged = int(answer.location.strip("/").split("/")[-1]), True

    def change(self, word: str) -> None:
        if pk := self.own():
            deed = self.begun("change", word, pk)
            given = {"fields": "job_title", "job_title": word}
            self.sent(lambda: self.person.post(f"/people/cell/{pk}/job_title/", given), 302)
            deed.acknowledged = True

    def note(self, word: str) -> None:
        if pk := self.own():
            deed = self.begun("note", word, pk)
            given = {"about": f"parties.person#{pk}", "text": word, "channel": "call"}
            self.sent(lambda: self.person.post("/notes/do/log/", given), 302)
            deed.acknowledged = True

    def move(self, word: str) -> None:
        pk, stage = self.chance.choice(self.deals), self.chance.choice(self.stages)
        deed = self.begun("move", str(stage), pk)
        self.sent(lambda: self.person.post("/deals/move/", {"ids": pk, "to": stage}), 302)
        deed.acknowledged = True

    def own(self) -> int:
        known = [deed.record for deed in self.deeds if deed.what == "create" and deed.acknowledged]
        return self.chance.choice(known) if known else 0

    def begun(self, what: str, value: str, record: int = 0) -> Deed:
        self.deeds.append(Deed(what, value, record))
        return self.deeds[-1]

    def sent(self, send: Callable[[], Answer], wanted: int) -> Answer:
        answer = send()
        if answer.status == 503:
            raise Unanswered
        if answer.status != wanted:
            raise Failed(f"{self.deeds[-1]} was answered with {answer.status}: {answer.text[:3000]}")
        return answer
