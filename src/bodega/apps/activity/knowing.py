"""What is to be known before a call: when somebody was last in touch, what happened since, who of us knows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.apps.activity import queries
from bodega.apps.activity.closeness import WEIGHTS
from bodega.apps.activity.panels import drawn, first_page, pointed
from bodega.apps.activity.telling import CHANNELS
from bodega.apps.parties import strength
from bodega.kernel.kinds import Show
from bodega.kernel.record import load_labels
from bodega.kernel.scope import remembered
from bodega.lib import dates
from bodega.lib.markup import format_html
from bodega.surfaces.html import panels
from bodega.surfaces.html.panels import Told, Visit

LATELY, MOST = timedelta(days=90), 25
METER = '<span class="meter">{} <progress max="100" value="{}" aria-hidden="true"></progress></span>'
SINCE = 5
"""Entries that are looked at for what happened since the last touch."""


def touches(visit: Visit) -> list[queries.Line]:
    """The newest ones that the reader may see: of the first page of the timeline, and behind it, where that does not go
    back far enough."""
    return remembered(("touches", visit.name), lambda: read_touches(visit))


def read_touches(visit: Visit) -> list[queries.Line]:
    lines, following = first_page(visit)
    found = [line for line in lines if line.entry.type == queries.NOTE and not line.mentioned and is_touch(line)][:MOST]
    missing = MOST - len(found)
    if following is None or not missing or (found and following[0] <= Show(visit.actor).now - LATELY):
        return found
    asked, actor = queries.TOUCHES, visit.actor
    behind = queries.seen(visit.type, visit.record.pk, actor=actor, before=following, size=missing, asked=asked)
    found += filter(is_touch, islice(behind, missing))
    return found or [*islice(filter(is_touch, islice(behind, 3 * MOST)), 1)]


def is_touch(line: queries.Line) -> bool:
    return line.details.get("channel") in WEIGHTS


def last_contact(visit: Visit) -> Iterable[Told]:
    """When somebody last spoke with them, and what happened to them since."""
    found = touches(visit)
    if not found:
        return
    last, show = found[0], Show(visit.actor)
    how = _("%(how)s with %(who)s") % {"how": CHANNELS[last.details["channel"]], "who": last.entry.actor}
    yield Told(_("Last contact"), format_html("{}", how), dates.ago(last.entry.at, now=show.now, zone=visit.actor.zone))
    yield from since(last, visit)


def since(last: queries.Line, visit: Visit) -> Iterable[Told]:
    newest = first_page(visit)[0][:SINCE]
    newer = [line for line in newest if line.entry.at > last.entry.at and line.entry.type != last.entry.type]
    if newer:
        show = load_labels(Show(visit.actor), (one for line in newer for one in pointed(line, actor=visit.actor)))
        more = len(newer) - 1
        note = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more} if more else ""
        yield Told(_("Since then"), drawn(newer[0], visit, show).title, note)


def relationship(visit: Visit) -> Iterable[Told]:
    """Its strength, and what makes it: as far as the reader may see the touches, the newest of them."""
    if visit.record.strength is None or not visit.type.knows("strength", visit.actor):
        return
    now = Show(visit.actor).now
    number = strength.at(now, visit.record.strength)
    text = format_html(METER, number, number)
    yield Told(_("Relationship"), text, explained([line for line in touches(visit) if line.entry.at > now - LATELY]))


def explained(touches: Sequence[queries.Line]) -> str:
    """How often, from which side, and who has been in touch most."""
    if not touches:
        return _("no touch in the last three months")
    many, most = len(touches), f"{MOST}+" if len(touches) == MOST else str(len(touches))
    said = ngettext("%(n)s touch in three months", "%(n)s touches in three months", many) % {"n": most}
    theirs = sum(line.details.get("direction") == "in" for line in touches)
    parts = [said, *([_("%(n)s from them") % {"n": theirs}] if theirs else [])]
    (name, by_them), *_others = Counter(line.entry.actor for line in touches).most_common(1)
    parts += [_("%(who)s knows them best") % {"who": name}] if by_them > 1 or many == 1 else []
    return ", ".join(parts)


for part in (last_contact, relationship):
    panels.add_brief("parties.person parties.organisation", part)
