"""The bench of rights can be run to its end on a small company, and its people see what they are said to see."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.proofs.installation import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.long]
ROWS = 2_000
WHO = ("all", "a region's", "a director's", "a team's", "own", "128 shared")
ASKED = ("list, newest", "list, by amount", "list, of an owner", "capped count", "report by stage")


def test_six_people_ask_and_many_deals_move(tmp_path: Path) -> None:
    db = connection.vendor.removesuffix("ql")
    command = [sys.executable, "-m", "bench.access", "--rows", str(ROWS), "--db", db]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | {"BENCH_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        if db == "postgres":
            with psycopg.connect(os.environ["BODEGA_DATABASE_URL"], autocommit=True) as server:
                server.execute(f"DROP DATABASE IF EXISTS access_{ROWS} WITH (FORCE)")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / f"access-{db}-{ROWS}" / "measured.json").read_text())
    assert [(row["what"], row["who"]) for row in found["asked"]] == [(what, who) for who in WHO for what in ASKED]
    assert [(figure["name"], figure["value"]) for figure in found["figures"] if figure["unit"] == "statements"] == [
        ("statements that write deals, a role changed", 0)
    ]
