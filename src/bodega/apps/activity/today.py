"""What activity brings to everybody's first page: what is due."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bodega.kernel import access, registry
from bodega.kernel.kinds import Show
from bodega.kernel.reading import Row
from bodega.kernel.record import show_rows
from bodega.lib import dates
from bodega.surfaces.home import today
from bodega.surfaces.home.today import Morning
from bodega.surfaces.html.panels import rows
from bodega.surfaces.html.shapes import Act, Panel

MOST = 12
AHEAD = timedelta(days=7)


def due(morning: Morning) -> Panel | None:
    """My open tasks and promises, the overdue first, up to a week ahead (two queries, and one for each type named)."""
    tasks = registry.type_of("activity.task")
    if not (access.may(tasks, morning.actor, "view") and tasks.knows("owner done_at due_on", morning.actor)):
        return None
    open_ = tasks.rows(morning.actor).filter(owner=morning.actor.user_id, done_at=None)
    found = tasks.for_(morning.actor).read(
        open_.filter(due_on__lte=morning.today + AHEAD).order_by("due_on", "pk")[:MOST], NAMES
    )
    if not found:
        return None
    show = show_rows(found, tasks.named_fields("about"), actor=morning.actor)
    late = sum(1 for row in found if row.values["due_on"] < morning.today)
    note = ngettext("%(n)s overdue", "%(n)s overdue", late) % {"n": late} if late else ""
    more = Act(label=_("All tasks"), url=f"/tasks/?{urlencode({'q': 'owner:me done_at:empty'})}", icon="arrow-right")
    return Panel(
        title=_("Due"), note=note, html=rows([line(row, morning, show) for row in found]), side="main", acts=[more]
    )


NAMES = ("name", "kind", "due_on", "about")


def line(row: Row, morning: Morning, show: Show) -> SafeString:
    """A click on the box says that it is done."""
    day, about = row.values["due_on"], registry.type_of("activity.task").declared["about"]
    url = f"/tasks/{row.id}/do/finish/?next=/"
    done = Act(label=_("Done: %(name)s") % {"name": row.values["name"]}, url=url, icon="square", post=True)
    is_promise = row.values["kind"] == "promise"
    return format_html(
        '{}<span class="title"><a href="/tasks/{}/">{}</a> <span class="quiet">{}</span></span>{}'
        '<span class="far quiet {}">{}</span>',
        morning.act(done),
        row.id,
        row.values["name"],
        about.cell(row.values["about"], show=show),
        format_html('<span class="tag plum">{}</span>', _("Promise")) if is_promise else "",
        "late" if day < morning.today else "",
        dates.day(day, today=morning.today),
    )


today.add(due, gettext_lazy("Due"))
