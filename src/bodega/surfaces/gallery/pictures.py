"""Which records have a face to be seen by."""

from __future__ import annotations

from bodega.kernel.kinds import FileReference, Kind
from bodega.kernel.record import RecordType


def pictures_of(type_: RecordType) -> list[Kind]:
    """The fields that may hold a picture of the record."""
    return [kind for kind in type_.fields().values() if isinstance(kind, FileReference)]


def has_gallery(type_: RecordType) -> bool:
    return bool(type_.face or pictures_of(type_))
