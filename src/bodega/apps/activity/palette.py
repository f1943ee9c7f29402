"""Logging from anywhere: a line that begins with "log" in the palette opens the form of an interaction, filled in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from bodega.apps.activity.actions import NOTE
from bodega.kernel import access, registry
from bodega.lib.text import fold, shorten
from bodega.surfaces.html import find
from bodega.surfaces.html.shapes import Link

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

SHOWN = 60
"""Letters of the line that the palette shows."""


def log(text: str, *, actor: Actor) -> Iterable[Link]:
    notes = registry.type_of(NOTE)
    word, _blank, line = text.strip().partition(" ")
    words, typed = {fold(one) for one in ("log", _("log"))}, fold(word.rstrip(":"))
    if not access.may(notes, actor, "create") or not typed or not any(one.startswith(typed) for one in words):
        return
    if line.strip() and typed in words:
        label = _("Log: %(line)s") % {"line": shorten(line.strip(), SHOWN)}
        yield Link(label=label, url=f"/{notes.slug}/new/?{urlencode({'line': line.strip()})}", icon="pencil")
    elif not line.strip():
        yield Link(label=_("Log an interaction"), url=f"/{notes.slug}/new/", icon="pencil")


find.DOINGS.append(log)
