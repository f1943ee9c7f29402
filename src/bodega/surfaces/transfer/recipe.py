"""A recipe: several files that belong together, each with its mapping, in the order in which they are brought in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bodega.lib.text import slug
from bodega.surfaces.transfer.mapping import MappingError, Step, as_text, expect, read_step, refuse_unknown

KEYS = ("title", "about", "options", "step")
OPTION_KEYS = ("key", "name", "order", "tone", "status")


def read_recipe(path: Path) -> tuple[Step, ...]:
    """The steps of a recipe. Raises MappingError that names file, step and key."""
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(path.name, _("cannot be read: %(why)s") % {"why": error}) from None
    except tomllib.TOMLDecodeError as error:
        raise MappingError(path.name, _("is not TOML: %(why)s") % {"why": error}) from None
    refuse_unknown(given, KEYS, path.name)
    steps = expect(given.get("step", []), list, f"{path.name} step")
    read = [read_step(step, at=place(path, number, step)) for number, step in enumerate(steps, start=1)]
    for number, step in enumerate(read, start=1):
        if bool(step.file) == bool(step.rows):
            raise MappingError(f"{path.name} step {number}", _("a step needs a “file” or “rows”."))
    options = options_step(expect(given.get("options", {}), dict, f"{path.name} options"), f"{path.name} options")
    return (*options, *read)


def place(path: Path, number: int, step: Any) -> str:
    name = step.get("file") or step.get("type") if isinstance(step, dict) else ""
    return f"{path.name} step {number}" + (f" ({name})" if name else "")


def options_step(sets: Mapping[str, Any], at: str) -> tuple[Step, ...]:
    """The choices that the files need: `"parties.sector" = ["Medical", {name = "Finance", tone = "info"}]`."""
    rows = [row for name, listed in sets.items() for row in option_rows(name, listed, f"{at}.“{name}”")]
    return (read_step({"type": "kernel.option", "match": ["set", "key"], "rows": rows}),) if rows else ()


def option_rows(set_name: str, listed: Any, at: str) -> list[dict[str, str]]:
    found = []
    for one in expect(listed, list, at):
        table = {"name": one} if isinstance(one, str) else expect(one, dict, at)
        refuse_unknown(table, OPTION_KEYS, at)
        row = {key: as_text(value, at) for key, value in table.items()}
        found.append({"set": set_name, "key": slug(row.get("name", "")).replace("-", "_"), **row})
    return found
