"""What the walk through a feature names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
WALK = (ROOT / "docs" / "a-feature-end-to-end.md").read_text()


def test_every_file_it_names_is_there() -> None:
    named = re.findall(r"`((?:apps|kernel|tests)/[\w/]+(?:\.py|/)?)`", WALK)
    missing = [name for name in named if not ((ROOT / "src" / "bodega" / name).exists() or (ROOT / name).exists())]
    assert (len(named) > 5, missing) == (True, [])
