"""The same client in a network of its own, with a real name server that says one address first and another one then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
APART = ["unshare", "--map-root-user", "--mount", "--net"]


def is_possible() -> bool:
    """Whether this system lets its people have networks of their own, and has the tools for it."""
    try:
        return (
            subprocess.run([*APART, "ip", "link", "set", "lo", "up"], capture_output=True, check=False).returncode == 0
        )
    except OSError:
        return False


def test_a_name_that_changes_its_mind_leads_nobody_inside(tmp_path: Path) -> None:
    if not is_possible():
        pytest.skip("this system allows no network of one's own (unshare --map-root-user --net)")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("BODEGA_")}
    environ |= {"PYTHONPATH": f"{ROOT / 'src'}", "DJANGO_SETTINGS_MODULE": "bodega.web.settings"}
    environ |= {"BODEGA_DATA_DIR": str(tmp_path), "BODEGA_LOG": "json"}
    command = [*APART, sys.executable, Path(__file__).with_name("inner_network.py"), tmp_path]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "public": "outside",
        "rebinding": "outside",
        "rebinding again": "Refused",
        "turning": "Refused",
        "both": "Refused",
        "private": "Refused",
        "metadata": "Refused",
        "unique-local": "Refused",
        "mapped": "Refused",
        "nat64": "Refused",
        "mixed": "Refused",
        "redirect to a name": "Refused",
        "redirect to a number": "Refused",
        "redirect to itself": "Refused",
        "this machine": "Refused",
        "unknown": "Unreachable",
        "questions": 2,
        "inside": 0,
        "inside, when others call": 2,
    }
