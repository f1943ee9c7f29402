"""Where the records of a type are: a place of their own, or that of the first thing they refer to which has one."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from django.db.models import F, Max, Min, QuerySet

from bodega.kernel.kinds import Kind, Place, Reference
from bodega.kernel.scope import arranged

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType


@dataclass(frozen=True)
class Box:
    """A part of the world, in degrees. What lies beyond the edges of a map in Mercator's way is not asked for."""

    west: float = -180
    south: float = -85
    east: float = 180
    north: float = 85

    @classmethod
    def read(cls, text: str) -> Box | None:
        """As an address writes it; None for what is none."""
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            return None
        whole = cls()
        if not all(map(isfinite, (west, south, east, north))) or west >= east or south >= north:
            return None
        found = cls(max(west, whole.west), max(south, whole.south), min(east, whole.east), min(north, whole.north))
        return found if found.west < found.east and found.south < found.north else None

    def __str__(self) -> str:
        return ",".join(f"{edge:.5f}" for edge in (self.west, self.south, self.east, self.north))


@dataclass(frozen=True)
class Spot:
    """`through` is the reference whose record has the place."""

    kind: Kind
    through: Reference | None = None

    def column(self, part: str) -> str:
        """`lat` or `lon` in the rows of the type."""
        before = f"{self.through.source.name}__" if self.through is not None else ""  # type: ignore[union-attr]
        return f"{before}{self.kind.column}_{part}"

    def inside(self, rows: QuerySet[Any], box: Box, *, actor: Actor) -> QuerySet[Any]:
        """Those in the box. Where a thing is that the actor may not see is not told by what refers to it."""
        lat, lon = f"{self.kind.column}_lat", f"{self.kind.column}_lon"
        asked = {f"{lat}__gte": box.south, f"{lat}__lte": box.north, f"{lon}__gte": box.west, f"{lon}__lte": box.east}
        if self.through is None:
            return rows.filter(**asked)
        held = self.through.target.rows(actor).filter(**asked).order_by()
        return rows.filter(**{f"{self.through.column}__in": held.values("pk")})

    def some_inside(self, rows: QuerySet[Any], box: Box, *, actor: Actor) -> QuerySet[Any]:
        """The same, for a few of very many: row by row, since those that the index has first are all in the south."""
        lat, lon = F(self.column("lat")) + 0.0, F(self.column("lon")) + 0.0
        edges = {"by_lat__gte": box.south, "by_lat__lte": box.north, "by_lon__gte": box.west, "by_lon__lte": box.east}
        found: QuerySet[Any] = rows.alias(by_lat=lat, by_lon=lon).filter(**edges).order_by()
        if self.through is None:
            return found
        return found.filter(**{f"{self.through.column}__in": self.through.target.rows(actor).order_by().values("pk")})

    def extent(self, rows: QuerySet[Any], *, actor: Actor) -> Box | None:
        """The part of the world in which all of them are; None where none has a place."""
        lat, lon = self.column("lat"), self.column("lon")
        found = self.inside(rows, Box(), actor=actor).aggregate(
            west=Min(lon), south=Min(lat), east=Max(lon), north=Max(lat)
        )
        if found["west"] is None:
            return None
        edge = 0.02  # degrees: a single place, too, has something around it
        return Box.read(
            f"{found['west'] - edge},{found['south'] - edge},{found['east'] + edge},{found['north'] + edge}"
        )


def has_map(type_: RecordType, *, actor: Actor) -> bool:
    key = ("map", type_.key, type_.mask, frozenset(actor.masks.items()))
    return arranged(key, lambda: spot_of(type_, actor=actor) is not None)


def spot_of(type_: RecordType, *, actor: Actor) -> Spot | None:
    """As far as the actor knows the types."""
    if own := place_in(type_):
        return Spot(own)
    for kind in type_.fields().values():
        if type(kind) is not Reference or kind.source is None or not kind.source.concrete:
            continue
        if found := place_in(kind.target.for_(actor)):
            return Spot(found, kind)
    return None


def place_in(type_: RecordType) -> Kind | None:
    return next((kind for kind in type_.fields().values() if isinstance(kind, Place) and not kind.custom), None)
