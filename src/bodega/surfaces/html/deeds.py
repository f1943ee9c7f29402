"""What apps let people do with many records of any type: some fields are asked for first, then it is done to each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bodega.kernel.actors import Actor
from bodega.kernel.change import Outcome
from bodega.kernel.kinds import Kind
from bodega.kernel.record import RecordType
from bodega.surfaces.html.components import Text


class Do(Protocol):
    """Does it to these records. `before` is what the same act wrote already (new values by field), where it is taken up
    again after a crash. Raises ValidationError, by field."""

    def __call__(
        self, type_: RecordType, ids: Sequence[int], values: Mapping[str, Any], *, before: Sequence[Any], actor: Actor
    ) -> Outcome: ...


@dataclass(frozen=True)
class Deed:
    name: str
    label: Text
    icon: str
    kinds: Callable[[int], Sequence[Kind]]
    """What is asked for, by how many records are meant."""
    is_offered: Callable[..., bool]
    """Called with the type and `actor`."""
    do: Do


DEEDS: dict[str, Deed] = {}


def add(deed: Deed) -> None:
    DEEDS[deed.name] = deed


def offered(type_: RecordType, *, actor: Actor) -> list[Deed]:
    return [deed for deed in DEEDS.values() if deed.is_offered(type_, actor=actor)]
