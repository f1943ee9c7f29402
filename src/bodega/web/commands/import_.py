"""`bodega import`: brings in records from files."""

from __future__ import annotations

from argparse import Namespace

from bodega.web.cli import Refusal


def run(options: Namespace) -> int:
    raise Refusal("`import` is not written yet.")
