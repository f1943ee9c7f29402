"""The recipe in the guide can be cooked, and its commands are understood."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from bodega.kernel.actors import system
from bodega.surfaces.transfer.mapping import Feed
from bodega.surfaces.transfer.plan import bind
from bodega.surfaces.transfer.recipe import read_recipe
from bodega.web.cli import parser

pytestmark = pytest.mark.slow

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "guide" / "import.md").read_text("utf-8")


def headings(feed: Feed) -> list[str]:
    return [feed.source] if feed.source else re.findall(r"\{(\w+)\}", feed.text)


@pytest.mark.django_db
def test_the_recipe_is_understood(tmp_path: Path) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    (tmp_path / "guide.toml").write_text(text)
    steps = read_recipe(tmp_path / "guide.toml")
    actor = system("tests")
    plans = [bind(step, [name for feed in step.feeds for name in headings(feed)], actor=actor) for step in steps]
    assert [plan.type_.key for plan in plans] == ["kernel.option", "parties.organisation", "parties.person"]
    assert [plan.match for plan in plans] == [("set", "key"), ("name",), ("name",)]


def test_the_commands_are_understood() -> None:
    lines = re.findall(r"^    bodega (import .+)$", GUIDE, re.MULTILINE)
    assert [parser().parse_args(shlex.split(line)).command for line in lines] == ["import"] * 4
