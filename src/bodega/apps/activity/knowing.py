"""How well a customer is known, and by whom of us: a line of what is to be known before a call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.apps.activity import queries
from bodega.apps.activity.closeness import WEIGHTS
from bodega.apps.parties import strength
from bodega.kernel.kinds import Show
from bodega.lib.markup import format_html
from bodega.surfaces.html import panels
from bodega.surfaces.html.panels import Told, Visit

LATELY, MOST = timedelta(days=90), 25


def relationship(visit: Visit) -> Iterable[Told]:
    """Its strength, and what makes it: as far as the reader may see the touches, the newest of them."""
    if visit.record.strength is None or not visit.type.knows("strength", visit.actor):
        return
    now = Show(visit.actor).now
    seen = queries.seen(visit.type, visit.record.pk, actor=visit.actor, size=MOST, asked=queries.TOUCHES)
    found = [line for line in islice(seen, MOST) if line.details.get("channel") in WEIGHTS]
    number = strength.at(now, visit.record.strength)
    text = format_html("{} <progress max='100' value='{}' aria-hidden='true'></progress>", number, number)
    yield Told(_("Relationship"), text, explained([line for line in found if line.entry.at > now - LATELY]))


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


panels.add_brief("parties.person parties.organisation", relationship)
