"""What an upgrade says is new: the part of the changelog above the version that was there."""

from __future__ import annotations

import pytest

from bodega.platform.upgrading.news import changelog, since

LOG = "# Changelog\n\nWords.\n\n## Unreleased\n\n- C\n\n## 0.2.0 — 2027-01-01\n\n- B\n\n## 0.1.0 — 2026-11-21\n\n- A\n"


@pytest.mark.parametrize(
    ("version", "new"),
    [
        ("0.2.0", "## Unreleased\n\n- C"),
        ("0.1.0", "## Unreleased\n\n- C\n\n## 0.2.0 — 2027-01-01\n\n- B"),
        ("0.0.1", LOG.partition("Words.")[2].strip()),
        ("Unreleased", ""),
    ],
)
def test_it_is_what_stands_above_the_version(version: str, new: str) -> None:
    assert since(version, LOG) == new


def test_without_a_changelog_there_is_no_news() -> None:
    assert since("0.1.0", "") == ""


def test_ours_tells_of_the_first_release() -> None:
    assert "\n## 0.1.0 — 2026-11-21\n" in changelog()
