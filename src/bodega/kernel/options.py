"""The sets of choices that an administrator edits: sources, sectors, lost reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

from bodega.kernel.scope import arranged


@dataclass(frozen=True)
class Choosable:
    """One choice. `status` is the small stable word that code branches on; `tone` its colour."""

    key: str
    name: str | Promise
    tone: str = ""
    status: str = ""
    retired: bool = False


def options_of(set_name: str) -> Mapping[str, Choosable]:
    """The options of a set in their order, by key (one query for all sets)."""
    return every_set().get(set_name, {})


def every_set() -> Mapping[str, Mapping[str, Choosable]]:
    return arranged("option sets", read_sets)


def read_sets() -> Mapping[str, Mapping[str, Choosable]]:
    from bodega.kernel.models import Option  # models import kinds' columns; options are asked for later

    found: dict[str, dict[str, Choosable]] = {}
    rows = Option._base_manager.filter(deleted_at=None).order_by("set", "order", "id")
    for one in rows:
        made = Choosable(one.key, one.name, one.tone, one.status, one.retired)
        found.setdefault(one.set, {})[one.key] = made
    return found
