"""What was deleted, by whom and when, and the way back; what was done, taken back."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.kernel import access, change, history, query
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds import Moment, Show
from bodega.kernel.models import Change
from bodega.kernel.reading import Row
from bodega.lib.clock import now
from bodega.lib.dates import ago
from bodega.lib.markup import conditional_escape
from bodega.lib.text import amid
from bodega.platform import lately
from bodega.surfaces.html.components import who
from bodega.surfaces.html.jobs import undo_many
from bodega.surfaces.html.pages import Page, TypePage
from bodega.surfaces.html.shapes import Act, Column, Empty, Pager, Toast
from bodega.surfaces.html.sheets import Line, Table, TablesPage
from bodega.surfaces.work import mine

SIZE, AT_ONCE = 50, 500
AT = Moment(name="at")


class TrashPage(TypePage):
    """The deleted records of a type, those with the highest number first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "delete")
        turned = {turn: request.GET[turn] for turn in ("after", "before") if turn in request.GET}
        rows = self.type_.trash(self.actor)
        try:
            found = query.page(self.type_, rows, sort="-id", names=[self.type_.title], size=SIZE, **turned)
        except query.QuestionError:
            return self.go(self.url("trash"))
        page = TablesPage(title=_("Trash"), crumbs=[self.home], tables=[self.table(found)])
        return self.render("tables.html", page)

    def table(self, found: query.Page) -> Table:
        acts = history.last_acts(self.type_, [row.id for row in found.rows])
        told = _("What you delete can be brought back from here.")
        empty = Empty(title=_("The trash is empty"), text=told, icon="trash-2")
        heads = [str(self.type_.label), _("Deleted by"), _("When")]
        return Table(
            title=str(self.type_.plural),
            columns=[Column(name=head, label=head) for head in heads],
            lines=[self.line(row, acts.get(row.id)) for row in found.rows],
            empty=None if found.rows else empty,
            pager=Pager(
                previous_url=self.url("trash", before=found.previous) if found.previous else "",
                next_url=self.url("trash", after=found.next) if found.next else "",
            ),
        )

    def line(self, row: Row, act: Change | None) -> Line:
        show = Show(self.actor)
        title = self.type_.fields()[self.type_.title].text(row.values[self.type_.title], show=show)
        url = self.url(row.id, "restore", next=self.url("trash"))
        restore = Act(label=_("Restore"), url=url, icon="undo-2", post=True)
        return Line(
            cells=[
                conditional_escape(title or f"#{row.id}"),
                who(act.actor) if act else conditional_escape(""),
                AT.cell(act.at if act else None, show=show),
            ],
            acts=[restore],
        )


class DeletePage(TypePage):
    """Puts a record into the trash; a look at what would go, where it is asked for as a page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        outcome = change.delete(self.type_, [pk], actor=self.actor)
        told(outcome)
        said = _("The %(type)s is in the trash.") % {"type": amid(self.type_.label)}
        return self.go(self.next_url(self.url()), said, undo=undo_url(outcome))


class RestorePage(TypePage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        outcome = change.restore(self.type_, [pk], actor=self.actor)
        told(outcome)
        said = _("The %(type)s is back.") % {"type": amid(self.type_.label)}
        return self.go(self.next_url(self.url(pk)), said, undo=undo_url(outcome))


class UndoPage(Page):
    """Takes back one act, or with `whole` all that was done along with it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch, count = history.batch_of(pk, actor=self.actor) if "whole" in request.GET else ("", 0)
        if batch and count > AT_ONCE:
            job = undo_many.enqueue(batch=batch, user=self.actor.user_id or 0)
            mine.begin(request.session, job.pk, _("This is being taken back. You can go on working."))
            return self.go(self.next_url(self.came_from))
        found = history.undo_batch(batch, actor=self.actor) if batch else history.undo(pk, actor=self.actor)
        n, redo = found.records, "redo" in request.GET
        said = ngettext("%(n)s record is as it was.", "%(n)s records are as they were.", n) % {"n": n}
        if redo:
            said = _("It was done again.")
        undo = f"/undo/{found.change_ids[-1]}/{'' if redo else '?redo=1'}" if found.change_ids else ""
        if self.partial:
            return self.render_part("parts/toasts.html", None, toasts=[Toast(text=said, undo_url=undo, here=True)])
        return self.go(self.next_url(self.came_from), said, undo=undo)


class LastPage(Page):
    """What one did last and may take back, as a message that offers it: who presses Ctrl-Z sees what would go."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_part("parts/toasts.html", None, toasts=[self.offer()])

    def offer(self) -> Toast:
        found = lately.last_of(actor=self.actor)
        if found is None:
            return Toast(text=_("There is nothing of yours to take back."), tone="info")
        act, type_ = found
        noun = type_.label if act.count == 1 else type_.plural
        given = {"noun": amid(noun), "when": ago(act.at, now=now(), zone=self.actor.zone)}
        said = _("Your last change: %(noun)s, %(when)s.") % given
        undo = f"/undo/{act.pk}/{'?whole=1' if act.batch else ''}"
        return Toast(text=said, tone="info", undo_url=undo, here=act.verb == "changed" and not act.batch)


def told(outcome: change.Outcome) -> None:
    """Raise what kept the only record of an act from being written."""
    for draft in outcome.problems:
        if draft.problem and getattr(draft.problem, "code", "") == "gone":
            raise Gone(" ".join(draft.problem.messages))
        raise draft.problem or PermissionDenied


def undo_url(outcome: change.Outcome) -> str:
    return f"/undo/{outcome.change_ids[-1]}/" if outcome.change_ids else ""
