"""What is no call that is made again and again: an import, many at once, memory, a start."""

from __future__ import annotations

import itertools
import json
import threading
import time
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

from bench.load import HERE, NEWCOMERS, newcomers
from bench.measure import least
from tests.proofs.engines import Engine, cpu_of
from tests.proofs.installation import PATIENCE, Installation, Person, Server

CLIENTS, CALLS, CROWDS, FILES = 8, 40, 12, 3
LOOKERS, QUIET = 100, 20
"""People with a live page open, and the seconds for which they look on."""


@dataclass(frozen=True)
class Figure:
    """One number, and what it is to reach: at most the goal, or at least."""

    name: str
    value: float
    unit: str
    goal: float
    at_least: bool = False

    @property
    def short(self) -> bool:
        return self.value < self.goal if self.at_least else self.value > self.goal

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "short": self.short}

    def line(self) -> str:
        told = f"{self.name:44}{self.value:12,.1f} {self.unit:36}"
        return f"{told}{'at least' if self.at_least else 'at most'} {self.goal:,.0f}{'  SHORT' if self.short else ''}"


def imported(installation: Installation, engine: Engine, *, count: int = NEWCOMERS) -> Figure:
    """Rows for each second of the processor, the command with its start and the database together."""
    firsts = itertools.count(step=count)

    def of_one_file() -> tuple[float]:
        folder = newcomers(engine, installation.folder / "newcomers", count=count, first=next(firsts))
        before = engine.cpu()
        said, spent = installation.do("import", "--recipe", str(HERE / "newcomers.toml"), str(folder), "--json")
        created = json.loads(said.splitlines()[-1])["created"]
        return ((spent.cpu + engine.cpu() - before) / created,)

    (used,) = least(of_one_file, rounds=FILES)
    unit = "rows per CPU second"
    return Figure(f"import of {count:,} people", 1 / used, unit, 4_000 / engine.slack, at_least=True)


def together(web: Server, engine: Engine) -> Figure:
    """Eight people who open the list again and again at the same time."""
    people = [Person(web.port, "admin") for _client in range(CLIENTS)]

    def work(person: Person) -> None:
        for _call in range(CALLS):
            person.get("/people/")

    def all_at_once() -> tuple[float]:
        threads = [threading.Thread(target=work, args=(person,)) for person in people]
        before = cpu_of(web.pid) + engine.cpu()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return (cpu_of(web.pid) + engine.cpu() - before,)

    (used,) = least(all_at_once, rounds=CROWDS)
    for person in people:
        person.close()
    unit = "requests per CPU second"
    return Figure(f"{CLIENTS} clients on the list", CLIENTS * CALLS / used, unit, 100 / engine.slack, at_least=True)


def looking_on(web: Server, engine: Engine) -> Figure:
    """A hundred people with a live page open, while nothing happens."""
    with closing(Person(web.port, "admin")) as person, ExitStack() as stack:
        cookie = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
        pages = ("/deals/", "/people/")
        for number in range(LOOKERS):
            connection = stack.enter_context(closing(HTTPConnection("127.0.0.1", web.port, timeout=30)))
            connection.request("GET", f"/live/?at={pages[number % 2]}", headers={"Cookie": cookie})
            stack.enter_context(connection.getresponse()).readline()
        time.sleep(2)
        before = cpu_of(web.pid) + engine.cpu()
        time.sleep(QUIET)
        used = cpu_of(web.pid) + engine.cpu() - before
    return Figure(f"{LOOKERS} open pages while nothing happens", 100 * used / QUIET, "% of a core", 5 * engine.slack)


def memory(engine: Engine, *servers: Server) -> Figure:
    """The goal is one on PostgreSQL: on SQLite the program is the database, with its cache."""
    used = sum(memory_of(pid) for server in servers for pid in family(server.pid))
    return Figure("memory of web and worker", used / 1e6, "MB (PSS)", 350 * engine.slack)


def family(pid: int) -> list[int]:
    """A process and all that it has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def memory_of(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


def start(installation: Installation) -> Figure:
    """From the word `bodega serve` to the first page."""
    begun = time.monotonic()
    server = installation.serve("serve")
    wait_for_page(server)
    spent = time.monotonic() - begun
    server.end()
    installation.running.remove(server)
    return Figure("start to the first page", spent, "seconds", 3)


def wait_for_page(server: Server) -> None:
    """Until the server has answered."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urlopen(f"http://127.0.0.1:{server.port}/signin/").close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
