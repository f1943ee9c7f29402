"""Measures Bodega with a large company in it, beside plain SQL for the same rows.

    python -m bench.run --rows 1000000 --db sqlite
    python -m bench.run --rows 1000000 --db postgres

The company is loaded once and kept in BENCH_DIR (`.bench`), on PostgreSQL in a cluster of its own there. What counts is
the time of the processor: on a machine that others use as well, the clock says little.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench import browser, operations, plans, whole
from bench.load import FOLDER, HERE, NEWCOMERS, SELLER, newest, ready, say, tidy, wait_while_behind
from bench.measure import TURNS, Result, Trial
from bench.operations import Operation, Program, Visit
from bench.plain import Plain
from bench.plot import Costs, common, drawn
from bench.whole import Figure
from tests.proofs.engines import Engine
from tests.proofs.installation import ROOT, Installation, Person, Server

SMALLER = (10_000, 100_000)
"""The sizes that a larger company is compared with."""
HEADS = ("p50", "p95", "CPU", "server", "database", "plain", "ratio", "goal")
RESULTS = HERE / "results"


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_told: sys.exit(143))  # so that what was started is ended, too
    options = parsed()
    if options.db == "postgres" and not os.environ.get("BODEGA_DATABASE_URL"):
        tool = [str(ROOT / "tools" / "postgres"), "--keep", str(FOLDER.resolve() / "cluster"), "run"]
        again = [*tool, sys.executable, "-m", "bench.run", *sys.argv[1:]]
        return subprocess.run(again, cwd=ROOT, check=False).returncode
    RESULTS.mkdir(exist_ok=True)
    costs = {rows: compared(options.db, rows, calls=options.calls) for rows in SMALLER if rows < options.rows}
    installation, engine = ready(options.db, options.rows)
    say(f"{options.rows:,} people on {options.db}")
    found = measured_in_full(installation, engine, calls=options.calls, newcomers=min(NEWCOMERS, options.rows // 5))
    if costs:
        plotted(costs | {options.rows: found.results}, name=f"cost-{options.db}")
    keep(options, found)
    return 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--rows",
        type=int,
        default=100_000,
        help="people; a tenth as many organisations, a fifth deals, twice the notes",
    )
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--calls", type=int, default=30, help="of each operation, after the warm-up")
    return parser.parse_args()


@dataclass
class Found:
    """Everything that one run has measured."""

    results: Sequence[Result]
    figures: Sequence[Figure]
    flags: Sequence[plans.Flag]


def measured_in_full(installation: Installation, engine: Engine, *, calls: int, newcomers: int = NEWCOMERS) -> Found:
    """All rows of the table in one configuration of the server; then the company is as large as it was.

    The worker comes when the calls have been made, and does what they have left to it: so what it burns is in no row,
    and its memory is that of a worker that has worked.
    """
    last = newest(engine)
    figures: list[Figure] = []
    try:
        figures += told([whole.start(installation), whole.imported(installation, engine, count=newcomers)])
        tidy(engine, last)
        engine.rest()
        with visited(installation, engine) as (web, visits):
            results = answered(everything(visits), engine, web, calls=calls)
            figures += told([whole.together(web, engine), whole.looking_on(web, engine), *browser.figures(web)])
            worker = installation.serve("worker")
            wait_while_behind(engine)
            figures += told([whole.memory(engine, web, worker)])
    finally:
        installation.end()
        tidy(engine, last)
    flags = plans.flags(installation)
    show_flags(flags)
    return Found(results, figures, flags)


def compared(db: str, rows: int, *, calls: int) -> Sequence[Result]:
    """What an administrator's reading costs in a smaller company."""
    installation, engine = ready(db, rows)
    say(f"{rows:,} people on {db}")
    try:
        with visited(installation, engine) as (web, visits):
            return answered(operations.reading(visits[0]), engine, web, calls=calls)
    finally:
        installation.end()
        engine.close()


@contextmanager
def visited(installation: Installation, engine: Engine) -> Iterator[tuple[Server, Sequence[Visit]]]:
    """The pages are served, and an administrator and somebody with a team's rights have come."""
    web = installation.serve("web")
    whole.wait_for_page(web)
    team = [row[0] for row in engine.run("SELECT id FROM kernel_user WHERE name LIKE '%South'")]
    seen = {"all": ("admin", Plain(engine)), "team": (SELLER, Plain(engine, team))}
    made = [
        Visit(who, Person(web.port, login), Program(web.port, token(installation, login)), plain)
        for who, (login, plain) in seen.items()
    ]
    try:
        yield web, made
    finally:
        for visit in made:
            visit.person.close()
            visit.program.close()


def token(installation: Installation, login: str) -> str:
    said, _spent = installation.do("token", "add", login, "--name", "bench", "--write", "--days", "1")
    return said.split()[-1]


def everything(visits: Sequence[Visit]) -> Iterator[Operation]:
    for make in (operations.reading, operations.writing):
        for visit in visits:
            yield from make(visit)


# ---- measuring -------------------------------------------------------------------------------------------------------


def answered(asked: Iterable[Operation], engine: Engine, web: Server, *, calls: int) -> list[Result]:
    trials = [Trial(operation, engine, web.pid, calls) for operation in asked]
    for number in range(1, TURNS + 1):
        say(f"Turn {number} of {TURNS}")
        for trial in trials:
            trial.turn()
    print(f"\n{'ms per call':44}" + "".join(f"{head:>9}" for head in HEADS))
    return [shown(trial.result()) for trial in trials]


def shown(one: Result) -> Result:
    times = (one.p50, one.p95, one.cpu, one.server, one.database)
    line = "".join(f"{number:9.1f}" for number in times) + f"{one.plain:9.2f}{one.ratio:9.1f}{one.goal:9.1f}"
    print(f"{one.operation:44}{line}{'  SHORT' if one.short else ''}", flush=True)
    return one


def told(figures: Sequence[Figure]) -> Sequence[Figure]:
    print()
    for one in figures:
        print(one.line(), flush=True)
    return figures


def show_flags(flags: Sequence[plans.Flag]) -> None:
    print(f"\nplans: {len(flags)} with a large table read from end to end")
    for flag in flags:
        print(f"  {flag.page}: {flag.table}\n    {flag.statement[:200]}")


# ---- what is kept ----------------------------------------------------------------------------------------------------


def plotted(costs: Costs, *, name: str) -> None:
    """Cost against size, of what was measured at every size."""
    everywhere = set.intersection(*({common(one.operation) for one in results} for results in costs.values()))
    drawn(
        {rows: [one for one in found if common(one.operation) in everywhere] for rows, found in costs.items()},
        RESULTS,
        name=name,
    )
    print(f"\n{(RESULTS / f'{name}.md').read_text()}")


def keep(options: argparse.Namespace, found: Found) -> None:
    path = RESULTS / "latest.json"
    kept = {
        "rows": options.rows,
        "database": options.db,
        "operations": [result.as_json() for result in found.results],
        "figures": [figure.as_json() for figure in found.figures],
        "flags": [vars(flag) for flag in found.flags],
    }
    path.write_text(json.dumps(kept, indent=1))
    say(f"Kept in {path.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
