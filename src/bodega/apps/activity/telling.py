"""How an interaction reads on a timeline: what it was, with whom, how long, how it ended, what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.apps.activity.models import Note
from bodega.apps.activity.queries import Line
from bodega.kernel import registry
from bodega.kernel.kinds import Label, Moment, Show
from bodega.lib.markup import format_html, format_html_join
from bodega.platform.notifications.mentions import Prose
from bodega.surfaces.html.components import icon, prose
from bodega.surfaces.html.panels import Visit
from bodega.surfaces.html.shapes import Entry

AT = Moment(name="at")
CHANNELS = dict(Note.CHANNELS)
ICONS = {
    "note": "notebook-pen", "call": "phone", "meeting": "users", "email": "mail", "post": "mailbox",
    "chat": "message-circle", "visit": "map-pin",
}  # fmt: skip
TOWARDS = {("call", "in"): "phone-incoming", ("call", "out"): "phone-outgoing", ("email", "in"): "mail-open"}
"""Where the direction has an icon of its own."""
NAMED = 4
"""Of those who took part, as many are named in one line."""


def named(details: Mapping[str, Any]) -> Iterable[tuple[str, int]]:
    """Those who took part, customers first."""
    yield from (("parties.party", pk) for pk in details.get("participants") or ())
    yield from (("kernel.user", pk) for pk in details.get("colleagues") or ())


def pointed(details: Mapping[str, Any]) -> Iterable[tuple[str, int]]:
    """The same, and who is mentioned."""
    yield from named(details)
    yield from Prose(name="text").points_at(details.get("text"))


def interaction(line: Line, visit: Visit, show: Show) -> Entry:
    held = line.details
    channel = held.get("channel") or "note"
    what = format_html('<a href="{}"><b>{}</b></a>', line.label.url, CHANNELS[channel])
    told = (what, by_whom(line), with_whom(held, visit, show), where(line), rest(held, show))
    title = format_html("{} {}{}{}{}", *told)
    said = prose(held.get("text") or "", actor=visit.actor, known=show.labels)
    subject = held.get("subject")
    return Entry(
        title=title,
        icon=TOWARDS.get((channel, held.get("direction") or ""), ICONS[channel]),
        tone="brand" if channel != "note" else "",
        text=format_html("<b>{}</b><br>{}", subject, said) if subject else said,
        at=line.entry.at,
        when=AT.text(line.entry.at, show=show),
    )


def by_whom(line: Line) -> str:
    words = _("to %(who)s") if line.details.get("direction") == "in" else _("by %(who)s")
    return words % {"who": line.entry.actor}


def where(line: Line) -> SafeString:
    """That the record is only mentioned in it."""
    return format_html(' <span class="quiet">· {}</span>', _("mentioned in it")) if line.mentioned else SafeString("")


def with_whom(held: Mapping[str, Any], visit: Visit, show: Show) -> SafeString:
    """The others, as far as the reader may see them: who is hidden is neither named nor counted."""
    here = visit.record.pk if visit.type.key in registry.type_of("parties.party").covers.split() else None
    others = [show.label(*one) for one in named(held) if one != ("parties.party", here)]
    seen = [one for one in others if not one.hidden]
    if not seen:
        return SafeString("")
    names = format_html_join(", ", "{}", ((link(one),) for one in seen[:NAMED]))
    more = len(seen) - NAMED
    extra = ngettext(" and %(n)s more", " and %(n)s more", more) % {"n": more} if more > 0 else ""
    return format_html(" {} {}{}", _("with"), names, extra)


def link(label: Label) -> SafeString:
    if not label.url.startswith(("/people/", "/organisations/")):
        return format_html("{}", label.text)
    return format_html('<a href="{}">{}</a>', label.url, label.text)


def rest(held: Mapping[str, Any], show: Show) -> SafeString:
    """How long it took and how it ended."""
    minutes, outcome = held.get("minutes"), held.get("outcome")
    long = format_html(' <span class="quiet">· {}</span>', _("%(n)s min") % {"n": minutes}) if minutes else ""
    kinds = registry.type_of("activity.note").fields
    ended = format_html(" {}", kinds()["outcome"].cell(outcome, show=show)) if outcome else ""
    lock = format_html(" {}", icon("lock", label=_("Private"))) if held.get("private") else ""
    return format_html("{}{}{}", long, ended, lock)
