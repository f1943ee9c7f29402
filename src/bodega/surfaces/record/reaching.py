"""Calling, writing to and finding whoever a record is about: one tap for each way that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from bodega.kernel.kinds import Kind, Show
from bodega.surfaces.html.shapes import Act

MAP = "https://www.openstreetmap.org/"


def ways(kinds: Iterable[Kind], values: Mapping[str, Any], *, show: Show) -> Iterator[Act]:
    """The first phone number, e-mail address and place among these fields that are filled."""
    found: dict[str, Kind] = {}
    for kind in kinds:
        if not kind.is_empty(values[kind.name]):
            found.setdefault(kind.word, kind)
    if phone := found.get("phone"):
        yield Act(label=_("Call"), url=f"tel:{values[phone.name]}", icon="phone", kind="primary")
    if email := found.get("email"):
        yield Act(label=_("Mail"), url=f"mailto:{quote(values[email.name], safe='@')}", icon="mail")
    if place := found.get("place"):
        yield Act(label=_("Map"), url=on_map(values[place.name], place, show=show), icon="map-pin")


def on_map(address: Any, kind: Kind, *, show: Show) -> str:
    """Where it is, by its position where that is known."""
    if address.lat is not None and address.lon is not None:
        where = {"mlat": address.lat, "mlon": address.lon}
        return f"{MAP}?{urlencode(where)}#map=17/{address.lat}/{address.lon}"
    return f"{MAP}search?{urlencode({'query': kind.text(address, show=show)})}"
