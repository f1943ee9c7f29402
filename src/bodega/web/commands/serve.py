"""`bodega serve`: pages, jobs and the clock under one small supervisor."""

from __future__ import annotations

from argparse import Namespace

from bodega.web.cli import Refusal


def run(options: Namespace) -> int:
    raise Refusal("`serve` is not written yet.")
