"""What activity brings to the page of a record: its timeline, and the box to write into it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.utils.dates import MONTHS
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.activity import bursts, composing, queries, sifting, telling
from bodega.apps.activity.actions import NOTE
from bodega.kernel import access, registry
from bodega.kernel.kinds import Kind, Moment, Show
from bodega.kernel.record import load_labels
from bodega.kernel.scope import remembered
from bodega.lib import dates
from bodega.lib.markup import format_html
from bodega.lib.text import amid
from bodega.platform.notifications import mentions
from bodega.surfaces.html import panels
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.panels import Visit
from bodega.surfaces.html.shapes import Act, Compose, Day, Empty, Entry, Timeline

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

AT = Moment(name="at")
TOLD = {
    "created": (gettext_lazy("%(who)s added %(what)s"), "plus", ""),
    "moved": (gettext_lazy("%(who)s moved %(what)s to %(stage)s"), "square-kanban", "warn"),
    "won": (gettext_lazy("%(who)s won %(what)s"), "trophy", "good"),
    "lost": (gettext_lazy("%(who)s lost %(what)s"), "circle-x", "bad"),
    "reopened": (gettext_lazy("%(who)s reopened %(what)s"), "rotate-ccw", ""),
    "done": (gettext_lazy("%(who)s finished %(what)s"), "check", "good"),
    "kept": (gettext_lazy("%(who)s kept %(what)s"), "check", "good"),
    "broken": (gettext_lazy("%(who)s could not keep %(what)s"), "circle-x", "bad"),
    "released": (gettext_lazy("%(who)s was let off %(what)s"), "feather", ""),
    "rescheduled": (gettext_lazy("%(who)s moved %(what)s to another day"), "calendar-clock", "warn"),
    "restored": (gettext_lazy("%(who)s restored %(what)s"), "undo-2", ""),
}
"""What a line says for a verb, its icon and its colour."""


# ---- the timeline ------------------------------------------------------------------------------------------------


def timeline(visit: Visit) -> Timeline | None:
    """A page of it, by days; nothing for what has no timeline."""
    if not queries.tells(visit.type):
        return None
    asked, before = sifting.asked_of(visit), cursor(visit.before)
    if before or asked != queries.EVERYTHING:
        lines, following = queries.timeline(visit.type, visit.record.pk, actor=visit.actor, before=before, asked=asked)
    else:
        lines, following = first_page(visit)
    show = load_labels(Show(visit.actor), (target for line in lines for target in pointed(line, actor=visit.actor)))
    today = show.today
    days: dict[str, list[Entry]] = {}
    for line, entry in bursts.gathered([(line, drawn(line, visit, show)) for line in lines]):
        here = line.entry.at.astimezone(visit.actor.zone).date()
        days.setdefault(day_label(here, today), []).append(entry)
    empty = Empty(
        title=_("Nothing has happened yet"),
        text=_("Write down the first call, meeting or note above."),
        icon="activity",
    )
    return Timeline(
        days=[Day(label=label, entries=entries) for label, entries in days.items()],
        more_url=sifting.query_of(visit, before=f"{following[0].isoformat()}_{following[1]}") if following else "",
        empty=None if days or visit.before else nothing_like_it() if visit.told else empty,
        sift=sifting.sift(visit, lines) if days or visit.told else None,
    )


def first_page(visit: Visit) -> tuple[list[queries.Line], queries.Cursor | None]:
    """The newest lines of it and where the next page begins: read once for what stands there and what is told of it."""
    return remembered(
        ("timeline", visit.name), lambda: queries.timeline(visit.type, visit.record.pk, actor=visit.actor)
    )


def nothing_like_it() -> Empty:
    return Empty(
        title=_("Nothing like that has happened"), text=_("Ask for less, or show all of it."), icon="list-filter"
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
        return telling.pointed(line.details)
    new = line.entry.new or {}
    return (
        target
        for name, kind in kinds_told(line, actor=actor).items()
        for target in kind.points_at(kind.from_json(new[name]))
    )


def drawn(line: queries.Line, visit: Visit, show: Show) -> Entry:
    if line.entry.type == NOTE:
        return telling.interaction(line, visit, show)
    words, icon, tone = TOLD.get(line.entry.verb, TOLD["created"])
    title, at = sentence(str(words), line, visit, show), line.entry.at
    return Entry(title=title, icon=icon, tone=tone, at=at, when=AT.text(at, show=show))


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


def compose(visit: Visit) -> Compose | None:
    notes = registry.type_of(NOTE)
    if not queries.is_subject(visit.type) or not access.may(notes, visit.actor, "create"):
        return None
    sorts = composing.SORTS.values()
    keeps = {sort.key for sort in sorts if sort.keep and access.may(registry.type_of(sort.type), visit.actor, "create")}
    return Compose(
        url=f"/{notes.slug}/new/?{urlencode({'about': visit.name, 'next': visit.url})}",
        placeholder=_("Say what happened, or what is to be done"),
        kinds=tuple((sort.key, str(sort.label)) for sort in sorts if not sort.keep),
        to_do=[(sort.key, str(sort.label)) for sort in sorts if sort.key in keeps],
        days=tuple((str(days), str(label)) for days, label in composing.DAYS.items() if keeps),
        day=str(composing.USUAL),
        seen=composing.watchers(actor=visit.actor),
        mentions=mentions.offered(),
        acts=[
            Act(label=_("Note"), url="#write-note", icon="notebook-pen"),
            *([Act(label=_("Task"), url="#write-task", icon="square-check")] if "task" in keeps else []),
        ],
    )


panels.TELLERS.append(panels.Teller(timeline, compose))
