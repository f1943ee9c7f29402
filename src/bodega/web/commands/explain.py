"""`bodega explain`: says what follows from a record type."""

from __future__ import annotations

from argparse import Namespace

from bodega.web.cli import Refusal


def run(options: Namespace) -> int:
    raise Refusal("`explain` is not written yet.")
