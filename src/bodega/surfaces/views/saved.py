"""The saved views of a type, for whoever may see them, and where each is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from bodega.kernel import access
from bodega.kernel.raw import Slot
from bodega.kernel.reading import Row
from bodega.kernel.record import this
from bodega.kernel.registry import type_of
from bodega.kernel.scope import arranged
from bodega.surfaces.views.models import BOARD

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.kernel.record import RecordType

MOST = 30
"""Views of one type that stand above its list."""
MOST_OF_ALL = 500
"""Views that are looked through for a name."""
NAMES = ["name", "type", "shape", "question", "sort", "columns"]


def saved(type_: RecordType, *, actor: Actor) -> list[Row]:
    """By name."""
    views = type_of("views.view").for_(actor)
    key = ("views", type_.key, views.mask, access.sight(views, actor))
    return arranged(key, lambda: views.ask(of_type, NAMES, actor=actor, type=type_.key))


def every_saved(*, actor: Actor) -> list[Row]:
    """Of all types, by name."""
    views = type_of("views.view").for_(actor)
    return arranged(
        ("views", "", views.mask, access.sight(views, actor)), lambda: views.ask(of_all, NAMES, actor=actor)
    )


def of_all(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("name_key", "pk")[:MOST_OF_ALL]


def of_type(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(type=Slot("type")).order_by("name_key", "pk")[:MOST]


def opened(text: str, type_: RecordType, *, actor: Actor) -> Row | None:
    """The view with that number, if it is one of this type that the actor may see."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    found = type_of("views.view").ask(this, NAMES, actor=actor, pk=int(text))
    return next((view for view in found if view.values["type"] == type_.key), None)


def address(view: Row, type_: RecordType) -> str:
    """Where the view of this type is shown as it was saved."""
    values = view.values
    place = f"/{type_.slug}/{'board/' if values['shape'] == BOARD else ''}"
    asked = {"view": view.id, "q": values["question"], "sort": values["sort"]}
    return f"{place}?{urlencode({name: value for name, value in asked.items() if value})}"
