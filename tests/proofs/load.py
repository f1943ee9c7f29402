"""Many people at work at once in a large company: so many requests a second, most of them reading, for minutes.

python -m tests.proofs.load --db postgres --rows 1000000 --seconds 600

The company is that of `make bench`, which is loaded where it is not there. Each request is due at a moment, whatever
became of those before it, and its time counts from then on: a server that stands still is not waited for.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import cycle
from typing import NamedTuple

from bench.load import FOLDER, SELLER, newest, ready, tidy
from tests.proofs.engines import Engine, cpu_of
from tests.proofs.installation import ROOT, Answer, Installation, Person
from tests.proofs.work import somebody

RATE = 60
"""Requests a second."""
PEOPLE_AT_WORK = 24
"""So many connections; half of them an administrator's, half those of somebody with the rights of a team."""
SLOWEST = 0.3
"""Seconds in which 95 of 100 requests are answered."""
WARM_UP = 5.0
"""Seconds before anything counts."""
CORES = 2
NEXT = re.compile(r'href="(/people/\?[^"]*after=[^"]*)"')


class Known(NamedTuple):
    """What the people at work know of the company."""

    people: Sequence[int]
    deals: Sequence[int]
    pipeline: int
    stages: Sequence[int]
    names: Sequence[str]


class Done(NamedTuple):
    """One request: seconds from the moment it was due; `wrong` says what came instead of what should."""

    what: str
    seconds: float
    wrong: str


@dataclass
class Colleague:
    """Somebody at work on a connection of their own."""

    person: Person
    known: Known
    chance: random.Random
    further: str = "/people/"
    """The page of the list behind the one that was read last."""
    done: list[Done] = field(default_factory=list)

    def list(self) -> Answer:
        return self.turned(self.person.get("/people/"))

    def turn(self) -> Answer:
        return self.turned(self.person.get(self.further))

    def turned(self, answer: Answer) -> Answer:
        found = NEXT.search(answer.text)
        self.further = found[1].replace("&amp;", "&") if found else "/people/"
        return answer

    def ask(self) -> Answer:
        country = self.chance.choice(["NO", "DE", "FR", "NL", "SE"])
        return self.person.get(f"/people/?q=address.country%3A{country}+name%3A{self.part()}")

    def find(self) -> Answer:
        return self.person.get(f"/find/?q={self.part()}", **{"HX-Request": "true"})

    def part(self) -> str:
        return self.chance.choice(self.known.names)[:4]

    def open(self) -> Answer:
        return self.person.get(f"/people/{self.chance.choice(self.known.people)}/")

    def open_deal(self) -> Answer:
        return self.person.get(f"/deals/{self.chance.choice(self.known.deals)}/")

    def board(self) -> Answer:
        return self.person.get(f"/deals/board/?within={self.known.pipeline}")

    def today(self) -> Answer:
        return self.person.get("/")

    def change(self) -> Answer:
        pk = self.chance.choice(self.known.people)
        given = {"fields": "job_title", "job_title": f"Head of {self.word()}"}
        return self.person.post(f"/people/cell/{pk}/job_title/", given, **{"HX-Request": "true"})

    def note(self) -> Answer:
        about = f"parties.person#{self.chance.choice(self.known.people)}"
        return self.person.post("/notes/do/log/", {"about": about, "text": f"Called: {self.word()}", "channel": "call"})

    def move(self) -> Answer:
        given = {"ids": self.chance.choice(self.known.deals), "to": self.chance.choice(self.known.stages)}
        return self.person.post(f"/deals/move/?within={self.known.pipeline}", given, **{"HX-Request": "true"})

    def create(self) -> Answer:
        return self.person.post("/people/new/", somebody(f"load-{self.word()}"))

    def word(self) -> str:
        return f"{self.chance.randrange(10**9):09d}"


MIX: Sequence[tuple[str, Callable[[Colleague], Answer], int, int]] = (
    ("list of people", Colleague.list, 14, 200),
    ("turn a page", Colleague.turn, 10, 200),
    ("country and part of a name", Colleague.ask, 6, 200),
    ("find anything", Colleague.find, 8, 200),
    ("open a person", Colleague.open, 16, 200),
    ("open a deal", Colleague.open_deal, 8, 200),
    ("board", Colleague.board, 4, 200),
    ("today", Colleague.today, 4, 200),
    ("change a cell", Colleague.change, 12, 200),
    ("log a call", Colleague.note, 8, 302),
    ("move a card", Colleague.move, 6, 200),
    ("new person", Colleague.create, 4, 302),
)
"""What is done, how often in 100 requests (70 of them read), and the status that is right."""


class Diary:
    """Which request is due when, for whoever is free."""

    def __init__(self, seconds: float, rate: float) -> None:
        self.turns = threading.Lock()
        self.number, self.rate, self.begun, self.seconds = 0, rate, time.monotonic(), seconds

    def next(self) -> float | None:
        """The moment at which the next one is due, once it has come; None when the day is over."""
        with self.turns:
            due = self.begun + self.number / self.rate
            self.number += 1
        if due > self.begun + self.seconds:
            return None
        time.sleep(max(0.0, due - time.monotonic()))
        return due


def work(colleague: Colleague, diary: Diary) -> None:
    weights = [weight for _what, _do, weight, _status in MIX]
    while (due := diary.next()) is not None:
        what, do, _weight, right = colleague.chance.choices(MIX, weights)[0]
        try:
            status = do(colleague).status
            wrong = "" if status == right else str(status)
        except (OSError, HTTPException) as error:
            wrong = type(error).__name__
        colleague.done.append(Done(what, time.monotonic() - due, wrong))


def everybody(colleagues: Sequence[Colleague], seconds: float, rate: float) -> None:
    diary = Diary(seconds, rate)
    threads = [threading.Thread(target=work, args=[one, diary]) for one in colleagues]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def know(engine: Engine, chance: random.Random) -> Known:
    """The records that people work on are somebody's whom both of them may see."""
    owners = "SELECT id FROM kernel_user WHERE name LIKE '%South'"
    pipeline = int(engine.run("SELECT id FROM sales_pipeline WHERE name = 'Trade'")[0][0])
    stages = engine.run(f'SELECT id FROM sales_stage WHERE pipeline_id = {pipeline} ORDER BY "order"')
    low, high = engine.run("SELECT min(id), max(id) FROM parties_party")[0]
    people: list[int] = []
    names: list[str] = []
    while len(people) < 400:
        rows = engine.run(
            f"SELECT id, family_name FROM parties_party WHERE id >= {chance.randint(low, high)} AND kind = 'person'"
            f" AND deleted_at IS NULL AND owner_id IN ({owners}) ORDER BY id LIMIT 5"
        )
        people += [row[0] for row in rows]
        names += [row[1] for row in rows if row[1].isascii() and len(row[1]) > 3]
    open_stages = ", ".join(str(row[0]) for row in stages)
    deals = engine.run(
        f"SELECT id FROM sales_deal WHERE stage_id IN ({open_stages}) AND owner_id IN ({owners}) ORDER BY id LIMIT 400"
    )
    return Known(people, [row[0] for row in deals], pipeline, [row[0] for row in stages], names)


# ---- what it cost ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cost:
    """Seconds of the processor: of the pages, the database, the worker, and of those who ask."""

    web: float
    database: float
    worker: float
    asking: float

    @classmethod
    def now(cls, engine: Engine, web: int, worker: int) -> Cost:
        return cls(cpu_of(web), engine.cpu(), cpu_of(worker), time.process_time())

    def since(self, before: Cost) -> Cost:
        return Cost(*(now - then for now, then in zip(vars(self).values(), vars(before).values(), strict=True)))

    @property
    def whole(self) -> float:
        """Without those who ask: they have machines of their own."""
        return self.web + self.database + self.worker


def measured(installation: Installation, engine: Engine, *, seconds: float, rate: float, seed: int) -> bool:
    """Prints the table; whether everything was as it should be."""
    chance = random.Random(seed)
    known = know(engine, chance)
    web, worker = installation.serve("web"), installation.serve("worker")
    logins = cycle(["admin", SELLER])
    colleagues = [
        Colleague(Person(web.port, next(logins)), known, random.Random(chance.random())) for _ in range(PEOPLE_AT_WORK)
    ]
    everybody(colleagues, WARM_UP, rate)
    for one in colleagues:
        one.done.clear()
    before, begun = Cost.now(engine, web.pid, worker.pid), time.monotonic()
    everybody(colleagues, seconds, rate)
    cost, took = Cost.now(engine, web.pid, worker.pid).since(before), time.monotonic() - begun
    done = [done for one in colleagues for done in one.done]
    for one in colleagues:
        one.person.close()
    return told(done, cost, took, rate=rate)


def told(done: Sequence[Done], cost: Cost, took: float, *, rate: float) -> bool:
    print(f"\n{'':30}{'requests':>10}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}{'wrong':>7}")
    for what in [row[0] for row in MIX]:
        line(what, [one for one in done if one.what == what])
    slowest = line("all", done)
    wrong = sorted({f"{one.what}: {one.wrong}" for one in done if one.wrong})
    per, share = 1000 / max(1, len(done)), 100 / took / CORES
    print(f"\n{len(done) / took:.1f} requests a second of {rate:g}; CPU of {CORES} cores and ms a request:")
    for name, used in {**vars(cost), "without asking": cost.whole}.items():
        print(f"  {name:16}{used * share:6.1f} %{used * per:8.1f} ms")
    print(f"  at {rate:g} a second this takes {cost.whole * per * rate / 10 / CORES:.0f} % of {CORES} cores")
    print("\n".join(["", *wrong]) if wrong else "\nno error")
    return not wrong and slowest <= SLOWEST and len(done) >= 0.99 * rate * took


def line(what: str, done: Sequence[Done]) -> float:
    """One row of the table; the time in which 95 of 100 were answered."""
    times = sorted(one.seconds for one in done) or [0.0]
    p50, p95 = times[len(times) // 2], times[min(len(times) - 1, len(times) * 95 // 100)]
    wrong = sum(1 for one in done if one.wrong)
    print(f"{what:30}{len(done):10,}{p50 * 1000:9.1f}{p95 * 1000:9.1f}{times[-1] * 1000:9.1f}{wrong:7}")
    return p95


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--rows", type=int, default=1_000_000, help="people in the company")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rate", type=float, default=RATE, help="requests a second")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if options.db == "postgres" and not os.environ.get("BODEGA_DATABASE_URL"):
        tool = [str(ROOT / "tools" / "postgres"), "--keep", str(FOLDER.resolve() / "cluster"), "run"]
        again = [*tool, sys.executable, "-m", "tests.proofs.load", *sys.argv[1:]]
        return subprocess.run(again, cwd=ROOT, check=False).returncode
    installation, engine = ready(options.db, options.rows)
    last = newest(engine)
    print(
        f"{options.rows:,} people on {options.db}, {options.rate:g} requests a second, {options.seconds:g} s",
        flush=True,
    )
    try:
        good = measured(installation, engine, seconds=options.seconds, rate=options.rate, seed=options.seed)
    finally:
        installation.end()
        tidy(engine, last)
    print("as it should be" if good else "SHORT: an error, slower than it should be, or not as much as was asked")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
