"""Rows of a record type as lists, exports and the API read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from bodega.kernel.kinds import Computed, Kind
from bodega.kernel.looks import looked_at
from bodega.kernel.parts import Part

if TYPE_CHECKING:
    from bodega.kernel.record import RecordType


@dataclass(frozen=True)
class Row:
    """A record as lists, exports and the API read it: `values` by field name."""

    id: int
    version: int
    values: dict[str, Any]
    position: Any = None
    """The raw value it was sorted by, where a page asked for it."""


class Reading:
    """How rows with the values of some fields are read: which columns, and what makes a value of each."""

    def __init__(self, type_: RecordType, names: tuple[str, ...], position: str) -> None:
        known = type_.fields()
        kinds = {name: known[name] for name in names if name in known}
        stored = type_.stored_kinds(kinds.values())
        columns = ["id", "version", *(c for kind in stored if not kind.custom for c in kind.columns)]
        columns += ["custom"] if any(kind.custom for kind in stored) else []
        self.type, self.names = type_, names
        self.columns = [*dict.fromkeys([*columns, *([position] if position else [])])]
        self.parts = [kind for kind in kinds.values() if isinstance(kind, Part)]
        self.getters = [(n, self.getter(type_, kind)) for n, kind in kinds.items() if not isinstance(kind, Part)]
        self.position = self.columns.index(position) if position else None
        self.hidden = dict.fromkeys(name for name in names if name not in kinds and type_.mask)

    def getter(self, type_: RecordType, kind: Kind) -> Callable[[Sequence[Any]], Any]:
        """What takes the value of a field out of a row."""
        if isinstance(kind, Computed):
            needs = [self.getter(type_, need) for need in type_.named_fields(" ".join(kind.needs))]
            return lambda row: kind.compute(*(need(row) for need in needs))
        if kind.custom:
            held = self.columns.index("custom")
            return lambda row: kind.unpack([(row[held] or {}).get(column) for column in kind.columns])
        at = [self.columns.index(column) for column in kind.columns]
        if kind.is_plain:
            return itemgetter(at[0])
        return lambda row: kind.unpack([row[one] for one in at])

    def rows(self, raw: Sequence[Sequence[Any]]) -> list[Row]:
        at = self.position
        found = [
            Row(row[0], row[1], {name: get(row) for name, get in self.getters}, None if at is None else row[at])
            for row in raw
        ]
        for row in found if self.hidden else ():
            row.values.update(self.hidden)
        for part in self.parts:
            lines = part.stored([row.id for row in found])
            for row in found:
                row.values[part.name] = lines.get(row.id, [])
        looked_at(self.type, self.names, (row.id for row in found))
        return found
