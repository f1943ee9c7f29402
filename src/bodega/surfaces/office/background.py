"""What the program does in the background, for who looks after it: jobs, readers of events, what is parked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.html import conditional_escape as escaped
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.kernel import events, registry
from bodega.kernel.drafts import Gone
from bodega.kernel.models import Parked
from bodega.lib import clock, dates
from bodega.lib.markup import format_html
from bodega.platform import delivering
from bodega.platform.jobs import actions, overview
from bodega.platform.jobs.declare import JOBS, Schedule
from bodega.platform.jobs.models import Job, Pause, State, Worker
from bodega.platform.jobs.standing import Reader
from bodega.surfaces.html.components import progress, tag
from bodega.surfaces.html.shapes import Act, Empty, Link
from bodega.surfaces.html.sheets import Line, Table, TablesPage
from bodega.surfaces.office.sheet import OfficePage, table

TONES = {State.RUNNING: "info", State.FAILED: "bad", State.DONE: "good", State.CANCELLED: "warn"}
EVERY = 3
"""Seconds between two looks at a page where something is under way."""
ALL = "all"
"""In an address: every job and reaction."""


class Office(OfficePage):
    def tabs(self, current: str) -> list[Link]:
        places = [(_("Jobs"), "/jobs/", "list-checks"), (_("Events"), "/parked/", "radio")]
        return [Link(label=label, url=url, icon=icon, current=url == current) for label, url, icon in places]

    @cached_property
    def pauses(self) -> Mapping[str, datetime]:
        return overview.pauses(actor=self.actor)

    def when(self, moment: datetime | None) -> SafeString:
        if moment is None:
            return escaped("–")
        told = dates.ago(moment, now=clock.now(), zone=self.actor.zone)
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), told)

    def pausing(self, name: str, back: str) -> Act:
        """The button that pauses what has this name, or lets it go on."""
        home = f"/jobs/{ALL if name == Pause.EVERYTHING else name}"
        if name in self.pauses:
            return Act(label=_("Go on"), url=f"{home}/resume/?next={back}", icon="play", post=True)
        return Act(label=_("Pause"), url=f"{home}/pause/?next={back}", icon="pause", post=True)

    def go_on(self, back: str) -> list[Act]:
        if Pause.EVERYTHING not in self.pauses:
            return []
        return [replace(self.pausing(Pause.EVERYTHING, back), kind="primary")]

    def pause_all(self, back: str) -> list[Act]:
        """Out of the way, since it is seldom wanted."""
        if Pause.EVERYTHING in self.pauses:
            return []
        return [replace(self.pausing(Pause.EVERYTHING, back), label=_("Pause everything"))]


class JobsPage(Office):
    """What runs and waits, what failed and why, what is done by the clock."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = overview.jobs(actor=self.actor)
        tables = [self.open(found), self.failed(found), self.clock(found.schedules), self.over(found.over)]
        tables.append(self.workers(found.workers))
        page = TablesPage(
            title=_("Background"),
            tabs=self.tabs("/jobs/"),
            acts=self.go_on("/jobs/"),
            more=self.pause_all("/jobs/"),
            intro=self.intro(found),
            tables=[table for table in tables if table.lines or table.empty],
            refresh=EVERY if found.open else 0,
        )
        return self.render("tables.html", page)

    def intro(self, found: overview.Jobs) -> str:
        if not found.workers:
            return _("No worker is running, so nothing is done. Start one: bodega worker")
        if Pause.EVERYTHING in self.pauses:
            return _("Everything is paused: what runs goes on to its end, and nothing new is begun.")
        return ""

    def open(self, found: overview.Jobs) -> Table:
        text = _("What takes long is done here and can be left alone.")
        counts = {"running": found.counts.get(State.RUNNING, 0), "waiting": found.counts.get(State.QUEUED, 0)}
        heads = [_("What"), _("Progress"), _("Since"), _("State")]
        return table(
            _("Under way"),
            heads,
            [self.open_line(job) for job in found.open],
            note=_("%(running)s running, %(waiting)s waiting") % counts if found.open else "",
            empty=Empty(title=_("Nothing is under way"), text=text),
        )

    def open_line(self, job: Job) -> Line:
        is_paused = job.state == State.QUEUED and not {job.name, Pause.EVERYTHING}.isdisjoint(self.pauses)
        shown = tag(_("paused"), tone="warn") if is_paused else state(job)
        return Line(
            cells=[name_of(job), bar(job), self.when(job.started_at or job.created_at), shown],
            acts=[
                Act(label=_("Cancel"), url=f"/jobs/{job.pk}/cancel/", icon="x", post=True),
                self.pausing(job.name, "/jobs/"),
            ],
            detail=job.error,
        )

    def failed(self, found: overview.Jobs) -> Table:
        lines = [
            Line(
                cells=[name_of(job), escaped(str(job.attempts)), self.when(job.finished_at), why(job.error)],
                acts=[Act(label=_("Try again"), url=f"/jobs/{job.pk}/retry/", icon="refresh-cw", post=True)],
                detail=job.error,
            )
            for job in found.failed
        ]
        every = Act(label=_("Try all again"), url=f"/jobs/{ALL}/retry/", icon="refresh-cw", post=True)
        count = found.counts.get(State.FAILED, 0)
        title = ngettext("%(n)s failed", "%(n)s failed", count) % {"n": count}
        return table(title, [_("What"), _("Attempts"), _("When"), _("Why")], lines, acts=[every])

    def clock(self, schedules: Sequence[tuple[Schedule, datetime | None]]) -> Table:
        lines = [
            Line(
                cells=[plain_name(one.job.name), self.timing(one), self.when(last)],
                acts=[self.pausing(one.job.name, "/jobs/")],
            )
            for one, last in schedules
        ]
        return table(_("By the clock"), [_("What"), _("When"), _("Last done")], lines)

    def timing(self, schedule: Schedule) -> SafeString:
        told = escaped(timing(schedule))
        if schedule.job.name not in self.pauses:
            return told
        return format_html("{} {}", told, tag(_("paused"), tone="warn"))

    def over(self, jobs: Sequence[Job]) -> Table:
        lines = [Line(cells=[name_of(job), self.when(job.finished_at), state(job)]) for job in jobs]
        return table(_("Over"), [_("What"), _("When"), _("State")], lines)

    def workers(self, workers: Sequence[Worker]) -> Table:
        lines = [
            Line(cells=[escaped(str(one)), escaped(one.version), self.when(one.started_at), self.when(one.seen_at)])
            for one in workers
        ]
        return table(_("Workers"), [_("Process"), _("Version"), _("Since"), _("Last heard of")], lines)


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


class WorkDone(OfficePage):
    """Something is done to all that has one name, or to everything: it is paused, goes on, or is tried again."""

    def post(self, request: HttpRequest, name: str, what: str) -> HttpResponse:
        if name != ALL and name not in JOBS and name not in events.REACTIONS:
            raise Gone(_("There is no job and no reader of this name."))
        back = "/parked/" if request.GET.get("next") == "/parked/" else "/jobs/"
        return self.go(back, self.carry_out(Pause.EVERYTHING if name == ALL else name, what))

    def carry_out(self, name: str, what: str) -> str:
        if what == "pause":
            actions.pause(name, actor=self.actor)
            return _("It is paused: what runs goes on to its end, and nothing new is begun.")
        if what == "resume":
            actions.resume(name, actor=self.actor)
            return _("It goes on.")
        if what == "retry" and name == Pause.EVERYTHING:
            count = actions.retry_all(actor=self.actor)
            return ngettext("%(n)s job is tried again.", "%(n)s jobs are tried again.", count) % {"n": count}
        raise Gone(_("This can't be done to it."))


class EventsPage(Office):
    """How far each reader of events has come, and which events it could not take, and why."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = TablesPage(
            title=_("Background"),
            tabs=self.tabs("/parked/"),
            acts=self.go_on("/parked/"),
            more=self.pause_all("/parked/"),
            tables=[self.parked(), self.readers()],
        )
        return self.render("tables.html", page)

    def parked(self) -> Table:
        empty = Empty(
            title=_("Nothing is parked"),
            text=_("An event that a reader cannot take is kept here until somebody has it tried again or discards it."),
        )
        found = overview.parked(actor=self.actor)
        every = Act(label=_("Try all again"), url=f"/parked/{ALL}/retry/", icon="refresh-cw", post=True)
        heads = [_("Reader"), _("Record"), _("Attempts"), _("When"), _("Waiting behind it"), _("Why")]
        lines = [self.line(one, count) for one, count in found]
        return table(_("Parked events"), heads, lines, acts=[every] if lines else [], empty=empty)

    def line(self, one: Parked, count: int) -> Line:
        home = f"/parked/{one.pk}"
        return Line(
            cells=[
                plain_name(one.consumer),
                record_link(one),
                escaped(str(one.attempts)),
                self.when(one.at),
                tag(_("being tried again"), tone="info") if one.again else escaped(str(count - 1 or "–")),
                why(one.error),
            ],
            acts=[
                Act(label=_("Try again"), url=f"{home}/retry/", icon="refresh-cw", post=True),
                Act(label=_("Discard"), url=f"{home}/discard/", icon="trash-2", post=True),
            ],
            detail=one.error,
        )

    def readers(self) -> Table:
        lines = [
            Line(
                cells=[plain_name(one.name), self.standing(one), escaped(f"{one.parked:,}")],
                acts=[self.pausing(one.name, "/parked/")],
            )
            for one in overview.readers(actor=self.actor)
        ]
        return table(_("Readers of events"), [_("Reader"), _("State"), _("Parked")], lines)

    def standing(self, one: Reader) -> SafeString:
        if not {one.name, Pause.EVERYTHING}.isdisjoint(self.pauses):
            return tag(_("paused"), tone="warn")
        if not one.waiting:
            return tag(_("up to date"), tone="good")
        told = ngettext("%(n)s change behind", "%(n)s changes behind", one.behind) % {"n": f"{one.behind:,}"}
        since = clock.now() - timedelta(seconds=one.waiting)
        return format_html('{} <span class="quiet">{}</span>', tag(told, tone="info"), self.when(since))


class EveryParkedDone(OfficePage):
    """Everything that is parked is tried again, by a button on the page of events."""

    def post(self, request: HttpRequest) -> HttpResponse:
        count = actions.retry_all_parked(actor=self.actor)
        told = ngettext("%(n)s event is tried again.", "%(n)s events are tried again.", count) % {"n": count}
        return self.go("/parked/", told)


class ParkedDone(OfficePage):
    """Something is done to a parked event, by a button on the page of events."""

    def post(self, request: HttpRequest, parked_id: int, what: str) -> HttpResponse:
        parked = overview.parked_event(parked_id, actor=self.actor)
        if parked is None:
            raise Gone(_("It is no longer parked."))
        if what == "discard":
            delivering.discard(parked, actor=self.actor)
            return self.go("/parked/", _("The event is discarded; what waited behind it goes on."))
        delivering.retry(parked, actor=self.actor)
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


def why(error: str) -> SafeString:
    """The last line of a traceback as a sentence: what was said, and quietly what sort of error said it."""
    last = error.strip().rpartition("\n")[2]
    sort, _colon, said = last.partition(": ")
    if not said or " " in sort:
        return escaped(last)
    return format_html('{} <span class="quiet">{}</span>', said[:1].upper() + said[1:], sort.rpartition(".")[2])


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
