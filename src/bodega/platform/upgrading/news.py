"""What is new since a version: the part of the changelog above it, which comes with the program."""

from __future__ import annotations

import re
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]
SECTION = re.compile(r"^## (\S+)", re.MULTILINE)


def changelog() -> str:
    """Of the program as it is installed, or of the clone it runs from; empty where there is neither."""
    for place in (PACKAGE / "CHANGELOG.md", PACKAGE.parents[1] / "CHANGELOG.md"):
        if place.is_file():
            return place.read_text("utf-8")
    return ""


def since(version: str, text: str) -> str:
    """The sections of `text` above that of `version`; all of them where it has none."""
    heads = [*SECTION.finditer(text)]
    end = next((head.start() for head in heads if head[1] == version), len(text))
    return text[heads[0].start() : end].strip() if heads else ""
