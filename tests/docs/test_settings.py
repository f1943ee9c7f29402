"""The guide to the settings tells of the settings there are, with their defaults."""

from __future__ import annotations

from pathlib import Path

from bodega.web.config import SETTINGS

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "settings.md"


def test_the_guide_has_every_setting_and_its_default() -> None:
    rows = [line for line in GUIDE.read_text("utf-8").splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{one.name}` | `{one.variable}` | {f'`{one.default}`' if one.default else ''} | {one.help} |"
        for one in SETTINGS
    ]
