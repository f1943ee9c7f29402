"""A form that is no record's: its fields are kinds all the same, so they are drawn, read and refused like theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bodega.kernel import query
from bodega.kernel.kinds import Kind
from bodega.kernel.record import RecordType
from bodega.surfaces.html.forms import Form, Sent
from bodega.surfaces.html.jobs import do_to_many
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.sheets import FormPage


def give_to_all(page: Page, type_: RecordType, question: str, values: Mapping[str, Any], *, batch: str) -> None:
    """Have the workers write these values (in their JSON form) into all records that the question means."""
    asked = query.parse(question, type_, actor=page.actor).to_json()
    do_to_many.enqueue(
        type_key=type_.key, question=asked, act="change", values=dict(values), user=page.request.user.pk, batch=batch
    )


class OfficePage(Page):
    """For administrators alone."""

    def dispatch(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        if not self.actor.is_admin:
            return self.problem(403, _("You have no right to do that"), _("This is for administrators. Ask one."))
        return super().dispatch(request, *args, **given)


class Sheet(Page):
    """A page with one form. A subclass says what it asks and what it does with the answer."""

    template = "form.html"

    def is_new(self) -> bool:
        """Whether what was drawn counts as entered, as for something new."""
        return False

    def kinds(self) -> Sequence[Kind]:
        raise NotImplementedError

    def values(self) -> Mapping[str, Any]:
        """What stands in the fields to begin with."""
        return {}

    def sheet(self, form: Form) -> FormPage:
        """The page around the form; its fields are `form.groups(…)`."""
        raise NotImplementedError

    def save(self, entered: Mapping[str, Any]) -> HttpResponse:
        """Do it and go on. Raises ValidationError, by field."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **given: Any) -> HttpResponse:
        return self.show(Form(self.kinds(), self.values(), actor=self.actor))

    def post(self, request: HttpRequest, **given: Any) -> HttpResponse:
        kinds, sent = self.kinds(), Sent.of(request)
        sent.data["fields"] = " ".join(kind.name for kind in kinds)  # a box that is not ticked sends nothing
        form = Form(kinds, self.values(), actor=self.actor, sent=sent)
        if form.read(new=self.is_new()):
            try:
                return self.save(form.entered)
            except ValidationError as problem:
                form.refuse(problem)
        return self.show(form, status=422)

    def show(self, form: Form, *, status: int = 200) -> HttpResponse:
        return self.render(self.template, replace(self.sheet(form), problems=form.problems), status=status)


class OfficeSheet(Sheet, OfficePage):
    """A form for administrators alone."""
