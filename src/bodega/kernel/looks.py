"""Who is told of it when values of records are read, so that looks at what is marked can be written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bodega.kernel.record import RecordType

TOLD: list[Callable[[RecordType, Iterable[str], Iterable[int]], None]] = []


def looked_at(type_: RecordType, names: Iterable[str], ids: Iterable[int]) -> None:
    """These fields of these records were read; no ids where what was read adds up many."""
    for tell in TOLD:
        tell(type_, names, ids)
