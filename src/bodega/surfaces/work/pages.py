"""How far somebody's own job is, and what became of it: the message on their page, each time its script asks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.kernel.drafts import Gone
from bodega.lib.numbers import format_decimal
from bodega.platform.jobs import overview
from bodega.platform.jobs.models import Job, State
from bodega.surfaces.html.jobs import undo_many
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.request import looking_of
from bodega.surfaces.html.shapes import Toast
from bodega.surfaces.work import mine


class WorkPage(Page):
    """Tells of a job until it is over; then what came of it, once, with the way back."""

    def get(self, request: HttpRequest, job_id: int) -> HttpResponse:
        job = overview.own(job_id, actor=self.actor)
        if job is None:
            if looking_of(request) is None:  # old work is forgotten, and then no page tells of it any more
                mine.over(request.session, job_id)
            raise Gone(_("There is no such work of yours."))
        if job.state in (State.QUEUED, State.RUNNING):
            toast = self.under_way(job)
        else:
            mine.over(request.session, job_id)
            toast = self.done(job) if job.state == State.DONE else self.stopped(job)
        return self.render_part("parts/toasts.html", None, toasts=[toast])

    def under_way(self, job: Job) -> Toast:
        counts = {"done": self.number(job.done), "all": self.number(job.total)}
        if not job.total:
            text = _("This waits for its turn. You can go on working.")
        elif job.name == undo_many.name:  # it counts acts, not records
            text = _("This is being taken back. You can go on working.")
        else:
            text = _("%(done)s of %(all)s done. You can go on working.") % counts
        return Toast(text=text, tone="info", work_url=f"/work/{job.pk}/", done=job.done, total=job.total)

    def done(self, job: Job) -> Toast:
        """A change tells how many records; taking back, the same of what is as it was."""
        if isinstance(job.result, int):
            said = ngettext("%(n)s record is as it was.", "%(n)s records are as they were.", job.result)
            return Toast(text=said % {"n": self.number(job.result)})
        result = job.result or {}
        changed, problems, act = (result.get(name, 0) for name in ("changed", "problems", "act"))
        said = ngettext("%(n)s record was changed.", "%(n)s records were changed.", changed)
        text = said % {"n": self.number(changed)}
        if problems:
            said = ngettext("%(n)s could not be.", "%(n)s could not be.", problems)
            text = f"{text} {said % {'n': self.number(problems)}}"
        return Toast(text=text, tone="warn" if problems else "good", undo_url=f"/undo/{act}/?whole=1" if act else "")

    def stopped(self, job: Job) -> Toast:
        counts = {"done": self.number(job.done), "all": self.number(job.total)}
        said = _("This stopped after %(done)s of %(all)s. What was done can be undone in each history.")
        return Toast(text=said % counts, tone="bad")

    def number(self, n: int) -> str:
        return format_decimal(n, self.actor.language)
