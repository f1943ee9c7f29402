"""What activity brings to the page of a record: its timeline, the box to write into it, what is to be done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import BigIntegerField, F, QuerySet, TextField
from django.utils.dates import MONTHS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.activity import composing, queries, telling
from bodega.apps.activity.actions import NOTE
from bodega.apps.activity.models import Task
from bodega.apps.activity.telling import CHANNELS
from bodega.kernel import access, registry
from bodega.kernel.kinds import Kind, Moment, Show
from bodega.kernel.raw import Slot
from bodega.kernel.reading import Row
from bodega.kernel.record import RecordType, load_labels
from bodega.kernel.scope import remembered
from bodega.lib import dates
from bodega.lib.text import amid
from bodega.surfaces.html import panels
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.panels import Told, Visit
from bodega.surfaces.html.shapes import Act, Compose, Day, Empty, Entry, Panel, Timeline
from bodega.surfaces.record import narrowing

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

MOST = 6
SHOWN = ["name", "kind", "due_on"]
AT = Moment(name="at")
TOLD = {
    "created": (gettext_lazy("%(who)s added %(what)s"), "plus", ""),
    "moved": (gettext_lazy("%(who)s moved %(what)s to %(stage)s"), "square-kanban", "warn"),
    "won": (gettext_lazy("%(who)s won %(what)s"), "trophy", "good"),
    "lost": (gettext_lazy("%(who)s lost %(what)s"), "circle-x", "bad"),
    "reopened": (gettext_lazy("%(who)s reopened %(what)s"), "rotate-ccw", ""),
    "done": (gettext_lazy("%(who)s finished %(what)s"), "check", "good"),
    "restored": (gettext_lazy("%(who)s restored %(what)s"), "undo-2", ""),
}
"""What a line says for a verb, its icon and its colour."""


# ---- the timeline ------------------------------------------------------------------------------------------------


def timeline(visit: Visit) -> Timeline | None:
    """A page of it, by days; nothing for what has no timeline."""
    if not visit.type.timeline:
        return None
    lines, following = queries.timeline(visit.type, visit.record.pk, actor=visit.actor, before=cursor(visit.before))
    show = load_labels(Show(visit.actor), (target for line in lines for target in pointed(line, actor=visit.actor)))
    today = show.today
    days: dict[str, list[Entry]] = {}
    for line in lines:
        here = line.entry.at.astimezone(visit.actor.zone).date()
        days.setdefault(day_label(here, today), []).append(drawn(line, visit, show))
    empty = Empty(
        title=_("Nothing has happened yet"),
        text=_("Write down the first call, meeting or note above."),
        icon="activity",
    )
    return Timeline(
        days=[Day(label=label, entries=entries) for label, entries in days.items()],
        more_url=f"{visit.url}?before={following[0].isoformat()}_{following[1]}".replace("+", "%2B")
        if following
        else "",
        empty=None if days or visit.before else empty,
    )


def cursor(text: str) -> queries.Cursor | None:
    """Where a page begins; the first one for anything that was not written by us."""
    at, _mark, word = text.rpartition("_")
    number = whole(word)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, number) if moment.tzinfo and number is not None else None


def day_label(day: date, today: date) -> str:
    """Near days by name, then weeks, then months."""
    distance = (today - day).days
    if distance < 2:
        return dates.day(day, today=today) if distance >= 0 else _("Later")
    if distance < 7:
        return _("This week") if day.isocalendar()[:2] == today.isocalendar()[:2] else _("The last seven days")
    return str(MONTHS[day.month]) if day.year == today.year else f"{MONTHS[day.month]} {day.year}"


def kinds_told(line: queries.Line, *, actor: Actor) -> dict[str, Kind]:
    known = registry.type_for(line.entry.type, actor=actor).fields()
    return {name: known[name] for name in line.entry.new or {} if name in known}


def pointed(line: queries.Line, *, actor: Actor) -> Iterable[tuple[str, int]]:
    if line.entry.type == NOTE:
        return telling.named(line.details)
    new = line.entry.new or {}
    return (
        target
        for name, kind in kinds_told(line, actor=actor).items()
        for target in kind.points_at(kind.from_json(new[name]))
    )


def drawn(line: queries.Line, visit: Visit, show: Show) -> Entry:
    when = AT.text(line.entry.at, show=show)
    if line.entry.type == NOTE:
        return telling.interaction(line, visit, show)
    words, icon, tone = TOLD.get(line.entry.verb, TOLD["created"])
    return Entry(title=sentence(str(words), line, visit, show), icon=icon, tone=tone, at=line.entry.at, when=when)


def sentence(words: str, line: queries.Line, visit: Visit, show: Show) -> SafeString:
    """The words with names in them; a stage without its old colour."""
    type_ = registry.type_for(line.entry.type, actor=visit.actor)
    here = (line.entry.type, line.entry.record_id) == (visit.type.key, visit.record.pk)
    kind, new = type_.fields().get("stage"), line.entry.new or {}
    stage = kind.text(kind.from_json(new["stage"]), show=show) if kind and "stage" in new else ""
    about = _("this %(type)s") if here else _("the %(type)s ")
    linked = "" if here else format_html('<a href="{}"><b>{}</b></a>', line.label.url, line.label.text)
    what = format_html("{}{}", about % {"type": amid(type_.label)}, linked)
    named = {"who": format_html("<b>{}</b>", line.entry.actor), "what": what, "stage": format_html("<b>{}</b>", stage)}
    return format_html(
        words.replace("%(who)s", "{who}").replace("%(what)s", "{what}").replace("%(stage)s", "{stage}"), **named
    )


def is_subject(type_: RecordType) -> bool:
    """Whether people write notes and tasks about records of this type."""
    return bool(type_.timeline) and type_.listed and type_.model is not Task


def compose(visit: Visit) -> Compose | None:
    notes = registry.type_of(NOTE)
    if not is_subject(visit.type) or not access.may(notes, visit.actor, "create"):
        return None
    plans = access.may(registry.type_of("activity.task"), visit.actor, "create")
    sorts = composing.SORTS.values()
    return Compose(
        url=f"/{notes.slug}/new/?{urlencode({'about': visit.name, 'next': visit.url})}",
        placeholder=_("Say what happened, or what is to be done"),
        kinds=[(sort.key, str(sort.label)) for sort in sorts if not sort.keep],
        to_do=[(sort.key, str(sort.label)) for sort in sorts if sort.keep and plans],
        days=[(days, str(label)) for days, label in composing.DAYS.items() if plans],
        day=composing.USUAL,
        acts=[
            Act(label=_("Note"), url="#write-note", icon="notebook-pen"),
            *([Act(label=_("Task"), url="#write-task", icon="square-check")] if plans else []),
        ],
    )


# ---- what is to be done ------------------------------------------------------------------------------------------


ASKED = "about done_at due_on"


def to_do(visit: Visit) -> Panel | None:
    """The open tasks and promises about this record, the next due first; a click says that one is done."""
    tasks = registry.type_of("activity.task")
    if not is_subject(visit.type) or not tasks.knows(ASKED, visit.actor):
        return None
    asked, question = narrowing.Found(), f"about:{visit.name} done_at:empty"
    if visit.q or visit.sort:
        asked = narrowing.found(visit, tasks, question, SHOWN, most=MOST, sort="due_on")
        found, more = asked.rows, asked.more
    else:
        found, more = open_tasks(visit)[:MOST], len(open_tasks(visit)) > MOST
    if not (found or visit.q or access.may(tasks, visit.actor, "create")):
        return None
    where = urlencode({"about": visit.name, "next": visit.url})
    add = Act(label=_("Add a task"), url=f"/{tasks.slug}/new/?{where}", icon="plus", dialog=True)
    lines = [task_line(row, visit) for row in found]
    quiet = format_html('<p class="rest">{}</p>', _("None of them.") if visit.q else _("Nothing is open."))
    narrow = narrowing.narrow(visit, tasks, question, name="activity.to_do", error=asked.error)
    html = format_html("{}{}", panels.rows(lines), narrowing.rest(narrow, more=more)) if lines else quiet
    return Panel(title=_("To do"), html=html, acts=[add], narrow=narrow if len(found) > 1 or visit.q else None)


def open_tasks(visit: Visit) -> list[Row]:
    """What is to be done about this record, the next due first: the first 20, read once for the whole page."""
    return remembered(("open tasks", visit.type.key, visit.record.pk), lambda: read_tasks(visit))


def read_tasks(visit: Visit) -> list[Row]:
    tasks = registry.type_of("activity.task")
    if not tasks.knows(ASKED, visit.actor):
        return []
    about = {"type": visit.type.key, "pk": visit.record.pk}
    return tasks.ask(next_due, SHOWN, actor=visit.actor, **about)


def next_due(rows: QuerySet[Any]) -> QuerySet[Any]:
    about_type, about_id = Slot("type", output_field=TextField()), Slot("pk", output_field=BigIntegerField())
    open_ones = rows.filter(about_type=about_type, about_id=about_id, done_at=None)
    return open_ones.order_by(F("due_on").asc(nulls_last=True), "pk")[:20]


def task_line(row: Row, visit: Visit) -> SafeString:
    due, show = row.values["due_on"], Show(visit.actor)
    today = show.today
    url = f"/tasks/{row.id}/do/finish/?{urlencode({'next': visit.url})}"
    done = Act(label=_("Done: %(name)s") % {"name": row.values["name"]}, url=url, icon="square", post=True)
    late = "bad" if due and due < today else ""
    promise = (
        format_html('<span class="tag plum plain">{}</span>', _("Promise")) if row.values["kind"] == "promise" else ""
    )
    when = format_html('<span class="far quiet {}">{}</span>', late, dates.day(due, today=today) if due else "")
    return format_html('{}<a href="/tasks/{}/">{}</a>{}{}', visit.act(done), row.id, row.values["name"], promise, when)


# ---- before a call -----------------------------------------------------------------------------------------------


def brief(visit: Visit) -> Iterable[Told]:
    """What was promised, what is late, and when somebody last spoke with them."""
    show = Show(visit.actor)
    today = show.today
    found = open_tasks(visit)
    for row in [row for row in found if row.values["kind"] == "promise"][:2]:
        due = row.values["due_on"]
        yield Told(_("We promised"), format_html("{}", row.values["name"]), due_words(due, today))
    late = [
        row
        for row in found
        if row.values["kind"] != "promise" and row.values["due_on"] and row.values["due_on"] < today
    ]
    if late:
        yield Told(_("Overdue"), format_html("{}", late[0].values["name"]), due_words(late[0].values["due_on"], today))
    last = queries.last_touch(visit.type, visit.record.pk, actor=visit.actor)
    if last:
        channel = str(CHANNELS[last.details["channel"] or "note"])
        when = dates.ago(last.entry.at, now=show.now, zone=visit.actor.zone)
        yield Told(
            _("Last contact"),
            format_html("{}", _("%(how)s with %(who)s") % {"how": channel, "who": last.entry.actor}),
            when,
        )


def due_words(due: date | None, today: date) -> str:
    if due is None:
        return ""
    return (_("was due %(day)s") if due < today else _("due %(day)s")) % {"day": dates.day(due, today=today)}


panels.TELLERS.append(panels.Teller(timeline, compose))
panels.add_brief("parties.person parties.organisation", brief)
panels.add(panels.EVERY, to_do, label=gettext_lazy("To do"))
