"""What activity brings to everybody's first page: what is due."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bodega.apps.activity.actions import TASK
from bodega.apps.activity.doing import Due
from bodega.apps.activity.promising import PROMISE
from bodega.kernel import access, registry
from bodega.kernel.kinds import Show
from bodega.kernel.record import RecordType, load_labels
from bodega.lib import dates
from bodega.lib.markup import format_html
from bodega.surfaces.home import today
from bodega.surfaces.home.today import Morning
from bodega.surfaces.html.panels import rows
from bodega.surfaces.html.shapes import Act, Panel

MOST = 12
AHEAD = timedelta(days=7)
ASKED = "owner done_at due_on"
NAMES = ("name", "due_on", "about")


def due(morning: Morning) -> Panel | None:
    """My open promises and tasks, the overdue first, up to a week ahead (a query for each of the two, and one for each
    type named)."""
    known = [type_ for type_ in map(registry.type_of, (PROMISE, TASK)) if may_ask(type_, morning)]
    every = [one for type_ in known for one in mine(type_, morning)]
    found = sorted(every, key=lambda one: (one.day or morning.today, not one.is_promise))[:MOST]
    if not found:
        return None
    abouts = ((one.row.values.get("about"), one.type.declared["about"]) for one in found)
    show = load_labels(Show(morning.actor), (target for about, kind in abouts for target in kind.points_at(about)))
    late = sum(1 for one in found if one.day and one.day < morning.today)
    note = ngettext("%(n)s overdue", "%(n)s overdue", late) % {"n": late} if late else ""
    asked = urlencode({"q": "owner:me done_at:empty"})
    labels = {PROMISE: _("All promises"), TASK: _("All tasks")}
    more = [Act(label=labels[type_.key], url=f"/{type_.slug}/?{asked}", icon=type_.icon) for type_ in known]
    return Panel(
        title=_("Due"), note=note, html=rows([line(one, morning, show) for one in found]), side="main", acts=more
    )


def may_ask(type_: RecordType, morning: Morning) -> bool:
    return access.may(type_, morning.actor, "view") and type_.knows(ASKED, morning.actor)


def mine(type_: RecordType, morning: Morning) -> list[Due]:
    open_ = type_.rows(morning.actor).filter(owner=morning.actor.user_id, done_at=None)
    near = open_.filter(due_on__lte=morning.today + AHEAD).order_by("due_on", "pk")[:MOST]
    return [Due(type_, row) for row in type_.for_(morning.actor).read(near, NAMES)]


def line(one: Due, morning: Morning, show: Show) -> SafeString:
    """A click on the box says that it is done."""
    about = one.type.declared["about"]
    return format_html(
        '{}<span class="title"><a href="{}">{}</a> <span class="quiet">{}</span></span>{}'
        '<span class="far quiet {}">{}</span>',
        morning.act(one.done("/")),
        one.type.url(one.row.id),
        one.row.values["name"],
        about.cell(one.row.values.get("about"), show=show),
        one.tag,
        "late" if one.day and one.day < morning.today else "",
        dates.day(one.day, today=morning.today) if one.day else "",
    )


today.add(due, gettext_lazy("Due"))
