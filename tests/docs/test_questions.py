"""Every question in the guide can be asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bodega.kernel import change, registry
from bodega.kernel.query import parse
from tests.personas import People

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "guide" / "questions.md").read_text("utf-8")
DEALS, ORGANISATIONS = GUIDE.split("## Asking about")


def examples(text: str) -> list[str]:
    return [found[1] for found in re.finditer(r"^\| `([^`]+)` \|", text, re.MULTILINE)]


@pytest.mark.parametrize(("type_key", "text"), [("sales.deal", DEALS), ("parties.organisation", ORGANISATIONS)])
def test_the_examples_are_understood(people: People, type_key: str, text: str) -> None:
    option = {"set": "parties.role", "key": "partner", "name": "Partner"}
    if "partner" not in registry.type_of("parties.relationship").declared["role"].choices():  # type: ignore[attr-defined]
        change.create(registry.type_of("kernel.option"), option, actor=people.anna)
    found = [parse(one, registry.type_of(type_key), actor=people.anna) for one in examples(text)]
    assert len(found) == {"sales.deal": 24, "parties.organisation": 6}[type_key]
