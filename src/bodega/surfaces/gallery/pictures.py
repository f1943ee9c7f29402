"""Which records have a face to be seen by, and which pictures there are of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet, TextField

from bodega.kernel.kinds import FileReference, Kind
from bodega.kernel.raw import Slot
from bodega.kernel.record import RecordType
from bodega.kernel.registry import type_of
from bodega.lib.expressions import InList
from bodega.platform.files.small import is_image

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

MOST = 500
"""Files that are looked through for a page of cards."""


def pictures_of(type_: RecordType) -> list[Kind]:
    """The fields that may hold a picture of the record."""
    return [kind for kind in type_.fields().values() if isinstance(kind, FileReference)]


def has_gallery(type_: RecordType) -> bool:
    return bool(type_.face or pictures_of(type_))


def attached(type_: RecordType, ids: Sequence[int], *, actor: Actor) -> dict[int, int]:
    """By record, the first image among the files about it."""
    found = type_of("files.file").ask(about_them, ["name", "about"], actor=actor, type=type_.key, ids=[*ids])
    images = [row for row in found if is_image(row.values["name"] or "") and row.values["about"]]
    return {row.values["about"][1]: row.id for row in images}


def about_them(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The newest first, so that the first of a record is the last."""
    of_type = rows.filter(about_type=Slot("type", output_field=TextField()))
    return of_type.filter(InList(F("about_id"), Slot("ids"))).order_by("-pk")[:MOST]
