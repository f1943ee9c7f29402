"""Numbers for Prometheus: what requests cost, how the work in the background stands, how large everything is."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import django
from django.conf import settings
from django.db import DatabaseError, connection
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from bodega.platform.jobs import standing
from bodega.platform.jobs.models import State
from bodega.surfaces.transfer.jobs import run_import
from bodega.web.cli import version
from bodega.web.room import database_size, free_space
from bodega.web.supervisor import SHARED

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BYTES_A_PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")

disable_created_metrics()  # type: ignore[no-untyped-call]
requests = CollectorRegistry(auto_describe=False)
REQUESTS = Counter("bodega_requests", "Requests.", ["method", "route", "status"], registry=requests)
SECONDS = Histogram("bodega_request_seconds", "Until the answer begins.", ["route"], buckets=BUCKETS, registry=requests)
CPU = Counter("bodega_request_cpu_seconds", "Of the server's processor.", ["route"], registry=requests)
STATEMENTS = Counter("bodega_request_statements", "Asked of the database.", ["route"], registry=requests)
DATABASE = Counter("bodega_request_database_seconds", "Waited for the database.", ["route"], registry=requests)


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one request, in seconds; `cpu` is this process's."""

    seconds: float
    cpu: float
    statements: int
    database: float


def count(method: str, route: str, status: int, cost: Cost) -> None:
    """`route` is the pattern of the address, of which there are few; it is empty where none was reached."""
    REQUESTS.labels(method if method in METHODS else "other", route, status).inc()
    SECONDS.labels(route).observe(cost.seconds)
    CPU.labels(route).inc(cost.cpu)
    STATEMENTS.labels(route).inc(cost.statements)
    DATABASE.labels(route).inc(cost.database)


def text() -> bytes:
    """Everything, in Prometheus's text format."""
    told = CollectorRegistry(auto_describe=False)
    if SHARED in os.environ:
        MultiProcessCollector(told)  # type: ignore[no-untyped-call]
    else:
        told.register(Requests())
    told.register(Installation())
    return generate_latest(told)


class Requests(Collector):
    def collect(self) -> Iterable[Metric]:
        return requests.collect()


class Installation(Collector):
    """Asked anew each time: a dozen short statements along indexes."""

    def collect(self) -> Iterator[Metric]:
        yield build()
        yield from processes()
        yield gauge("bodega_disk_free_bytes", "Where the data folder is.", free_space(settings.BODEGA_DATA_DIR))
        try:
            found = [*jobs(), *readers(), *database()]
        except DatabaseError:
            connection.close_if_unusable_or_obsolete()
            found = []
        yield gauge("bodega_database_up", "1 when it answers.", 1 if found else 0)
        yield from found


def gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=value)


def by(name: str, says: str, labels: list[str], values: Iterable[tuple[list[str], float]]) -> Metric:
    found = GaugeMetricFamily(name, says, labels=labels)
    for words, value in values:
        found.add_metric(words, value)
    return found


def build() -> Metric:
    says = [version(), platform.python_version(), django.get_version(), connection.vendor]
    return by("bodega_build_info", "What runs here.", ["version", "python", "django", "database"], [(says, 1)])


def jobs() -> Iterator[Metric]:
    queue = standing.queue()
    alive, heard = standing.heartbeat()
    open_ = [([name, state], float(n)) for (name, state), n in queue.unfinished.items()]
    yield by("bodega_jobs", "Jobs that wait or run.", ["job", "state"], open_)
    yield by("bodega_jobs_failed", "Failed and not tried again.", ["job"], [([k], n) for k, n in queue.failed.items()])
    yield gauge("bodega_jobs_oldest_due_seconds", "How long the first job that is due has waited.", queue.oldest_due)
    imports = queue.unfinished.get((run_import.name, State.RUNNING), 0)
    yield gauge("bodega_imports_running", "Imports under way.", imports)
    yield gauge("bodega_workers", "Workers heard of in the last minute.", alive)
    if heard is not None:
        yield gauge("bodega_worker_heartbeat_seconds", "Since a worker was last heard of.", heard)


def readers() -> Iterator[Metric]:
    found = [*standing.readers()]
    says = "Changes it has not read; up to 200 that it does not want are normal."
    yield by("bodega_consumer_behind", says, ["consumer"], [([one.name], one.behind) for one in found])
    says = "Age of the first change that it wants and has not read."
    yield by("bodega_consumer_waiting_seconds", says, ["consumer"], [([one.name], one.waiting) for one in found])
    yield by("bodega_consumer_parked", "Events parked.", ["consumer"], [([one.name], one.parked) for one in found])
    yield gauge("bodega_changes_unnumbered", "Changes that no worker has numbered yet.", standing.unnumbered())


def database() -> Iterator[Metric]:
    yield gauge("bodega_database_bytes", "Size of the database.", database_size())


def processes() -> Iterator[Metric]:
    """The server's own processes, and the workers on this machine."""
    pids = [("web", pid) for pid in servers()] + [("worker", pid) for pid in workers()]
    memory = GaugeMetricFamily("bodega_process_resident_bytes", "Memory, shared pages included.", labels=["process"])
    cpu = CounterMetricFamily("bodega_process_cpu_seconds", "Processor time.", labels=["process"])
    for role in ("web", "worker"):
        used = [found for name, pid in pids if name == role and (found := used_by(pid))]
        memory.add_metric([role], sum(held for held, _ in used))
        cpu.add_metric([role], sum(seconds for _, seconds in used))
    yield memory
    yield cpu


def servers() -> set[int]:
    """This process, and those that add up their counts with it: the library names a file after each."""
    shared = Path(os.environ[SHARED]).glob("histogram_*.db") if SHARED in os.environ else ()
    return {os.getpid(), *(int(path.stem.rpartition("_")[2]) for path in shared)}


def workers() -> list[int]:
    try:
        return standing.pids_on(platform.node())
    except DatabaseError:
        return []


def used_by(pid: int) -> tuple[int, float] | None:
    """Bytes of memory and seconds of processor; None where there is no such process (or no /proc)."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return int(words[21]) * BYTES_A_PAGE, (int(words[11]) + int(words[12])) / TICKS
