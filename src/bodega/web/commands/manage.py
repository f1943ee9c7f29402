"""`bodega manage`: Django's own commands, for developers."""

from __future__ import annotations

from argparse import Namespace

from django.core.management import execute_from_command_line


def run(options: Namespace) -> int:
    execute_from_command_line(["bodega manage", *options.words])
    return 0
