"""`pip install .` gives everything a clone has: the wheel holds every file of the source, and the examples."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]


def files_below(folder: Path) -> set[str]:
    return {
        path.relative_to(folder.parent).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", "tests"} & set(path.parts[len(folder.parts) :])
    }


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    pytest.importorskip("hatchling", reason="the wheel is made by hatchling, which requirements/dev.lock installs")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    with ZipFile(next(folder.glob("*.whl"))) as wheel:
        return {name for name in wheel.namelist() if ".dist-info/" not in name}


def test_the_wheel_is_the_source_and_the_examples(packed: set[str]) -> None:
    examples = {f"bodega/{name}" for name in files_below(ROOT / "examples")}
    assert packed == files_below(ROOT / "src" / "bodega") | examples | {"bodega/CHANGELOG.md"}
