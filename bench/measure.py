"""How an operation is measured: calls after a warm-up, wall time of each, processor time of all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import quantiles

from tests.proofs.engines import Engine, cpu_of
from bench.operations import Operation

MS = 1_000


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


def measured(operation: Operation, engine: Engine, *, server: int, calls: int, warm_up: int = 5) -> Result:
    """`server` is the process that answers; the plain statements run in this process."""
    for number in range(warm_up):
        operation.checked(number)
    before, database = cpu_of(server), engine.cpu()
    walls = [timed(operation.checked, warm_up + number) for number in range(calls)]
    spent, by_database = cpu_of(server) - before, engine.cpu() - database
    p50, p95 = spread(walls)
    return Result(
        operation.name,
        calls,
        p50 * MS,
        p95 * MS,
        spent / calls * MS,
        by_database / calls * MS,
        plain_cost(operation, engine, calls=calls, warm_up=warm_up) * MS,
        operation.goal * engine.slack,
    )


def plain_cost(operation: Operation, engine: Engine, *, calls: int, warm_up: int) -> float:
    """Seconds of the processor per call: of the driver in this process, and of the database."""
    for number in range(warm_up):
        operation.plain(number)
    before = cpu_of(os.getpid()) + engine.cpu()
    for number in range(calls):
        operation.plain(warm_up + number)
    return (cpu_of(os.getpid()) + engine.cpu() - before) / calls


def timed(call: Callable[[int], None], number: int) -> float:
    begun = time.perf_counter()
    call(number)
    return time.perf_counter() - begun


def spread(walls: list[float]) -> tuple[float, float]:
    """The middle one, and the one that only a twentieth is slower than."""
    cuts = quantiles(walls, n=20, method="inclusive")
    return cuts[9], cuts[18]
