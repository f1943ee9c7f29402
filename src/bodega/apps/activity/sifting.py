"""A timeline is asked for less: one sort of entry, one channel, one colleague, some words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from bodega.apps.activity.models import Note
from bodega.apps.activity.queries import NOTE, Asked, Line, tells
from bodega.kernel import access, registry
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.panels import TOLD
from bodega.surfaces.html.shapes import Sift

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor
    from bodega.surfaces.html.panels import Visit

INNER = "\u2003"
"""Before a channel in the list of sorts, since it is a sort of interaction."""


def asked_of(visit: Visit) -> Asked:
    """What the address asks for; what it does not know asks for nothing."""
    kind, words = visit.told.get("kind", ""), visit.told.get("said", "").strip()
    channel = kind if kind in dict(Note.CHANNELS) else ""
    return Asked("" if channel else kind, channel, whole(visit.told.get("who", "")), words)


def query_of(visit: Visit, **more: str) -> str:
    """The address of the same with something else beside it."""
    asked = urlencode({**visit.told, **more})
    return f"{visit.url}?{asked}" if asked else visit.url


def sift(visit: Visit, lines: Iterable[Line]) -> Sift:
    kinds, people = kinds_for(actor=visit.actor), people_in(visit, lines)
    asked = {**dict.fromkeys(TOLD, ""), **visit.told}
    return Sift(url=visit.url, kinds=kinds, people=people, asked=asked, sentence=sentence(visit, kinds, people))


def kinds_for(*, actor: Actor) -> tuple[tuple[str, str], ...]:
    """Interactions, their channels, and the types of records of which something is told."""
    notes = registry.type_of(NOTE)
    told = [type_ for type_ in registry.every_type() if tells(type_) and type_ is not notes]
    channels = [(key, f"{INNER}{label}") for key, label in Note.CHANNELS]
    others = [(type_.key, str(type_.plural)) for type_ in told if access.may(type_, actor, "view")]
    return ((NOTE, str(notes.plural)), *channels, *others)


def people_in(visit: Visit, lines: Iterable[Line]) -> tuple[tuple[str, str], ...]:
    """Me, and those who did what is shown."""
    me = visit.actor
    found = {me.user_id: _("Mine")} if me.user_id else {}
    found |= {line.entry.user_id: line.entry.actor for line in lines if line.entry.user_id not in (None, me.user_id)}
    return tuple((str(pk), name) for pk, name in found.items())


def sentence(visit: Visit, kinds: Iterable[tuple[str, str]], people: Iterable[tuple[str, str]]) -> str:
    """What is asked, in words; nothing where everything is shown."""
    known: Mapping[str, Mapping[str, str]] = {"kind": dict(kinds), "who": dict(people)}
    said = [known.get(name, {}).get(text, f"“{text}”").strip() for name, text in visit.told.items()]
    return " · ".join(said)
