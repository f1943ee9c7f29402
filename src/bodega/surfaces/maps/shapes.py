"""What the map's templates are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bodega.surfaces.html.shapes import Empty, Page, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One record in the list beside the map, or one mark on it: with how many it stands for, and where they are."""

    id: int = 0
    url: str = ""
    title: str = ""
    place: str = ""
    lat: str = ""
    lon: str = ""
    count: int = 1
    box: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """What is in a part of the world."""

    box: str
    told: str
    rows: Sequence[Shown] = ()
    marks: Sequence[Shown] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPage(Page):
    question: Question | None = None
    spots: Spots | None = None
    is_fitted: bool = False
    part_url: str = ""
    tiles: str = ""
    tiles_by: str = ""
    empty: Empty | None = None
