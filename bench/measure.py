"""How an operation is measured: calls after a warm-up, wall time of each, processor time of all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from itertools import count
from statistics import median, quantiles

from bench.operations import Operation
from tests.proofs.engines import Engine, cpu_of

MS = 1_000
WARM_UP, ROUNDS, SAMPLES = 5, 3, 10
LONG = 2.0
"""Seconds that a round of plain SQL takes at most, and one statement more."""
CALM = 1.15
"""How much slower than at its best the machine may be in the round that counts."""


@dataclass(frozen=True)
class Result:
    """One row: milliseconds per call. `plain` is the processor time of the same rows by plain SQL.

    `pace` is what a fixed piece of work took beside it: where it is twice that of a machine at rest, so is everything.
    """

    operation: str
    calls: int
    pace: float
    p50: float
    p95: float
    server: float
    database: float
    plain: float
    goal: float

    @property
    def cpu(self) -> float:
        return self.server + self.database

    @property
    def ratio(self) -> float:
        return self.cpu / self.plain if self.plain else 0.0

    @property
    def short(self) -> bool:
        return self.cpu > self.goal

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "cpu": self.cpu, "ratio": self.ratio, "short": self.short}


def measured(operation: Operation, engine: Engine, *, server: int, calls: int) -> Result:
    """`server` is the process that answers; the plain statements run in this process."""
    numbers = count()
    for _call in range(WARM_UP):
        operation.checked(next(numbers))
    walls: list[float] = []
    each = calls // ROUNDS
    pace, (own, database) = least(
        partial(one_round, operation, numbers, walls, engine, server=server, calls=each), most=calls
    )
    numbers = count()
    plain_round(operation, numbers, engine, calls=each)
    _pace, (plain,) = least(partial(plain_round, operation, numbers, engine, calls=each), most=ROUNDS)
    p50, p95 = spread(walls)
    return Result(
        operation.name,
        calls=len(walls),
        pace=pace * MS,
        p50=p50 * MS,
        p95=p95 * MS,
        server=own * MS,
        database=database * MS,
        plain=plain * MS,
        goal=operation.goal * engine.slack,
    )


def least(one_round: Callable[[], Sequence[float]], *, most: int) -> tuple[float, Sequence[float]]:
    """The least that a round gave, of several until some were calm; and the slower pace of before and after it.

    Whatever else runs on a machine makes its processors slower, by half and more where two of them are one.
    """
    rounds: list[tuple[float, Sequence[float]]] = []
    while sum(found < CALM * rest() for found, _used in rounds) < ROUNDS and len(rounds) < most:
        before = pace()
        used = one_round()
        rounds.append((max(before, pace()), used))
    return min(rounds, key=lambda one: sum(one[1]))


def one_round(
    operation: Operation, numbers: Iterator[int], walls: list[float], engine: Engine, *, server: int, calls: int
) -> tuple[float, float]:
    """Seconds of the processor per call: of the server, and of the database."""
    before, database = cpu_of(server), engine.cpu()
    walls += [timed(operation.checked, next(numbers)) for _call in range(calls)]
    return (cpu_of(server) - before) / calls, (engine.cpu() - database) / calls


def plain_round(operation: Operation, numbers: Iterator[int], engine: Engine, *, calls: int) -> tuple[float]:
    """Seconds of the processor per call, of the driver in this process and of the database; of fewer, where each takes
    a second."""
    before, until, done = cpu_of(os.getpid()) + engine.cpu(), time.monotonic() + LONG, 0
    while done < calls and time.monotonic() < until:
        operation.plain(next(numbers))
        done += 1
    return ((cpu_of(os.getpid()) + engine.cpu() - before) / done,)


def pace() -> float:
    """Seconds that a piece of work takes now, on the slowest of the processors."""
    ours, found = os.sched_getaffinity(0), []
    for one in ours:
        os.sched_setaffinity(0, {one})
        found.append(median(work() for _sample in range(SAMPLES)))
    os.sched_setaffinity(0, ours)
    return max(found)


@cache
def rest() -> float:
    """The pace of this machine when nothing else runs on it: the best of some seconds."""
    return min(pace() for _sample in range(5 * SAMPLES))


def work() -> float:
    """Seconds of the processor that the same small piece of work takes now."""
    begun = time.process_time()
    found: dict[int, str] = {}
    for number in range(20_000):
        found[number % 1_000] = str(number)
    return time.process_time() - begun


def timed(call: Callable[[int], None], number: int) -> float:
    begun = time.perf_counter()
    call(number)
    return time.perf_counter() - begun


def spread(walls: list[float]) -> tuple[float, float]:
    """The middle one, and the one that only a twentieth is slower than."""
    cuts = quantiles(walls, n=20, method="inclusive")
    return cuts[9], cuts[18]
