"""What the Makefile calls does what it says."""

from __future__ import annotations

import runpy
import subprocess
from pathlib import Path

import psycopg
import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def test_a_function_is_counted_from_its_decorator_to_its_last_line(tmp_path: Path) -> None:
    budgets = runpy.run_path(str(TOOLS / "budgets.py"))
    file = budgets["SOURCE"] / "web" / "security.py"
    found = {function.name: function.lines for function in budgets["functions"](file)}
    assert found == {"__init__": 2, "__call__": 6, "most_bytes": 6}


@pytest.mark.slow
def test_a_private_postgres_is_there_for_one_command_and_gone_afterwards() -> None:
    said = subprocess.run(
        [TOOLS / "postgres", "run", "printenv", "BODEGA_DATABASE_URL"], capture_output=True, text=True, check=False
    )
    if "apt-get install" in said.stderr:
        pytest.skip(said.stderr.strip())
    assert said.returncode == 0
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(said.stdout.strip(), connect_timeout=3)


def test_a_private_postgres_hands_on_the_exit_code() -> None:
    assert subprocess.run([TOOLS / "postgres"], capture_output=True, check=False).returncode == 2
