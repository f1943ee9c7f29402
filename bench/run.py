"""Measures Bodega with a large company in it, beside plain SQL for the same rows.

    python -m bench.run --rows 1000000 --db sqlite
    python -m bench.run --rows 1000000 --db postgres      (starts one, unless BODEGA_DATABASE_URL names it)

The company is generated once and kept in BENCH_DIR (`.bench`). `--again` measures what the last run has loaded. What
counts is the time of the processor: on a machine that others use as well, the clock says little.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench import generate, operations, plans
from bench.measure import Result, measured
from bench.operations import Company, Operation
from bench.plain import Plain
from bodega.web.databases import POSTGRES_OPTIONS, SQLITE_PRAGMAS
from tests.proofs.engines import Engine, Postgres, Sqlite, cpu_of
from tests.proofs.installation import PASSWORD, ROOT, Installation, Person

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("BENCH_DIR") or ROOT / ".bench")
IMPORT_GOAL = 4_000
"""People per second of the processor, command and database together, on PostgreSQL."""
HEADS = ("pace", "p50", "p95", "CPU", "server", "database", "plain", "ratio", "goal")
SELLER = "seller9"
"""Sees what their team of five owns: somewhat more than a quarter of everything."""


@dataclass(frozen=True)
class Step:
    """One step of the load."""

    name: str
    rows: int
    wall: float
    cpu: float
    database: float
    memory: int
    goal: float = 0

    @property
    def per_cpu_second(self) -> float:
        return self.rows / (self.cpu + self.database)

    @property
    def short(self) -> bool:
        return self.per_cpu_second < self.goal


def main() -> int:
    options = parsed()
    if options.db == "postgres" and not os.environ.get("BODEGA_DATABASE_URL"):
        tool = [str(ROOT / "tools" / "postgres"), "--durable", "run", sys.executable, "-m", "bench.run", *sys.argv[1:]]
        return subprocess.run(tool, cwd=ROOT, check=False).returncode
    company = generated(options.rows)
    installation = installed(options.db, options.rows, again=options.again)
    engine = opened(options.db, installation)
    try:
        steps = [] if options.again else loaded(installation, engine, company)
        results = answered(installation, engine, calls=options.calls)
    finally:
        installation.end()
    flags = plans.flags(installation)
    show_flags(flags)
    keep(options, steps, results, flags)
    return 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--rows", type=int, default=100_000, help="people; a tenth as many organisations, a fifth deals"
    )
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--calls", type=int, default=30, help="of each operation, after the warm-up")
    parser.add_argument("--again", action="store_true", help="measure what is loaded already")
    return parser.parse_args()


# ---- the company -----------------------------------------------------------------------------------------------------


def generated(rows: int) -> Path:
    """The files of a company of this size: made anew only where the generator is another one."""
    folder = FOLDER / f"company-{rows}"
    made = hashlib.sha256(Path(generate.__file__).read_bytes()).hexdigest()
    mark = folder / "generator"
    if not mark.exists() or mark.read_text() != made:
        say(f"Generating {rows:,} people")
        generate.generate(folder, people_count=rows, organisation_count=rows // 10, deal_count=rows // 5)
        mark.write_text(made)
    return folder


def installed(db: str, rows: int, *, again: bool) -> Installation:
    folder = FOLDER / f"{db}-{rows}"
    if not again:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    url = os.environ["BODEGA_DATABASE_URL"] if db == "postgres" else f"sqlite:///{folder / 'bodega.sqlite3'}"
    return Installation(folder, url)


def opened(db: str, installation: Installation) -> Engine:
    if db == "postgres":
        return Postgres(installation.database_url, POSTGRES_OPTIONS)
    return Sqlite(installation.folder / "bodega.sqlite3", SQLITE_PRAGMAS)


def loaded(installation: Installation, engine: Engine, company: Path) -> list[Step]:
    """Bring everything in by `bodega import`, one file after the other, so that each is measured."""
    installation.make()
    print(f"\n{'load':32}{'rows':>10}{'rows/s':>9}{'rows per CPU s':>16}{'CPU s':>8}{'database':>10}{'memory MB':>11}")
    steps = [brought(installation, engine, company, name) for name in ("organisations", "people", "deals")]
    engine.rest()
    return steps


def brought(installation: Installation, engine: Engine, company: Path, name: str) -> Step:
    """The recipe with this one of its files; what has no file goes in each time, and is there the second time."""
    recipe = installation.folder / f"{name}.toml"
    recipe.write_text(only(name, (HERE / "company.toml").read_text()))
    before = engine.cpu()
    said, spent = installation.do("import", "--recipe", str(recipe), str(company), "--json")
    counts = json.loads(said.splitlines()[-1])["steps"][-1]
    goal = IMPORT_GOAL / engine.slack if name == "people" else 0
    step = Step(
        f"import of {name}", counts["created"], spent.wall, spent.cpu, engine.cpu() - before, spent.memory, goal
    )
    print(
        f"{step.name:32}{step.rows:10,}{step.rows / step.wall:9,.0f}{step.per_cpu_second:16,.0f}{step.cpu:8.1f}"
        f"{step.database:10.1f}{step.memory / 1e6:11,.0f}{'  SHORT of ' + format(goal, ',.0f') if step.short else ''}",
        flush=True,
    )
    return step


def only(name: str, recipe: str) -> str:
    """A recipe without the steps of other files."""
    first, *steps = recipe.split("[[step]]\n")
    kept = [step for step in steps if 'file = "' not in step or f'file = "{name}.csv"' in step]
    return "[[step]]\n".join([first, *kept])


# ---- the pages -------------------------------------------------------------------------------------------------------


def answered(installation: Installation, engine: Engine, *, calls: int) -> list[Result]:
    for login in ("admin", SELLER):
        installation.do("user", "password", login, "--password", PASSWORD)
    web = installation.serve("web")
    with closing(Person(web.port, "admin")) as admin, closing(Person(web.port, SELLER)) as seller:
        asked = everyday(admin, seller, engine)
        print(f"\n{'ms per call':38}" + "".join(f"{head:>9}" for head in HEADS))
        results = [shown(operation, engine, server=web.pid, calls=calls) for operation in asked]
    used = f"memory of the web process: {memory_of(web.pid) / 1e6:,.0f} MB; CPU of it in all: {cpu_of(web.pid):,.1f} s"
    print(f"\n{used}")
    return results


def everyday(admin: Person, seller: Person, engine: Engine) -> list[Operation]:
    plain = Plain(engine)
    of_team = Plain(engine, [row[0] for row in plain.run("SELECT id FROM kernel_user WHERE name LIKE '%South'")])
    company = Company.known_by(plain, of_team)
    operations.prepare(admin, company)
    return [
        *operations.reading("all", admin, plain, company, far_down(plain)),
        *operations.reading("team", seller, of_team, company, far_down(of_team)),
        *operations.writing(admin, plain, company),
    ]


def far_down(plain: Plain) -> int:
    """The row before page 10,000; of a shorter list, the one in its middle, to a whole page."""
    there = plain.run(
        f"SELECT count(*) FROM parties_party p WHERE p.kind = 'person' AND p.deleted_at IS NULL{plain.mine}"
    )
    return min(9_999 * 50, int(there[0][0]) // 100 * 50) - 1


def shown(operation: Operation, engine: Engine, *, server: int, calls: int) -> Result:
    one = measured(operation, engine, server=server, calls=calls)
    times = (one.pace, one.p50, one.p95, one.cpu, one.server, one.database)
    line = "".join(f"{number:9.1f}" for number in times) + f"{one.plain:9.2f}{one.ratio:9.1f}{one.goal:9.1f}"
    print(f"{one.operation:38}{line}{'  SHORT' if one.short else ''}", flush=True)
    return one


def memory_of(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


# ---- what is kept ----------------------------------------------------------------------------------------------------


def show_flags(flags: list[plans.Flag]) -> None:
    print(f"\nplans: {len(flags)} with a large table read from end to end")
    for flag in flags:
        print(f"  {flag.page}: {flag.table}\n    {flag.statement[:200]}")


def keep(options: argparse.Namespace, steps: list[Step], results: list[Result], flags: list[plans.Flag]) -> None:
    path = HERE / "results" / "latest.json"
    path.parent.mkdir(exist_ok=True)
    found = {
        "rows": options.rows,
        "database": options.db,
        "load": [{**vars(step), "rows_per_cpu_second": step.per_cpu_second, "short": step.short} for step in steps],
        "operations": [result.as_json() for result in results],
        "flags": [vars(flag) for flag in flags],
    }
    path.write_text(json.dumps(found, indent=1))
    say(f"Kept in {path}")


def say(text: str) -> None:
    print(f"== {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
