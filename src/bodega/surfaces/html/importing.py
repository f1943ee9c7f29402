"""Importing by the page: a file, where its columns go, a try, the run itself, what did not fit, the way back."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import BinaryIO, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import conditional_escape as escaped
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bodega.kernel import access, registry
from bodega.kernel.kinds import Choice, Input, Kind
from bodega.kernel.record import RecordType
from bodega.lib import clock, dates
from bodega.lib.markup import format_html
from bodega.lib.text import amid
from bodega.surfaces.html.components import tag
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.shapes import Act, Column, Link, Sum
from bodega.surfaces.html.sheets import Control, FieldGroup, ImportPage, Line, Problem, Source, Table
from bodega.surfaces.html.sheets import Step as Stage
from bodega.surfaces.transfer import actions, errors, runs
from bodega.surfaces.transfer.by_form import matched, read_form, suggestion
from bodega.surfaces.transfer.guessing import targets
from bodega.surfaces.transfer.mapping import MappingError, Step, read_step
from bodega.surfaces.transfer.models import ImportRun, State
from bodega.surfaces.transfer.plan import can_match, known_type

GOING = (State.TRYING, State.RUNNING, State.UNDOING)
"""What the workers are at."""
RECENT = 20
TONES: Mapping[str, str] = {
    State.DONE: "good", State.FAILED: "bad", State.RUNNING: "info", State.TRYING: "info", State.UNDOING: "info",
}  # fmt: skip
MODES = {
    "both": gettext_lazy("Add new records and change those that are there"),
    "create": gettext_lazy("Only add new records"),
    "update": gettext_lazy("Only change records that are there"),
}
DAYS = {
    "": gettext_lazy("As they stand"),
    "dmy": gettext_lazy("Day, month, year"),
    "mdy": gettext_lazy("Month, day, year"),
}
MARKS = {"": gettext_lazy("A point: 1,234.50"), ",": gettext_lazy("A comma: 1.234,50")}


class Upload(Page):
    """Takes in a file; beside it the imports of late."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.form()

    def post(self, request: HttpRequest) -> HttpResponse:
        file = request.FILES.get("file")
        if file is None:
            return self.form(_("Choose a file first."))
        try:
            run = actions.start(
                cast("BinaryIO", file),
                name=file.name or "file",
                type_key=request.POST.get("type", ""),
                sheet=request.POST.get("sheet", "").strip(),
                actor=self.actor,
            )
        except ValueError as problem:
            return self.form(str(problem))
        return self.go(f"/import/{run.pk}/")

    def form(self, problem: str = "") -> HttpResponse:
        types = [
            (type_.key, str(type_.plural))
            for type_ in sorted(registry.every_type(), key=lambda one: (one.admin, not one.listed))
            if type_.form and any(access.may(type_, self.actor, verb) for verb in ("create", "change"))
        ]
        if not types:
            raise PermissionDenied(_("Your role lets you neither add nor change records. Ask an administrator."))
        chosen = self.request.POST.get("type") or self.request.GET.get("type", "")
        told = _("CSV or XLSX; the first line names the columns.")
        fields = [
            Control(name="type", label=_("What is in it"), inputs=[Input("select", chosen, options=types)]),
            Control(
                name="file", label=_("File"), inputs=[Input("file")], help=told, required=True,
                errors=[problem] if problem else (),
            ),
            Control(name="sheet", label=_("Sheet"), help=_("Of a workbook; the first one if left empty.")),
        ]  # fmt: skip
        page = ImportPage(
            title=_("Import"),
            steps=stages(0),
            groups=[FieldGroup(title="", fields=fields)],
            problems=[(_("File"), problem, "id_file")] if problem else (),
            url="/import/",
            recent=self.recent(),
        )
        return self.render("import/upload.html", page, status=422 if problem else 200)

    def recent(self) -> Table | None:
        found = runs.visible(actor=self.actor).select_related("user")[:RECENT]
        heads = [_("File"), _("Into"), _("State"), _("Added"), _("Changed"), _("Did not fit"), _("When")]
        columns = [Column(name=head, label=head, number=3 <= at <= 5) for at, head in enumerate(heads)]
        lines = [self.line(run) for run in found]
        return Table(title=_("Imports of late"), columns=columns, lines=lines) if lines else None

    def line(self, run: ImportRun) -> Line:
        when = dates.ago(run.made_at, now=clock.now(), zone=self.actor.zone)
        numbers = (f"{number:,}" for number in (run.created, run.changed, run.failed))
        return Line(
            cells=[
                format_html('<a href="/import/{}/">{}</a>', run.pk, run.name),
                escaped(plural_of(run.type)),
                tag(State(run.state).label, tone=TONES.get(run.state, "neutral")),
                *(format_html('<span class="number">{}</span>', number) for number in numbers),
                escaped(f"{when}, {run.user.name}" if run.user else when),
            ]
        )


class Run(Page):
    """One import, in whichever state it is: its mapping, its progress, or what came of it."""

    @cached_property
    def run(self) -> ImportRun:
        return runs.find(self.kwargs["run_id"], actor=self.actor)

    def get(self, request: HttpRequest, run_id: int) -> HttpResponse:
        if self.run.state == State.DRAFT or (request.GET.get("columns") and self.run.state in actions.FRESH):
            return self.mapping(self.run.error)
        return self.result()

    def post(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """The mapping was sent: keep it, and try it or begin."""
        try:
            step = read_form(request.POST.dict(), read_step(self.run.step), self.run.columns, actor=self.actor)
            actions.remap(self.run, step, actor=self.actor)
            (actions.launch if request.POST.get("then") == "start" else actions.dry_run)(self.run)
        except actions.Busy as busy:
            raise ValidationError(str(busy)) from None
        except MappingError as problem:
            return self.mapping(str(problem), status=422)
        return self.go(f"/import/{run_id}/")

    # ---- mapping -----------------------------------------------------------------------------------------------

    @property
    def type_(self) -> RecordType:
        return known_type(self.run.type, actor=self.actor)

    def mapping(self, problem: str = "", *, status: int = 200) -> HttpResponse:
        try:
            seen = actions.preview(self.run)
        except ValueError as unreadable:
            raise ValidationError(str(unreadable)) from None
        step, fields = seen.step, targets(self.type_, seen.step.feeds)
        options = [
            ("", _("– leave out –")),
            *sorted(((name, label(name, kind, self.type_)) for name, kind in fields.items()), key=by_label),
        ]
        match = matched(step, self.run.columns, actor=self.actor)
        lines = max(0, self.run.lines - 1)
        notes = [ngettext("%(n)s line", "%(n)s lines", lines) % {"n": f"{lines:,}"}, *seen.notes]
        page = ImportPage(
            title=self.run.name,
            crumbs=[Link(label=_("Import"), url="/import/")],
            steps=stages(1),
            url=f"/import/{self.run.pk}/",
            file_name=_("Into %(plural)s") % {"plural": amid(self.type_.plural)},
            file_note=" · ".join(notes),
            problems=[("", capfirst(problem), "")] if problem else (),
            sources=[
                source(at, column, step, seen.samples[column], options, fields, match)
                for at, column in enumerate(self.run.columns)
            ],
            groups=[FieldGroup(title=_("How to read it"), fields=reading(step))],
            cancel_url="/import/",
        )
        return self.render("import/mapping.html", page, status=status)

    # ---- progress and result -----------------------------------------------------------------------------------

    def result(self) -> HttpResponse:
        run, home = self.run, f"/import/{self.run.pk}"
        is_going, is_try = run.state in GOING, run.state in (State.TRYING, State.TRIED)
        page = ImportPage(
            title=run.name,
            crumbs=[Link(label=_("Import"), url="/import/")],
            steps=stages(2 if is_try else 3, columns_url=f"{home}/?columns=1" if run.state in actions.FRESH else ""),
            url=f"{home}/mend/",
            file_name=_("Into %(plural)s") % {"plural": amid(plural_of(run.type))},
            problems=[("", run.error, "")] if run.error else (),
            done=run.line,
            total=run.lines,
            progress=under_way(run),
            running=is_going,
            progress_url=f"{home}/",
            cancel_url=f"{home}/cancel/" if run.state in (State.TRYING, State.RUNNING) else "",
            counts=counts(run),
            rejected=[] if is_going else [self.misfit(*one) for one in enumerate(runs.problems(run))],
            rejected_url=f"{home}/errors/" if run.failed else "",
            dry=run.state == State.TRIED,
            note=_("This import was taken back.") if run.state == State.UNDONE else "",
            start=self.start(home),
            undo=self.undo(home),
        )
        return self.render("import/result.html", page)

    def start(self, home: str) -> Act | None:
        lines = self.run.created + self.run.changed + self.run.same
        if self.run.state == State.TRIED and lines:
            told = ngettext("Import %(n)s line", "Import %(n)s lines", lines) % {"n": f"{lines:,}"}
            return Act(label=told, url=f"{home}/start/", kind="primary", post=True)
        if self.run.state in actions.STOPPED:
            return Act(label=_("Go on"), url=f"{home}/start/", kind="primary", post=True)
        if self.run.state == State.DONE and lines:
            told = _("See the %(plural)s") % {"plural": amid(self.type_.plural)}
            return Act(label=told, url=f"/{self.type_.slug}/?sort=-id", icon=self.type_.icon, kind="primary")
        return None

    def undo(self, home: str) -> Act | None:
        if self.run.state in (State.DONE, *actions.STOPPED) and (self.run.created or self.run.changed):
            return Act(label=_("Undo this import"), url=f"{home}/undo/", icon="undo-2", post=True)
        return None

    def misfit(self, at: int, one: runs.Problem) -> Problem:
        more = one.count - len(one.lines)
        told = _("line %(lines)s and %(n)s more") if more else _("line %(lines)s")
        lines = told % {"lines": ", ".join(map(str, one.lines)), "n": f"{more:,}"}
        mend = self.mending(at, one)
        return Problem(
            text=one.message, column=one.column, value=one.value, count=f"{one.count:,}", lines=lines, mend=mend
        )

    def mending(self, at: int, one: runs.Problem) -> Control | None:
        """A field for what to read instead, with what was probably meant in it."""
        feed = next((feed for feed in read_step(self.run.step).feeds if feed.source == one.column), None)
        kind = targets(self.type_, [feed]).get(feed.field) if feed else None
        if kind is None or not one.value or self.run.state not in (State.DONE, State.TRIED):
            return None
        meant = suggestion(kind, one.value, by=feed.by if feed else "", actor=self.actor)
        if isinstance(kind, Choice):
            names = [(str(found.name), str(found.name)) for found in kind.choices().values() if not found.retired]
            return Control(name=f"mend.{at}", inputs=[Input("select", meant, options=[("", "–"), *names])])
        return Control(name=f"mend.{at}", inputs=[Input("text", meant)])


class RunDone(Run):
    """What is done to an import by a button: start, mend, cancel, undo."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, run_id: int, what: str = "") -> HttpResponse:
        doings: Mapping[str, Callable[[ImportRun], object]] = {
            "start": actions.launch, "cancel": actions.cancel, "undo": actions.undo, "mend": self.mend,
        }  # fmt: skip
        if what not in doings:
            raise Http404
        try:
            doings[what](self.run)
        except (actions.Busy, MappingError) as problem:
            raise ValidationError(str(problem)) from None
        return self.go(f"/import/{run_id}/")

    def mend(self, run: ImportRun) -> None:
        """Read the lines that failed once more, with texts replaced; after a try, try it all again."""
        given = [(one, self.request.POST.get(f"mend.{at}", "").strip()) for at, one in enumerate(runs.problems(run))]
        values = [(one.column, one.value, right) for one, right in given if right]
        if run.state == State.DONE:
            actions.mend(run, values)
            return
        step = read_step(run.step)
        for column, wrong, right in values:
            step = replace(step, feeds=actions.with_value(step.feeds, column, wrong, right))
        actions.remap(run, step, actor=self.actor)
        actions.dry_run(run)


class Errors(Run):
    """The lines that did not fit, as a file to mend and send again."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, run_id: int) -> HttpResponse:
        file = io.StringIO(newline="")
        errors.write_errors(self.run, file)
        name = f"{self.run.name.rpartition('.')[0] or self.run.name}-errors.csv"
        answer = HttpResponse(file.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        return answer


# how a mapping is drawn ---------------------------------------------------------------------------


def stages(current: int, *, columns_url: str = "") -> list[Stage]:
    labels = [(_("File"), "/import/"), (_("Columns"), columns_url), (_("Try"), ""), (_("Import"), "")]
    states = ["done" if at < current else "current" if at == current else "" for at in range(len(labels))]
    return [
        Stage(label=label, state=state, url=url if state == "done" else "")
        for (label, url), state in zip(labels, states, strict=True)
    ]


def source(
    at: int,
    column: str,
    step: Step,
    samples: Sequence[str],
    options: Sequence[tuple[str, str]],
    fields: Mapping[str, Kind],
    match: Sequence[str],
) -> Source:
    name = next((feed.field for feed in step.feeds if feed.source == column), "")
    kind = fields.get(name)
    can_find = kind is None or ("." not in name and can_match(kind))
    replaced = sum(len(feed.values) for feed in step.feeds if feed.source == column)
    note = ngettext("%(n)s value replaced", "%(n)s values replaced", replaced) % {"n": replaced} if replaced else ""
    return Source(
        name=column,
        samples=samples,
        target=Control(name=f"to.{at}", label=column, inputs=[Input("select", name, options=options)]),
        match=Control(name=f"match.{at}", inputs=[Input("checkbox", "yes" if name in match else "")])
        if can_find
        else None,
        note=note if name else _("left out"),
        tone="info" if name else "neutral",
    )


def label(name: str, kind: Kind, type_: RecordType) -> str:
    """`lines.product` as a person reads it."""
    head, words = type_.declared.get(name.partition(".")[0]), str(kind.label or name)
    return f"{head.label}: {amid(words)}" if head and "." in name else words


def by_label(option: tuple[str, str]) -> str:
    return option[1].lower()


def reading(step: Step) -> list[Control]:
    """What is said once for the whole file."""
    formats = {feed.format for feed in step.feeds}
    days = next((one for one in ("dmy", "mdy") if one in formats), "")
    creates = Input("checkbox", "yes" if any(feed.create for feed in step.feeds) else "")
    told = _("Options and records that the file names and that are not there are added on the way.")
    return [
        asked("mode", _("What to do"), MODES, step.mode, type_="radios"),
        asked("days", _("Dates"), DAYS, days),
        asked("mark", _("Decimals"), MARKS, "," if "," in formats else ""),
        Control(name="create", label=_("Add what is missing"), inputs=[creates], help=told),
    ]


def asked(name: str, label: str, options: Mapping[str, object], value: str, *, type_: str = "select") -> Control:
    shown = [(key, str(text)) for key, text in options.items()]
    return Control(name=name, label=label, inputs=[Input(type_, value, options=shown)])


# how a result is told -----------------------------------------------------------------------------


def plural_of(type_key: str) -> str:
    """A type may be gone since."""
    try:
        return str(registry.type_of(type_key).plural)
    except registry.UnknownType:
        return type_key


def under_way(run: ImportRun) -> str:
    if run.state == State.UNDOING:
        return _("Taking it back")
    if not run.line:
        return _("About to begin")
    return _("Line %(line)s of %(lines)s") % {"line": f"{run.line:,}", "lines": f"{run.lines:,}"}


def counts(run: ImportRun) -> list[Sum]:
    is_try = run.state in (State.TRYING, State.TRIED)
    labels = (
        [_("Would be added"), _("Would be changed"), _("Are so already"), _("Do not fit")]
        if is_try
        else [_("Added"), _("Changed"), _("Were so already"), _("Did not fit")]
    )
    numbers = (run.created, run.changed, run.same, run.failed)
    return [Sum(label=label, value=f"{number:,}") for label, number in zip(labels, numbers, strict=True)]
