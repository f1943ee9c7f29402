"""What is to be done about a record, promises first: the panel beside its page, and what to know before a call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import BigIntegerField, DateTimeField, F, Q, QuerySet, TextField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.activity import planning
from bodega.apps.activity.actions import TASK
from bodega.apps.activity.models import BROKEN, LATE, OPEN
from bodega.apps.activity.promising import PROMISE
from bodega.apps.activity.queries import is_subject
from bodega.apps.activity.subjects import others
from bodega.kernel import access, registry
from bodega.kernel.kinds import Show
from bodega.kernel.raw import Slot
from bodega.kernel.reading import Row
from bodega.kernel.record import RecordType
from bodega.kernel.scope import remembered
from bodega.lib import dates
from bodega.lib.markup import format_html
from bodega.surfaces.handover import offers
from bodega.surfaces.html import panels
from bodega.surfaces.html.panels import Told, Visit
from bodega.surfaces.html.shapes import Act, Panel
from bodega.surfaces.record import narrowing

MOST, READ = 8, 20
ASKED, SHOWN = "about others done_at due_on", ["name", "due_on"]
LATELY = timedelta(days=120)
"""So long a promise that was not kept is worth knowing before a call."""


class Due(NamedTuple):
    """A task or a promise that is to be done."""

    type: RecordType
    row: Row

    @property
    def day(self) -> date | None:
        found: date | None = self.row.values["due_on"]
        return found

    @property
    def is_promise(self) -> bool:
        return self.type.key == PROMISE

    @property
    def finish_url(self) -> str:
        """Where a click says that it is done."""
        return f"/{self.type.slug}/{self.row.id}/do/{'keep' if self.is_promise else 'finish'}/"

    def done(self, where: str) -> Act:
        label = (_("Kept: %(name)s") if self.is_promise else _("Done: %(name)s")) % {"name": self.row.values["name"]}
        return Act(label=label, url=f"{self.finish_url}?{urlencode({'next': where})}", icon="square", post=True)

    @property
    def tag(self) -> SafeString:
        if not self.is_promise:
            return SafeString("")
        return format_html('<span class="tag plum plain">{}</span>', _("Promise"))


# ---- what is asked ---------------------------------------------------------------------------------------------------


def open_ones(visit: Visit) -> list[Due]:
    """The promises about this record and then the tasks, the next due first."""
    tasks = registry.type_of(TASK)
    found = [Due(registry.type_of(PROMISE), row) for row in promises(visit) if row.values["status"] == OPEN]
    if tasks.knows(ASKED, visit.actor):
        found += [Due(tasks, row) for row in remembered(("tasks about", visit.name), lambda: read_tasks(visit))]
    return found


def promises(visit: Visit) -> list[Row]:
    """The open ones about this record, then those that were not kept lately: read once for the whole page."""
    return remembered(("promises about", visit.name), lambda: read_promises(visit))


def read_promises(visit: Visit) -> list[Row]:
    type_ = registry.type_of(PROMISE)
    if not type_.knows("about done_at due_on status", visit.actor):
        return []
    since = Show(visit.actor).now - LATELY
    about = {"type": visit.type.key, "pk": visit.record.pk, "since": since}
    return type_.ask(promised, ["name", "due_on", "status", "done_at"], actor=visit.actor, **about)


def read_tasks(visit: Visit) -> list[Row]:
    about = {"type": visit.type.key, "pk": visit.record.pk}
    return registry.type_of(TASK).ask(next_due, SHOWN, actor=visit.actor, **about)


def about_it(rows: QuerySet[Any]) -> QuerySet[Any]:
    about_type, about_id = Slot("type", output_field=TextField()), Slot("pk", output_field=BigIntegerField())
    return rows.filter(about_type=about_type, about_id=about_id)


def next_due(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those about it in the first place and those also about it, each found by its index."""
    tasks = about_it(registry.type_of(TASK).every(deleted=False).filter(done_at=None)).values("pk")
    found = rows.filter(pk__in=tasks.union(about_it(others()).values("task"), all=True))
    return found.filter(done_at=None).order_by(F("due_on").asc(nulls_last=True), "pk")[:READ]


def promised(rows: QuerySet[Any]) -> QuerySet[Any]:
    lately = Q(done_at__gte=Slot("since", output_field=DateTimeField()), status__in=[BROKEN, LATE])
    found = about_it(rows).filter(Q(done_at=None) | lately)
    return found.order_by(F("done_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk")[:READ]


# ---- beside the page -------------------------------------------------------------------------------------------------


def to_do(visit: Visit) -> Panel | None:
    """The open promises and tasks about this record; a click says that one is done. Tasks are asked for fewer."""
    tasks = registry.type_of(TASK)
    if not is_subject(visit.type) or not tasks.knows(ASKED, visit.actor):
        return None
    asked, question = narrowing.Found(), f"(about:{visit.name} or others.about:{visit.name}) done_at:empty"
    if visit.q or visit.sort:
        asked = narrowing.found(visit, tasks, question, SHOWN, most=MOST, sort="due_on")
        found, more = [Due(tasks, row) for row in asked.rows], asked.more
    else:
        found, more = open_ones(visit)[:MOST], len(open_ones(visit)) > MOST
    acts = adding(visit)
    if not (found or visit.q or acts):
        return None
    show = Show(visit.actor)
    lines = [line(one, visit, show) for one in found]
    quiet = format_html('<p class="rest">{}</p>', _("None of them.") if visit.q else _("Nothing is open."))
    narrow = narrowing.narrow(visit, tasks, question, name="activity.to_do", error=asked.error)
    html = format_html("{}{}", panels.rows(lines), narrowing.rest(narrow, more=more)) if lines else quiet
    several = sum(not one.is_promise for one in found) > 1
    return Panel(title=_("To do"), html=html, acts=acts, narrow=narrow if several or visit.q else None)


def adding(visit: Visit) -> list[Act]:
    where = urlencode({"about": visit.name, "next": visit.url})
    offered = ((PROMISE, _("Add a promise"), "handshake"), (TASK, _("Add a task"), "plus"))
    start = Act(label=_("Start a plan"), url=f"/plans/start/?{where}", icon="list-ordered", dialog=True)
    plans = [start] if planning.offered() and access.may(registry.type_of(TASK), visit.actor, "create") else []
    return plans + [
        Act(label=label, url=f"/{type_.slug}/new/?{where}", icon=icon, dialog=True)
        for key, label, icon in offered
        for type_ in [registry.type_of(key)]
        if access.may(type_, visit.actor, "create")
    ]


def line(one: Due, visit: Visit, show: Show) -> SafeString:
    day, today = one.day, show.today
    late = "bad" if day and day < today else ""
    when = format_html('<span class="far quiet {}">{}</span>', late, dates.day(day, today=today) if day else "")
    name = format_html('<a href="{}">{}</a>', one.type.url(one.row.id), one.row.values["name"])
    return format_html("{}{}{}{}", visit.act(one.done(visit.url)), name, one.tag, when)


# ---- before a call ---------------------------------------------------------------------------------------------------


def brief(visit: Visit) -> Iterable[Told]:
    """What was promised, which promise was not kept, and what is late."""
    today = Show(visit.actor).today
    found = open_ones(visit)
    for one in [one for one in found if one.is_promise][:2]:
        yield Told(_("We promised"), named(one.type, one.row), due_words(one.day, today))
    for row in [row for row in promises(visit) if row.values["status"] != OPEN][:1]:
        said = _("Kept late") if row.values["status"] == LATE else _("Promise broken")
        settled = row.values["done_at"].astimezone(visit.actor.zone).date()
        yield Told(said, named(registry.type_of(PROMISE), row), dates.day(settled, today=today))
    for one in [one for one in found if not one.is_promise and one.day and one.day < today][:1]:
        yield Told(_("Overdue"), named(one.type, one.row), due_words(one.day, today))


def named(type_: RecordType, row: Row) -> SafeString:
    return format_html('<a href="{}">{}</a>', type_.url(row.id), row.values["name"])


def due_words(due: date | None, today: date) -> str:
    if due is None:
        return ""
    return (_("was due %(day)s") if due < today else _("due %(day)s")) % {"day": dates.day(due, today=today)}


offers.add(PROMISE, gettext_lazy("Open promises"), "status:open", rank=10)
offers.add(TASK, gettext_lazy("Open tasks"), "done_at:empty", rank=20)
panels.add_brief("parties.person parties.organisation", brief)
panels.add(panels.EVERY, to_do, label=gettext_lazy("To do"))
