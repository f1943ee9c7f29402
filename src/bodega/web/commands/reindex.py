"""`bodega reindex`: reads every record in for the search box, and mends what differs; pages go on meanwhile."""

from __future__ import annotations

import sys
from argparse import Namespace

from bodega.surfaces.search.jobs import refresh_all


def run(options: Namespace) -> int:
    print(f"Made anew: {refresh_all(watch):,}")
    return 0


def watch(done: int, text: str) -> None:
    if sys.stdout.isatty():
        print(f"\r{text}: {done:,}\x1b[K", end="\r", flush=True)
