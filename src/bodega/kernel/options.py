"""The sets of choices that an administrator edits: sources, sectors, lost reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from bodega.kernel.raw import fixed
from bodega.kernel.scope import remembered


@dataclass(frozen=True)
class Choosable:
    """One choice. `status` is the small stable word that code branches on; `tone` its colour."""

    key: str
    name: str | Promise
    tone: str = ""
    status: str = ""
    retired: bool = False


def options_of(set_name: str) -> Mapping[str, Choosable]:
    """The options of a set in their order, by key (one query per unit of work for all sets)."""
    return every_set().get(set_name, {})


def every_set() -> Mapping[str, Mapping[str, Choosable]]:
    return remembered("option sets", read_sets)


def read_sets() -> Mapping[str, Mapping[str, Choosable]]:
    found: dict[str, dict[str, Choosable]] = {}
    for set_name, key, name, tone, status, retired in every_option():
        found.setdefault(set_name, {})[key] = Choosable(key, name, tone, status, bool(retired))
    return found


@fixed
def every_option() -> QuerySet[Any, Any]:
    from bodega.kernel.models import Option  # models import kinds' columns; options are asked for later

    rows = Option._base_manager.filter(deleted_at=None).order_by("set", "order", "id")
    return rows.values_list("set", "key", "name", "tone", "status", "retired")
