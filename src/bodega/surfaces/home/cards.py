"""Cards of everybody's first page that know no domain: what concerns me, and a saved view."""

from __future__ import annotations

from itertools import islice

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel import query
from bodega.kernel.reading import Row
from bodega.kernel.record import RecordType, show_rows
from bodega.lib import clock, dates
from bodega.lib.markup import format_html
from bodega.platform.notifications import reading
from bodega.platform.sparing import TookLongError, sparing
from bodega.surfaces.home import today
from bodega.surfaces.home.today import Morning
from bodega.surfaces.html.asking import Asked
from bodega.surfaces.html.panels import rows
from bodega.surfaces.html.shapes import Act, Panel
from bodega.surfaces.listing.layout import names_in
from bodega.surfaces.notifications import pages
from bodega.surfaces.views import pinned, saved

MOST = 6


def for_me(morning: Morning) -> Panel | None:
    """What I was told and have not read: who mentioned me, what changed among what I follow."""
    told = [*islice(reading.told(actor=morning.actor, unread=True, size=2 * MOST), MOST)]
    if not told:
        return None
    now = clock.now()
    drawn = (pages.line(one, ago=dates.ago(one.row.at, now=now, zone=morning.actor.zone)) for one in told)
    line = '{}<a href="{}">{}</a><span class="far quiet">{}</span>'
    every = Act(label=_("All notifications"), url=pages.HOME, icon="arrow-right")
    lines = [format_html(line, one.sign, one.url, one.text, one.ago) for one in drawn]
    return Panel(title=_("For you"), html=rows(lines), side="main", acts=[every])


def view(number: int, morning: Morning) -> Panel | None:
    """The first records of a saved view, as whoever looks at it sees them; nobody waits for a page because of one."""
    held = next((one for one in saved.every_saved(actor=morning.actor) if one.id == number), None)
    type_ = pinned.seen_type(held.values["type"], actor=morning.actor) if held else None
    if held is None or type_ is None:
        return None
    named, nothing = saved.as_named_now(held, type_, actor=morning.actor), _("Nothing is in this view.")
    try:
        with sparing():
            found = first_rows(named, type_, morning)
    except query.QuestionError:  # of a field that was removed since
        return None
    except TookLongError:
        found, nothing = [], _("It takes too long to look through this view here. Open it to see all of it.")
    every = Act(label=_("All of them"), url=saved.address(named, type_), icon="arrow-right")
    quiet = format_html('<p class="rest">{}</p>', nothing)
    return Panel(title=held.values["name"], html=rows(found) if found else quiet, side="main", acts=[every])


def first_rows(held: Row, type_: RecordType, morning: Morning) -> list[SafeString]:
    asked = Asked(held.values["question"] or "", type_, actor=morning.actor)
    columns = names_in(held.values["columns"] or type_.columns)
    names = [type_.title, *[name for name in columns if name != type_.title and type_.named_fields(name)][:1]]
    kinds = type_.named_fields(" ".join(names))
    sort = (held.values["sort"] or "").partition(",")[0] or next(iter(type_.sortable), "-id")
    found = query.page(type_, asked.rows, sort=sort, names=names, size=MOST).rows
    show = show_rows(found, kinds, actor=morning.actor)
    return [
        format_html(
            '<a href="{}">{}</a>{}',
            type_.url(row.id),
            kinds[0].text(row.values[type_.title], show=show) or f"#{row.id}",
            format_html('<span class="far quiet">{}</span>', kinds[-1].cell(row.values[kinds[-1].name], show=show))
            if len(kinds) > 1
            else "",
        )
        for row in found
    ]


today.add(for_me, gettext_lazy("For you"))
today.OF_VIEW[today.VIEW] = view
