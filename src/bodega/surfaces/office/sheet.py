"""A form that is no record's: its fields are kinds all the same, so they are drawn, read and refused like theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bodega.kernel import change, query
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds import Kind
from bodega.kernel.record import RecordType
from bodega.surfaces.html.forms import Form, Sent
from bodega.surfaces.html.jobs import do_to_many
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.shapes import Act, Column, Empty, Link
from bodega.surfaces.html.sheets import FormPage, Line, Table


def table(title: str, heads: Sequence[str], lines: Sequence[Line], *, empty: Empty | None = None, **more: Any) -> Table:
    columns = [Column(name=head, label=head) for head in heads]
    return Table(title=title, columns=columns, lines=lines, empty=None if lines else empty, **more)


def order_acts(home: str, back: str) -> list[Act]:
    """Up and down by one place; `back` is where to go on."""
    places = [(_("Up"), "up"), (_("Down"), "down")]
    return [
        Act(label=label, url=f"{home}/{way}/?next={back}", icon=f"chevron-{way}", post=True, only_icon=True)
        for label, way in places
    ]


def give_to_all(page: Page, type_: RecordType, question: str, values: Mapping[str, Any], *, batch: str) -> int:
    """Have the workers write these values (in their JSON form) into all records that the question means: which job."""
    asked = query.parse(question, type_, actor=page.actor).to_json()
    job = do_to_many.enqueue(
        type_key=type_.key, question=asked, act="change", values=dict(values), user=page.request.user.pk, batch=batch
    )
    return job.pk


class OfficePage(Page):
    """For administrators alone. `of` is the type of the record whose number `pk` is in the address."""

    of: RecordType | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        if not self.actor.is_admin:
            return self.problem(403, _("You have no right to do that"), _("This is for administrators. Ask one."))
        return super().dispatch(request, *args, **given)

    @cached_property
    def record(self) -> Any:
        """The record, or None where one is about to be made. Raises Gone."""
        if self.of is None or "pk" not in self.kwargs:
            return None
        found = self.of.rows(self.actor).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Gone(_("There is no such record that you may see."))
        return found


class Sheet(Page):
    """A page with one form. A subclass says what it asks and what it does with the answer."""

    template = "form.html"

    def is_new(self) -> bool:
        """Whether what was drawn counts as entered, as for something new."""
        return True

    def kinds(self) -> Sequence[Kind]:
        raise NotImplementedError

    def values(self) -> Mapping[str, Any]:
        """What stands in the fields to begin with."""
        return {}

    def sheet(self, form: Form) -> FormPage:
        """The page around the form, made by `page`."""
        raise NotImplementedError

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        """Do it and go on. Raises ValidationError, by field."""
        raise NotImplementedError

    def page(self, form: Form, title: str, *above: Link, made: type[FormPage] = FormPage, **more: Any) -> FormPage:
        """The usual page: all fields in one group, sent to where it is, and the way back to the page above it."""
        usual: dict[str, Any] = {
            "url": self.request.get_full_path(),
            "groups": form.groups({"": form.fields}),
            "save_label": _("Save"),
            "cancel_url": above[-1].url if above else "",
        }
        return made(title=title, crumbs=above, problems=form.problems, **(usual | more))

    def get(self, request: HttpRequest, **given: Any) -> HttpResponse:
        return self.show(Form(self.kinds(), self.values(), actor=self.actor))

    def post(self, request: HttpRequest, **given: Any) -> HttpResponse:
        kinds, sent = self.kinds(), Sent.of(request)
        sent.data["fields"] = " ".join(kind.name for kind in kinds)  # a box that is not ticked sends nothing
        form = Form(kinds, self.values(), actor=self.actor, sent=sent)
        if form.read(new=self.is_new()):
            try:
                return self.carry_out(form.entered)
            except ValidationError as problem:
                form.refuse(problem)
        return self.show(form, status=422)

    def show(self, form: Form, *, status: int = 200) -> HttpResponse:
        return self.render(self.template, self.sheet(form), status=status)


class OfficeSheet(Sheet, OfficePage):
    """A form for administrators: what makes a record of the type `of`, or changes one."""

    def is_new(self) -> bool:
        return self.record is None

    def keep(self, values: Mapping[str, Any], **new: Any) -> Any:
        """Write the record; `new` are further values of one that is made."""
        assert self.of is not None  # noqa: S101  (of a sheet that keeps something)
        if self.record is None:
            return change.create(self.of, {**values, **new}, actor=self.actor)
        return change.save(self.record, values, actor=self.actor, type_=self.of)
