"""`bodega demo`: loads the sample company."""

from __future__ import annotations

from argparse import Namespace

from bodega.web.cli import Refusal


def run(options: Namespace) -> int:
    raise Refusal("`demo` is not written yet.")
