"""Very many deals get another owner, or another territory, by the worker: how long others wait who write meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from django.db import connection

from bench.whole import Figure
from bodega.kernel import change, query
from bodega.kernel.actors import Role, User, system
from bodega.kernel.registry import type_of
from bodega.platform.jobs.models import UNFINISHED, Job
from bodega.platform.tallies.keeping import mend
from bodega.surfaces.html.jobs import CHUNK, do_to_many
from tests.proofs.engines import Engine, cpu_of
from tests.proofs.installation import Failed, Installation

DEAL = "sales.deal"
PAUSE = 0.02
"""Seconds between two changes that others make."""
LONGEST = 200.0
PATIENCE = 3_600


@dataclass
class Neighbour:
    """Somebody who changes a deal beside those that are moved, again and again."""

    opened: Callable[[], Engine]
    pk: int
    waits: list[float] = field(default_factory=list)
    done: Event = field(default_factory=Event)

    def work(self) -> None:
        engine = self.opened()  # a connection of SQLite belongs to its thread
        while not self.done.wait(PAUSE):
            begun = time.perf_counter()
            engine.run(f"UPDATE sales_deal SET next_step = 'call' WHERE id = {self.pk}")
            self.waits.append((time.perf_counter() - begun) * 1_000)
        engine.close()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        thread = Thread(target=self.work)
        thread.start()
        try:
            yield
        finally:
            self.done.set()
            thread.join()


def moved(installation: Installation, opened: Callable[[], Engine], *, rows: int) -> Iterator[Figure]:
    """A twentieth of all deals gets another owner, a tenth another territory; then all is as it was."""
    engine = opened()
    owner, territory = (int(engine.run(f"SELECT min(id) FROM {table}")[0][0])
                        for table in ("kernel_user WHERE login = 'p999'", "kernel_territory"))  # fmt: skip
    worker = installation.serve("worker")
    try:
        for what, name, value, count in (("reassigned", "owner", owner, rows // 20),
                                         ("realigned", "territory", territory, rows // 10)):  # fmt: skip
            with as_before(engine, name):
                before = cpu_of(worker.pid) + engine.cpu()
                yield from together(Neighbour(opened, count + 1), {name: value}, count, what)
                used = (cpu_of(worker.pid) + engine.cpu() - before) * CHUNK / count
                yield Figure(f"processor for {CHUNK} of them", used * 1_000, "ms", LONGEST)
    finally:
        worker.end()
        installation.running.remove(worker)


def together(neighbour: Neighbour, values: dict[str, Any], count: int, what: str) -> Iterator[Figure]:
    with neighbour.at_work():
        job = do_to_many.enqueue(
            type_key=DEAL, act="change", values=values, user=administrator(), batch=f"bulk-{uuid4().hex}",
            question=query.parse(f"id<={count}", type_of(DEAL), actor=system("bench")).to_json(),
        )  # fmt: skip
        wait(job)
    job.refresh_from_db()
    if job.result is None or job.result["problems"]:
        raise Failed(f"{what}: {job.result} {job.error}")
    spent = (job.finished_at - job.started_at).total_seconds() if job.finished_at and job.started_at else 0.0
    yield Figure(f"longest wait, {count:,} {what}", max(neighbour.waits), "ms", LONGEST)
    yield Figure(f"{count:,} {what}", count / spent, "records per second", 0, at_least=True)


def administrator() -> int:
    return User.objects.get(login="admin").pk


def wait(job: Job) -> None:
    """Until the worker is done with it."""
    until = time.monotonic() + PATIENCE
    while Job.objects.filter(UNFINISHED, pk=job.pk).exists():
        if time.monotonic() > until:
            raise Failed("the worker is not done")
        time.sleep(0.2)


@contextmanager
def as_before(engine: Engine, name: str) -> Iterator[None]:
    """What is moved inside is put back, its history forgotten."""
    column = f"{name}_id"
    engine.run("DROP TABLE IF EXISTS bench_before")
    engine.run(f"CREATE TABLE bench_before AS SELECT id, {column}, version FROM sales_deal")
    try:
        yield
    finally:
        engine.run(
            f"UPDATE sales_deal SET {column} = b.{column}, version = b.version FROM bench_before b"
            " WHERE b.id = sales_deal.id AND sales_deal.version <> b.version"
        )
        engine.run("DROP TABLE bench_before")
        engine.run(f"DELETE FROM kernel_changerow WHERE type = '{DEAL}'")
        mend(type_of(DEAL))


def rewritten() -> Figure:
    """How many deals are written where an administrator changes what a role may see."""
    written: list[str] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if "sales_deal" in sql and not sql.lstrip().startswith("SELECT"):
            written.append(sql)
        return execute(sql, parameters, many, context)

    role = Role.objects.get(name="Team team")
    with connection.execute_wrapper(note):
        for level in ("below", "team"):
            levels = {"*": {"view": level, "change": level}}
            change.save(role, {"levels": levels}, actor=system("bench"), type_=type_of("kernel.role"))
    return Figure("statements that write deals, a role changed", len(written), "statements", 0)
