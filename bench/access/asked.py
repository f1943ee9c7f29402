"""Six people ask for lists, counts and a report: what the database takes for the program's statements, and for the best
plain ones."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection

from bench.access import plain
from bench.access.company import GUEST
from bodega.kernel import access, query
from bodega.kernel.actors import Actor, User, actor_of
from bodega.kernel.registry import type_of
from bodega.kernel.scope import arranged, scope
from bodega.platform.sqlite.base import writes
from tests.proofs.engines import cpu_of

DEAL = type_of("sales.deal")
TIMES, MS = 7, 1_000
WHO: Mapping[str, str] = {
    "all": "p0", "a region's": "p3", "a director's": "p6", "a team's": "p24", "own": "p553", "128 shared": GUEST,
}  # fmt: skip
"""Who asks, by what they see."""
Statement = tuple[str, Any]
Ask = Callable[[], object]


@dataclass(frozen=True)
class Asked:
    """One row: milliseconds of the database's processor for the program's statements and for the best plain one, each
    the best of several times; and the middle one of what the clock said."""

    who: str
    what: str
    cpu: float
    clock: float
    plain: float
    goal: float
    plan: Sequence[str] = ()
    """How the database goes about it; kept where it is short."""

    @property
    def short(self) -> bool:
        return self.cpu > self.goal

    @property
    def ratio(self) -> float:
        return self.cpu / self.plain

    def line(self) -> str:
        times = f"{self.cpu:9.2f}{self.clock:9.2f}{self.plain:9.2f}{self.ratio:9.1f}{self.goal:9.0f}"
        return f"{self.what:28}{self.who:16}{times}{'  SHORT' if self.short else ''}"


def asked() -> Iterator[Asked]:
    for who, login in WHO.items():
        yield from asked_by(who, actor_of(User.objects.get(login=login)))


def shares() -> str:
    """How much of everything each of them sees."""
    every = DEAL.every(deleted=False).count()
    seen = {who: DEAL.rows(actor_of(User.objects.get(login=login))).count() for who, login in WHO.items()}
    return ", ".join(f"{who} {count:,} ({count / every:.2%})" for who, count in seen.items())


def asked_by(who: str, actor: Actor) -> Iterator[Asked]:
    owner = somebody(actor)
    forms, sight = plain.questions(owner), plain.Sight(word(), access.reach_of(DEAL, actor, "view"))
    for what, ask in questions(actor, owner).items():
        statements(ask)  # what is looked up once for a process is there afterwards
        said = statements(ask)
        taken = [timed(said) for _time in range(TIMES)]
        best = min(timed([(forms[what](seen), ())])[0] for seen in sight.forms() for _time in range(3))
        cpu, clock = zip(*taken, strict=True)
        found = Asked(who, what, min(cpu), median(clock), best, goal(what))
        yield found if not found.short else Asked(**{**vars(found), "plan": plans(said)})


def questions(actor: Actor, owner: int) -> Mapping[str, Ask]:
    names = DEAL.columns.split()
    of_owner = query.parse(f"owner:{User.objects.get(pk=owner).login}", DEAL, actor=actor)
    return {
        "list, newest": lambda: query.page(DEAL, DEAL.rows(actor), sort="-id", names=names),
        "list, by amount": lambda: query.page(DEAL, DEAL.rows(actor), sort="-amount", names=names),
        "list, of an owner": lambda: query.page(DEAL, query.ask(DEAL, of_owner, actor=actor), sort="-id", names=names),
        "capped count": lambda: query.count(DEAL.rows(actor)),
        "report by stage": lambda: query.report(
            DEAL, DEAL.rows(actor), by=["stage"], measures=["count", "sum amount"], actor=actor
        ),
    }


def goal(what: str) -> float:
    return {"capped count": 60.0 if word() == "sqlite" else 30.0, "report by stage": 250.0}.get(what, 5.0)


def somebody(actor: Actor) -> int:
    """Whose deal is the newest that the actor sees."""
    return int(DEAL.rows(actor).order_by("-pk").values_list("owner", flat=True)[0])


def word() -> str:
    return connection.vendor.removesuffix("ql")


# ---- statements ------------------------------------------------------------------------------------------------------


def statements(ask: Ask) -> list[Statement]:
    """What is asked of the database about deals."""
    said: list[Statement] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        said.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note), scope():
        arranged("many", dict).clear()  # where there were many lately they would not be counted again
        ask()
    return [(sql, parameters) for sql, parameters in said if "sales_deal" in sql and not writes(sql)]


def timed(said: Sequence[Statement]) -> tuple[float, float]:
    """Milliseconds to the last row: of the processor, and by the clock."""
    begun, before = time.perf_counter(), processor()
    with connection.cursor() as cursor:
        for sql, parameters in said:
            cursor.execute(sql, parameters)
            cursor.fetchall()
    return (processor() - before) * MS, (time.perf_counter() - begun) * MS


def processor() -> float:
    """Seconds that the database has used of it: on SQLite within this process."""
    return time.process_time() if word() == "sqlite" else cpu_of(connection.connection.info.backend_pid)


def plans(said: Sequence[Statement]) -> list[str]:
    explain = "EXPLAIN QUERY PLAN" if word() == "sqlite" else "EXPLAIN (ANALYZE, BUFFERS)"
    found = []
    with connection.cursor() as cursor:
        for sql, parameters in said:
            cursor.execute(f"{explain} {sql}", parameters)
            found += [sql[:2_000], json.dumps(parameters, default=str), *(str(row[-1]) for row in cursor.fetchall())]
    return found
