"""What a map shows of many records: one mark for those that are near each other, counted by the database."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2
from typing import Any

from django.db.models import Avg, Count, F, IntegerField, Max, Min, QuerySet
from django.db.models.expressions import Func

from bodega.surfaces.maps.places import Box, Spot

MOST, SOME = 10_000, 2_000
"""Records that are put on a map at once, and how many of those that are more."""
ACROSS, DOWN = 14, 10
"""Cells of the grid on a screen, at least half as many."""
MARKS = 4 * ACROSS * DOWN


@dataclass(frozen=True)
class Mark:
    """`one` is the record, where it stands alone."""

    lat: float
    lon: float
    count: int
    one: int
    box: Box


class Cell(Func):
    """In which cell of a grid over the world a coordinate is: the same one wherever the map is moved to."""

    output_field = IntegerField()

    def __init__(self, column: F, step: float) -> None:
        self.step = float(step)
        super().__init__(column)

    def as_sqlite(self, compiler: Any, connection: Any, **_given: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template=f"CAST((%(expressions)s + 180) / {self.step!r} AS INTEGER)")

    def as_postgresql(self, compiler: Any, connection: Any, **_given: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template=f"FLOOR((%(expressions)s + 180) / {self.step!r})::integer")


def step_for(length: float, cells: int) -> float:
    """So wide a cell, in degrees, that about so many are in this length: a power of two, so that cells nest."""
    return float(2.0 ** ceil(log2(max(length, 1e-6) / cells)))


def marks(rows: QuerySet[Any], spot: Spot, box: Box) -> list[Mark]:
    """The rows, which are in the box, cell by cell; by one query."""
    lat, lon = F(spot.column("lat")), F(spot.column("lon"))
    found = (
        rows.order_by()
        .values(
            cell_x=Cell(lon, step_for(box.east - box.west, ACROSS)),
            cell_y=Cell(lat, step_for(box.north - box.south, DOWN)),
        )
        .annotate(
            many=Count("pk"),
            at_lat=Avg(lat),
            at_lon=Avg(lon),
            one=Min("pk"),
            west=Min(lon),
            south=Min(lat),
            east=Max(lon),
            north=Max(lat),
        )
        .order_by("-many", "one")[:MARKS]
    )
    return [
        Mark(
            lat=row["at_lat"],
            lon=row["at_lon"],
            count=row["many"],
            one=row["one"],
            box=Box(row["west"], row["south"], row["east"], row["north"]),
        )
        for row in found
    ]
