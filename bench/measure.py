"""How an operation is measured: calls after a warm-up, wall time of each, processor time of all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import count
from math import inf
from statistics import median, quantiles

from bench.operations import Operation
from tests.proofs.engines import Engine, cpu_of

MS = 1_000
WARM_UP, TURNS, ROUNDS, FEWEST = 5, 3, 4, 3
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


@dataclass
class Trial:
    """An operation on its way to its row: what its turns have given. `server` is the process that answers; the plain
    statements run in this process."""

    operation: Operation
    engine: Engine
    server: int
    most: int
    """Calls of a round."""
    own: Sequence[float] = (inf, inf)
    plain: Sequence[float] = (inf,)
    walls: list[float] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    plain_numbers: Iterator[int] = field(default_factory=count)

    def turn(self) -> None:
        """Some rounds. The turns of one operation lie minutes apart, as a machine may be slow for so long."""
        warm = [timed(self.operation.checked, next(self.numbers)) for _call in range(WARM_UP)]
        calls = max(FEWEST, min(self.most, int(LONG / median(warm))))
        self.own = min(self.own, least(partial(self.one_round, calls), rounds=ROUNDS), key=sum)
        self.plain_round(calls)
        self.plain = min(self.plain, least(partial(self.plain_round, calls), rounds=ROUNDS), key=sum)

    def one_round(self, calls: int) -> tuple[float, float]:
        """Seconds of the processor per call: of the server, and of the database."""
        before, database = cpu_of(self.server), self.engine.cpu()
        self.walls += [timed(self.operation.checked, next(self.numbers)) for _call in range(calls)]
        return (cpu_of(self.server) - before) / calls, (self.engine.cpu() - database) / calls

    def plain_round(self, calls: int) -> tuple[float]:
        """Seconds of the processor per call, of the driver in this process and of the database; of fewer, where each
        takes a second."""
        before, until, done = cpu_of(os.getpid()) + self.engine.cpu(), time.monotonic() + LONG, 0
        while done < calls and time.monotonic() < until:
            self.operation.plain(next(self.plain_numbers))
            done += 1
        return ((cpu_of(os.getpid()) + self.engine.cpu() - before) / done,)

    def result(self) -> Result:
        p50, p95 = spread(self.walls)
        own, database = self.own
        return Result(
            self.operation.name,
            calls=len(self.walls),
            p50=p50 * MS,
            p95=p95 * MS,
            server=own * MS,
            database=database * MS,
            plain=sum(self.plain) * MS,
            goal=self.operation.goal * self.engine.slack,
        )


def least(one_round: Callable[[], Sequence[float]], *, rounds: int) -> Sequence[float]:
    """The least that a round gave. Whatever else runs on a machine makes its processors slower within the second, by
    half and more where two of them are one; nothing makes them faster."""
    return min((one_round() for _round in range(rounds)), key=sum)


def timed(call: Callable[[int], None], number: int) -> float:
    begun = time.perf_counter()
    call(number)
    return time.perf_counter() - begun


def spread(walls: list[float]) -> tuple[float, float]:
    """The middle one, and the one that only a twentieth is slower than."""
    cuts = quantiles(walls, n=20, method="inclusive")
    return cuts[9], cuts[18]
