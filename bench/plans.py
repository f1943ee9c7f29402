"""How the database goes about what the pages ask: which of their statements read a large table from end to end."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from tests.proofs.installation import ROOT, Failed, Installation


@dataclass(frozen=True)
class Flag:
    """A statement of a page that reads a large table from end to end."""

    page: str
    table: str
    statement: str


def flags(installation: Installation) -> list[Flag]:
    """Explained by a process of its own, in which Django opens the pages."""
    command = [sys.executable, "-m", "bench.explained"]
    done = subprocess.run(command, cwd=ROOT, env=installation.surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(done.stderr)
    return [Flag(*found) for found in json.loads(done.stdout)]
