"""Measures what it costs that people see different things: lists, counts and a report by six of them, and moving many.

    python -m bench.access --rows 1000000 --db sqlite
    python -m bench.access --rows 1000000 --db postgres

The company is loaded once and kept in BENCH_DIR. What counts is what the
program's statements take of the processor in the database, beside the best plain ones.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from functools import partial
from itertools import chain

import django

from bench import load
from bench.load import FOLDER, say
from tests.proofs.installation import ROOT, Installation


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_told: sys.exit(143))  # so that what was started is ended, too
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="deals")
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    options = parser.parse_args()
    if options.db == "postgres" and not os.environ.get("BODEGA_DATABASE_URL"):
        tool = [str(ROOT / "tools" / "postgres"), "--keep", str(FOLDER.resolve() / "cluster"), "run"]
        again = [*tool, sys.executable, "-m", "bench.access", *sys.argv[1:]]
        return subprocess.run(again, cwd=ROOT, check=False).returncode
    installation = prepared(options.db, options.rows)
    try:
        keep(installation, measured(installation, options))
    finally:
        installation.end()
    return 0


def prepared(db: str, rows: int) -> Installation:
    """The company, loaded where there is none. From here on this process is of its installation."""
    folder = FOLDER / f"access-{db}-{rows}"
    folder.mkdir(parents=True, exist_ok=True)
    installation = Installation(folder, load.url_of(db, folder, rows, name="access"))
    os.environ |= {name: value for name, value in installation.surroundings.items() if name.startswith("BODEGA_")}
    os.environ["DJANGO_SETTINGS_MODULE"] = "bodega.web.settings"
    django.setup()
    mark = folder / "loaded"
    if not mark.exists():
        from bench.access.company import fill  # Django first

        say(f"Loading {rows:,} deals into {db}; this is kept for the next time")
        installation.make()
        fill(rows)
        load.opened(db, installation).rest()
        mark.touch()
    installation.do("manage", "migrate", "--verbosity", "0")
    return installation


def measured(installation: Installation, options: argparse.Namespace) -> dict[str, object]:
    from bench.access.asked import asked, shares  # Django first
    from bench.access.moving import moved, rewritten

    say(f"{options.rows:,} deals on {options.db}; of them see {shares()}")
    heads = "".join(f"{head:>9}" for head in ("CPU", "clock", "plain", "ratio", "goal"))
    print(f"\n{'ms in the database':44}{heads}")
    rows = []
    for row in asked():
        rows.append(row)
        print(row.line(), flush=True)
    print()
    figures = []
    opened = partial(load.opened, options.db, installation)
    for figure in chain([rewritten()], moved(installation, opened, rows=options.rows)):
        figures.append(figure)
        print(figure.line(), flush=True)
    return vars(options) | {"asked": [vars(row) for row in rows], "figures": [figure.as_json() for figure in figures]}


def keep(installation: Installation, found: dict[str, object]) -> None:
    path = installation.folder / "measured.json"
    path.write_text(json.dumps(found, indent=1))
    say(f"Kept in {path}, with the plans of what is short")


if __name__ == "__main__":
    sys.exit(main())
