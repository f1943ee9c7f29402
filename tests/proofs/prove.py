"""`make prove`: as many worlds as are wanted, each process on a database of its own; then whether faults are noticed.

    python -m tests.proofs.prove --worlds 20000 --db both
    python -m tests.proofs.prove --seed 17

The last line tells it all: `worlds N, leaks N; faults N/N caught`. The program ends with 1 where something leaked, or a
fault was not seen. Twenty thousand worlds take hours: of the same commit, with nothing changed beside it, it goes on
where it was broken off (PROVE_DIR keeps what each company told, and whether each fault was noticed).
"""

from __future__ import annotations

import argparse
import atexit
import gc
import logging
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import django

ROOT = Path(__file__).parents[2]
LAST = re.compile(r"worlds (\d+), leaks (\d+); faults (\d+)/(\d+) caught")
SIZES = (0.2, 0.4, 0.7)
"""Smaller companies, in which a leak is looked for once more: what is told of it is easier to read."""


@contextmanager
def database() -> Iterator[None]:
    """A new database of this process with all tables, and what every company of the proof has."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"BODEGA_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "bodega.web.settings"}
        django.setup()
        from django.db import connection  # the settings come first, here and below

        from bodega.kernel.actors import system
        from bodega.platform.seeding import seed_everything
        from tests.proofs.grown import prepare

        logging.getLogger().handlers.clear()
        name = f"bodega_prove_{os.getpid()}"
        connection.settings_dict["TEST"]["NAME"] = f"{folder}/{name}" if connection.vendor == "sqlite" else name
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            seed_everything(actor=system("proof"))
            prepare()
            gc.freeze()  # as the server does
            gc.set_threshold(10_000, 10, 10)
            yield
        finally:
            connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def begin() -> None:
    stack = ExitStack()
    stack.enter_context(database())
    atexit.register(stack.close)


def worlds(seed: int) -> tuple[int, list[str]]:
    """How many worlds that company had, and what leaked. A page that failed is told with them, and the rest go on."""
    from tests.proofs.worlds import worlds_of

    try:
        found = [*worlds_of(seed)]
    except Exception:  # noqa: BLE001  (whatever fails, nothing is known of this company)
        return 0, [f"company {seed} could not be asked:\n{traceback.format_exc()}"]
    return len(found), [str(leak) for leaks in found for leak in leaks]


def smallest(seed: int) -> Iterator[str]:
    """What leaks in the smallest company of that number in which something does."""
    from tests.proofs.worlds import worlds_of

    for size in (*SIZES, 1.0):
        leaks = [leak for some in worlds_of(seed, size=size, asks=0) for leak in some]
        if leaks:
            yield from (f"in a company of size {size}: {leak}" for leak in leaks)
            return


def caught(number: int) -> bool:
    """Whether anybody would notice the fault with that number."""
    from tests.proofs.noticing import is_noticed

    return is_noticed(number)


def faults() -> int:
    """How many there are."""
    from tests.proofs.noticing import EVERY

    return len(EVERY)


def told(lines: Iterable[object]) -> None:
    for line in lines:
        print(line, flush=True)


@dataclass(frozen=True)
class Known:
    """What an earlier run of this commit has told of each company, or of each fault, by its number."""

    path: Path | None
    of: dict[int, list[int]] = field(default_factory=dict)

    @classmethod
    def here(cls, what: str) -> Self:
        """Nothing is kept where something was changed since the commit: it would not be known of what it tells."""
        commit, changed = asked("rev-parse", "HEAD"), asked("status", "--porcelain")
        if changed or not commit:
            return cls(None)
        engine = "postgres" if os.environ.get("BODEGA_DATABASE_URL", "").startswith("postgres") else "sqlite"
        folder = Path(os.environ.get("PROVE_DIR") or ROOT / ".prove")
        folder.mkdir(exist_ok=True)
        path = folder / f"{commit}-{engine}-{what}"
        lines = path.read_text().splitlines() if path.exists() else []
        return cls(path, {number: told for line in lines for number, *told in [map(int, line.split())]})

    def keep(self, number: int, *told: int) -> None:
        self.of[number] = [*told]
        if self.path:
            with self.path.open("a") as kept:
                kept.write(f"{number} {' '.join(map(str, told))}\n")

    def left(self, numbers: Iterable[int]) -> list[int]:
        return [number for number in numbers if number not in self.of]


def asked(*words: str) -> str:
    """What git answers; nothing where this is no clone."""
    found = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip()


def here(wanted: int, processes: int) -> tuple[int, int, int, int]:
    """On the database that the environment names. Worlds, leaks, faults noticed, faults."""
    seeds, known, noticed = range(-(-wanted // EACH)), Known.here("worlds"), Known.here("faults")
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn, initializer=begin) as pool:
        left = known.left(seeds)
        made, leaks = (sum(known.of[seed][at] for seed in seeds if seed in known.of) for at in (0, 1))
        told([f"… {made} worlds, {leaks} leaks, from before"] if made else [])
        for number, (seed, (many, found)) in enumerate(zip(left, pool.map(worlds, left), strict=True), start=1):
            made, leaks = made + many, leaks + len(found)
            told(found)
            if many:
                known.keep(seed, many, len(found))
            if number % 250 == 0:
                told([f"… {made} worlds, {leaks} leaks"])
        tried = range(pool.submit(faults).result())
        looked_for = {pool.submit(caught, number): number for number in noticed.left(tried)}
        for one in as_completed(looked_for):
            noticed.keep(looked_for[one], int(one.result()))
    told(f"nobody noticed fault {number}" for number in tried if not noticed.of[number][0])
    return made, leaks, sum(noticed.of[number][0] for number in tried), len(tried)


def on_each(wanted: int) -> tuple[int, ...]:
    """The same on both databases, half of the worlds each; the numbers together."""
    program = [sys.executable, "-m", "tests.proofs.prove", "--worlds", str(-(-wanted // 2))]
    found: list[Sequence[str]] = []
    for name, before in (("SQLite", []), ("PostgreSQL", [str(ROOT / "tools/postgres"), "run"])):
        told([f"== {name}"])
        with subprocess.Popen([*before, *program], stdout=subprocess.PIPE, text=True, cwd=ROOT) as running:
            line = ""
            for line in running.stdout or ():
                told([line.rstrip()] if not LAST.fullmatch(line.strip()) else [])
        numbers = LAST.fullmatch(line.strip())
        found.append(numbers.groups() if numbers else ("0", "1", "0", "1"))
    return tuple(sum(map(int, pair)) for pair in zip(*found, strict=True))


EACH = 8
"""Worlds of one company, as in `worlds`, which cannot be read before there are settings."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--db", choices=("here", "both"), default="here")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, help="only this company, with everything asked of it")
    given = parser.parse_args()
    if given.seed is not None:
        with database():
            leaks = [*smallest(given.seed)]
        told(leaks)
        return bool(leaks)
    found = on_each(given.worlds) if given.db == "both" else here(given.worlds, given.processes)
    made, leaked, noticed, tried = found
    told([f"worlds {made}, leaks {leaked}; faults {noticed}/{tried} caught"])
    return bool(leaked or noticed < tried or not made)


if __name__ == "__main__":
    sys.exit(main())
