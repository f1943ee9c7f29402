"""Which layout of a record's page holds for whom, and what it makes of fields, panels and tabs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bodega.kernel.actors import system
from bodega.kernel.registry import type_of
from bodega.kernel.scope import arranged

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.kinds import Kind
    from bodega.kernel.record import RecordType

START, MAIN, END, TABS, HIDDEN = "start", "main", "end", "tabs", "hidden"
SIDES = (START, MAIN, END)
TIMELINE, HISTORY = "timeline", "history"
USUAL_TABS = (TIMELINE, HISTORY)
Group = tuple[str, list["Kind"]]


@dataclass(frozen=True)
class Places:
    """Names of fields in groups with titles, of panels and tabs by where they stand, and of what is left out.

    What is named nowhere is newer than the layout, and stands where it would without one.
    """

    groups: Sequence[tuple[str, Sequence[str]]] = ()
    panels: Mapping[str, Sequence[str]] = ()  # type: ignore[assignment]
    left_out: frozenset[str] = frozenset()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Places:
        """As it is stored. Raises TypeError, ValueError, KeyError or AttributeError for what is nothing of the kind."""
        groups = [(str(group["title"]), [*map(str, group["fields"])]) for group in told.get("groups", [])]
        panels = {area: [*map(str, names)] for area, names in told.get("panels", {}).items()}
        return cls(groups, panels, frozenset(map(str, told.get("left_out", []))))

    def to_json(self) -> dict[str, Any]:
        return {
            "groups": [{"title": title, "fields": [*names]} for title, names in self.groups],
            "panels": {area: [*names] for area, names in self.panels.items()},
            "left_out": sorted(self.left_out),
        }

    @property
    def named(self) -> set[str]:
        """The fields that stand in a group."""
        return {name for _title, names in self.groups for name in names}

    def side(self, panel: str, usual: str) -> str:
        """Where a panel stands; nowhere, where it is left out."""
        if f"panel:{panel}" in self.left_out:
            return HIDDEN
        return next((area for area, names in self.panels.items() if panel in names), usual)

    def order(self, names: Iterable[str]) -> list[str]:
        """The names of panels in their order, new ones last."""
        told = [name for some in self.panels.values() for name in some]
        return sorted(names, key=lambda name: told.index(name) if name in told else len(told))

    @property
    def tabs(self) -> list[str]:
        told = [*self.panels.get(TABS, ())] if TABS in self.panels else []
        rest = [tab for tab in USUAL_TABS if tab not in told and f"panel:{tab}" not in self.left_out]
        return [*told, *rest]


USUAL = Places(panels={})


def places_for(type_: RecordType, *, actor: Actor) -> Places:
    """Of the first of somebody's roles that has a layout, else of everybody's; no query but after a change of one."""
    own = every_layout().get(type_.key)
    if not own:
        return USUAL
    role = next((role for role in sorted(actor.standing.roles) if role in own), None)
    return own.get(role, USUAL)


def every_layout() -> Mapping[str, Mapping[int | None, Places]]:
    """By type and role; None stands for everybody."""
    return arranged("layouts", read_layouts)


def read_layouts() -> Mapping[str, Mapping[int | None, Places]]:
    found: dict[str, dict[int | None, Places]] = {}
    rows = type_of("record.layout").rows(system("layouts"))
    for key, role, told in rows.order_by("pk").values_list("type", "role_id", "places"):
        found.setdefault(key, {})[role] = Places.of(told)
    return found


def grouped(places: Places, type_: RecordType, usual: Sequence[Group]) -> list[Group]:
    """The facts in the groups of the layout; what it does not know of stands where it did."""
    if not places.groups:
        return [*usual]
    taken = places.named | {name.removeprefix("field:") for name in places.left_out}
    groups = [(title, type_.named_fields(" ".join(names))) for title, names in places.groups]
    rest = [(title, [kind for kind in kinds if kind.name not in taken]) for title, kinds in usual[1:]]
    rest[-1][1][:0] = [kind for kind in usual[0][1] if kind.name not in taken]
    first, *others = groups
    return [first, *(group for group in others if group[1]), *rest]
