"""`bodega ask`: answers a question about the records."""

from __future__ import annotations

from argparse import Namespace

from bodega.web.cli import Refusal


def run(options: Namespace) -> int:
    raise Refusal("`ask` is not written yet.")
