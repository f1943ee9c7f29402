"""What the program does in the background, for who looks after it: jobs, readers of events, what is parked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.html import conditional_escape as escaped
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.kernel import events, registry
from bodega.kernel.drafts import Gone
from bodega.kernel.models import Parked
from bodega.lib import clock, dates
from bodega.platform.jobs import actions, overview
from bodega.platform.jobs.declare import Schedule
from bodega.platform.jobs.models import Job, State
from bodega.surfaces.html.components import progress, tag
from bodega.surfaces.html.shapes import Act, Empty, Link
from bodega.surfaces.html.sheets import Line, Table, TablesPage
from bodega.surfaces.office.sheet import OfficePage, table

TONES = {State.RUNNING: "info", State.FAILED: "bad", State.DONE: "good", State.CANCELLED: "warn"}
EVERY = 3
"""Seconds between two looks at a page where something is under way."""


class Office(OfficePage):
    def tabs(self, current: str) -> list[Link]:
        places = [(_("Jobs"), "/jobs/", "list-checks"), (_("Events"), "/parked/", "radio")]
        return [Link(label=label, url=url, icon=icon, current=url == current) for label, url, icon in places]

    def when(self, moment: datetime | None) -> SafeString:
        if moment is None:
            return escaped("–")
        told = dates.ago(moment, now=clock.now(), zone=self.actor.zone)
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), told)


class JobsPage(Office):
    """What runs and waits, what failed, what is done by the clock."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = overview.jobs(actor=self.actor)
        tables = [self.open(found.open), self.failed(found.failed), self.clock(found.schedules), self.over(found.over)]
        page = TablesPage(
            title=_("Background"),
            tabs=self.tabs("/jobs/"),
            intro="" if found.workers else _("No worker is running, so nothing is done. Start one: bodega worker"),
            tables=[table for table in tables if table.lines or table.empty],
            refresh=EVERY if found.open else 0,
        )
        return self.render("tables.html", page)

    def open(self, jobs: Sequence[Job]) -> Table:
        text = _("What takes long is done here and can be left alone.")
        lines = [
            Line(
                cells=[name_of(job), bar(job), self.when(job.started_at or job.created_at), state(job)],
                acts=[Act(label=_("Cancel"), url=f"/jobs/{job.pk}/cancel/", icon="x", post=True)],
                detail=job.error,
            )
            for job in jobs
        ]
        heads = [_("What"), _("Progress"), _("Since"), _("State")]
        return table(_("Under way"), heads, lines, empty=Empty(title=_("Nothing is under way"), text=text))

    def failed(self, jobs: Sequence[Job]) -> Table:
        lines = [
            Line(
                cells=[name_of(job), escaped(str(job.attempts)), self.when(job.finished_at), state(job)],
                acts=[Act(label=_("Try again"), url=f"/jobs/{job.pk}/retry/", icon="refresh-cw", post=True)],
                detail=job.error,
            )
            for job in jobs
        ]
        return table(_("Failed"), [_("What"), _("Attempts"), _("When"), _("State")], lines)

    def clock(self, schedules: Sequence[tuple[Schedule, datetime | None]]) -> Table:
        lines = [
            Line(cells=[plain_name(one.job.name), escaped(timing(one)), self.when(last)]) for one, last in schedules
        ]
        return table(_("By the clock"), [_("What"), _("When"), _("Last done")], lines)

    def over(self, jobs: Sequence[Job]) -> Table:
        lines = [Line(cells=[name_of(job), self.when(job.finished_at), state(job)]) for job in jobs]
        return table(_("Over"), [_("What"), _("When"), _("State")], lines)


class JobDone(OfficePage):
    """Something is done to a job, by a button on the page of jobs."""

    def post(self, request: HttpRequest, job_id: int, what: str) -> HttpResponse:
        if what == "cancel":
            done, said = actions.cancel(job_id, actor=self.actor), _("The job is cancelled.")
        else:
            done, said = actions.retry(job_id, actor=self.actor), _("The job is tried again.")
        if not done:
            raise ValidationError(_("The job is in another state by now. Look at the list again."))
        return self.go("/jobs/", said)


class EventsPage(Office):
    """How far each reader of events has come, and which events it could not take."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = TablesPage(
            title=_("Background"), tabs=self.tabs("/parked/"), tables=[self.parked(), self.readers()], refresh=0
        )
        return self.render("tables.html", page)

    def parked(self) -> Table:
        empty = Empty(
            title=_("Nothing is parked"),
            text=_("An event that a reader cannot take is kept here until somebody has it tried again or discards it."),
        )
        found = overview.parked(actor=self.actor)
        heads = [_("Reader"), _("Record"), _("Attempts"), _("When"), _("Waiting behind it")]
        return table(_("Parked events"), heads, [self.line(one, count) for one, count in found], empty=empty)

    def line(self, one: Parked, count: int) -> Line:
        home = f"/parked/{one.pk}"
        return Line(
            cells=[
                plain_name(one.consumer),
                record_link(one),
                escaped(str(one.attempts)),
                self.when(one.at),
                tag(_("being tried again"), tone="info") if one.again else escaped(str(count - 1 or "–")),
            ],
            acts=[
                Act(label=_("Try again"), url=f"{home}/retry/", icon="refresh-cw", post=True),
                Act(label=_("Discard"), url=f"{home}/discard/", icon="trash-2", post=True),
            ],
            detail=one.error,
        )

    def readers(self) -> Table:
        lines = [
            Line(cells=[plain_name(one.name), *(escaped(f"{n:,}") for n in (one.position, one.behind, one.parked))])
            for one in overview.readers(actor=self.actor)
        ]
        return table(_("Readers of events"), [_("Reader"), _("Has read to"), _("Behind"), _("Parked")], lines)


class ParkedDone(OfficePage):
    """Something is done to a parked event, by a button on the page of events."""

    def post(self, request: HttpRequest, parked_id: int, what: str) -> HttpResponse:
        parked = overview.parked_event(parked_id, actor=self.actor)
        if parked is None:
            raise Gone(_("It is no longer parked."))
        if what == "discard":
            events.discard(parked, actor=self.actor)
            return self.go("/parked/", _("The event is discarded; what waited behind it goes on."))
        events.retry(parked, actor=self.actor)
        return self.go("/parked/", _("The event is tried again."))


def plain_name(name: str) -> SafeString:
    """`bodega.platform.jobs.jobs.prune` as a person reads it: what, and quietly in which part of the program."""
    *_where, part, _module, what = name.rsplit(".", 3)
    return format_html('{} <span class="quiet">{}</span>', what.replace("_", " ").capitalize(), part)


def name_of(job: Job) -> SafeString:
    return (
        plain_name(job.name) if not job.text else format_html("{}<br><small>{}</small>", plain_name(job.name), job.text)
    )


def bar(job: Job) -> SafeString:
    return progress(job.done, job.total) if job.state == State.RUNNING else escaped("–")


def state(job: Job) -> SafeString:
    return tag(State(job.state).label, tone=TONES.get(State(job.state), "neutral"))


def timing(schedule: Schedule) -> str:
    if schedule.at:
        return _("daily at %(time)s") % {"time": schedule.at.strftime("%H:%M")}
    return ngettext("every minute", "every %(n)s minutes", schedule.minutes) % {"n": schedule.minutes}


def record_link(one: Parked) -> SafeString:
    """Where the record is; its type may be gone."""
    try:
        url = registry.type_of(one.type).url(one.record_id)
    except registry.UnknownType:
        return escaped(f"{one.type} #{one.record_id}")
    return format_html('<a href="{}">{} #{}</a>', url, one.type, one.record_id)
