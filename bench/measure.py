"""How an operation is measured: calls after a warm-up, wall time of each, processor time of all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count
from statistics import median, quantiles

from bench.operations import Operation
from tests.proofs.engines import Engine, cpu_of

MS = 1_000
WARM_UP, ROUNDS, FEWEST = 5, 12, 3
LONG = 0.3
"""Seconds that a round takes about, and one call more: so long, often enough, a machine is left in peace."""


@dataclass(frozen=True)
class Result:
    """One row: milliseconds per call. `plain` is the processor time of the same rows by plain SQL."""

    operation: str
    calls: int
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
    warm = [timed(operation.checked, next(numbers)) for _call in range(WARM_UP)]
    each, walls = max(FEWEST, min(calls, int(LONG / median(warm)))), list[float]()
    own, database = least(partial(one_round, operation, numbers, walls, engine, server=server, calls=each))
    numbers = count()
    plain_round(operation, numbers, engine, calls=each)
    (plain,) = least(partial(plain_round, operation, numbers, engine, calls=each))
    p50, p95 = spread(walls)
    return Result(
        operation.name,
        calls=len(walls),
        p50=p50 * MS,
        p95=p95 * MS,
        server=own * MS,
        database=database * MS,
        plain=plain * MS,
        goal=operation.goal * engine.slack,
    )


def least(one_round: Callable[[], Sequence[float]], *, rounds: int = ROUNDS) -> Sequence[float]:
    """The least that a round gave. Whatever else runs on a machine makes its processors slower within the second, by
    half and more where two of them are one; nothing makes them faster."""
    return min((one_round() for _round in range(rounds)), key=sum)


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


def timed(call: Callable[[int], None], number: int) -> float:
    begun = time.perf_counter()
    call(number)
    return time.perf_counter() - begun


def spread(walls: list[float]) -> tuple[float, float]:
    """The middle one, and the one that only a twentieth is slower than."""
    cuts = quantiles(walls, n=20, method="inclusive")
    return cuts[9], cuts[18]
