"""The lock files install anywhere: every package by hash, and no word of where it came from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
PACKAGE = re.compile(r"[a-z0-9-]+==[\w.]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")


@pytest.mark.parametrize("name", ["runtime.lock", "dev.lock"])
def test_a_lock_file_holds_packages_and_hashes_only(name: str) -> None:
    lines = (REQUIREMENTS / name).read_text("ascii").splitlines()
    assert [line for line in lines if not PACKAGE.fullmatch(line)] == []


def test_what_is_tested_is_what_is_installed() -> None:
    assert versions("runtime.lock") <= versions("dev.lock")


def versions(name: str) -> set[str]:
    return {line.split()[0] for line in (REQUIREMENTS / name).read_text("ascii").splitlines() if "==" in line}
