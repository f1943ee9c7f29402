"""Records as they go out: JSON by the kinds of their fields. The other way round is `values`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bodega.kernel import registry
from bodega.kernel.access import EVERYTHING, reach_of
from bodega.kernel.kinds import AnyReference, Computed, Kind, Reference, References, Show
from bodega.kernel.kinds.base import Json
from bodega.kernel.parts import Part
from bodega.kernel.reading import Row
from bodega.kernel.record import RecordType, load_labels, this

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

HIDDEN = "0"
"""Stands for every record that the caller may not see, as in reports: that there is one may be known, not which."""
Target = tuple[str, int]
ToJson = Callable[[Any], Json]


def usual_fields(type_: RecordType) -> list[str]:
    """What a list holds unless it is asked for something else: all but the lines."""
    return [name for name, kind in type_.fields().items() if not isinstance(kind, Part)]


class Written:
    """Rows as JSON, for one actor. `names` are what people call the records referred to, by type and id."""

    def __init__(self, kinds: Sequence[Kind], *, actor: Actor, with_names: bool = False) -> None:
        self.kinds, self.show, self.with_names = kinds, Show(actor), with_names
        self.opens: dict[str, bool] = {}

    def rows(self, rows: Sequence[Row]) -> list[dict[str, Json]]:
        pointing = [kind for kind in self.kinds if points(kind)]
        self.load(target for row in rows for kind in pointing for target in kind.points_at(row.values[kind.name]))
        write = [(kind.name, self.to_json(kind)) for kind in self.kinds]
        return [
            {"id": str(row.id), "version": row.version}
            | {name: to_json(row.values[name]) if to_json else row.values[name] for name, to_json in write}
            for row in rows
        ]

    def load(self, targets: Iterable[Target]) -> None:
        """Find out which of the records referred to may be seen: no query for types of which all are."""
        found = [*targets]
        if not self.with_names:
            self.opens = {key: is_open(key, actor=self.show.actor) for key in {key for key, _pk in found}}
        load_labels(self.show, [target for target in found if not self.opens.get(target[0])])

    def is_seen(self, target: Target) -> bool:
        return self.opens.get(target[0], False) or target in self.show.labels

    def names(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for (key, pk), label in sorted(self.show.labels.items()):  # not as the database happened to find them
            found.setdefault(key, {})[str(pk)] = label.text
        return found

    def to_json(self, kind: Kind) -> ToJson | None:
        """How a value of the field becomes JSON; None where it is JSON as it is."""
        if isinstance(kind, Part):
            return self.lines(kind)
        if isinstance(kind, Computed):
            return self.to_json(kind.shown)
        if not isinstance(kind, Reference):
            return None if kind.is_json else kind.to_json
        if isinstance(kind, AnyReference):
            return lambda value: value and {"type": value[0], "id": str(value[1]) if self.is_seen(value) else HIDDEN}
        if isinstance(kind, References):
            return lambda value: [self.seen_id(kind.to, pk) for pk in value or ()]
        return lambda value: None if value is None else self.seen_id(kind.to, value)

    def seen_id(self, key: str, pk: int) -> str:
        return str(pk) if self.is_seen((key, pk)) else HIDDEN

    def lines(self, part: Part) -> ToJson:
        """With their ids, by which a line that is sent back stays the same; in history they have none."""
        write = [(name, self.to_json(kind)) for name, kind in part.kinds.items()]
        return lambda lines: [
            ({"id": str(line["id"])} if "id" in line else {})
            | {name: to(line.get(name)) if to else line.get(name) for name, to in write}
            for line in lines or ()
        ]


def points(kind: Kind) -> bool:
    """Whether its values name records."""
    if isinstance(kind, Computed):
        return points(kind.shown)
    return bool(kind.pointing) if isinstance(kind, Part) else isinstance(kind, Reference)


def is_open(key: str, *, actor: Actor) -> bool:
    """Whether the actor may see every record of the type, as far as is known without asking the database."""
    try:
        type_ = registry.type_of(key)
    except registry.UnknownType:
        return False
    if type_.covers:
        return all(is_open(covered, actor=actor) for covered in type_.covers.split())
    return not type_.within and reach_of(type_, actor, "view") in (None, EVERYTHING)


def record_of(type_: RecordType, pk: int, *, actor: Actor) -> Mapping[str, Json] | None:
    """One record with all its fields, the lines among them; None where there is none that the actor may see."""
    known = type_.fields()
    found = type_.ask(this, [*known], actor=actor, pk=pk)
    return Written([*known.values()], actor=actor).rows(found)[0] if found else None
