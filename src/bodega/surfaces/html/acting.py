"""Doing something to a record: the form of an action, and the action."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, history
from bodega.kernel.action import SOME, TYPE, Action, Refused
from bodega.kernel.drafts import Gone
from bodega.lib.text import amid
from bodega.surfaces.html import shapes
from bodega.surfaces.html.forms import NOTHING_SENT, Form, Sent
from bodega.surfaces.html.pages import TypePage
from bodega.surfaces.html.sheets import FieldGroup, FormPage


class ActPage(TypePage):
    """Asks for what the action needs to know, then does it."""

    def action(self, name: str, pk: int | None) -> Action:
        for action in self.type_.actions:
            if action.name == name and (action.target == TYPE) == (pk is None) and action.target != SOME:
                access.require(self.type_, self.actor, action.needs)
                return action
        raise Http404

    def get(self, request: HttpRequest, name: str, pk: int | None = None) -> HttpResponse:
        action = self.action(name, pk)
        if pk is not None:
            why = action.refusal(self.record(pk), actor=self.actor)
            if why:
                raise Refused(why)
        return self.answer(action, self.form(action), pk)

    def post(self, request: HttpRequest, name: str, pk: int | None = None) -> HttpResponse:
        action = self.action(name, pk)
        sent = Sent.of(request)
        sent.data["fields"] = " ".join(action.parameters)  # all of them: what is left out is missing
        form = self.form(action, sent)
        if not form.read(new=True):
            return self.answer(action, form, pk, status=422)
        try:
            action(pk, actor=self.actor, **form.entered)
        except ValidationError as problem:
            if not form.kinds:
                raise
            form.refuse(problem)
            return self.answer(action, form, pk, status=422)
        return self.done(action, pk)

    def form(self, action: Action, sent: Sent = NOTHING_SENT) -> Form:
        return Form(action.parameters.values(), {}, actor=self.actor, sent=sent)

    def record(self, pk: int) -> Any:
        found = self.type_.rows(self.actor).filter(pk=pk).first()
        if found is None:
            raise Gone(_("There is no such record that you may see."))
        return found

    def answer(self, action: Action, form: Form, pk: int | None, *, status: int = 200) -> HttpResponse:
        crumbs = [self.home] if pk is None else [self.home, shapes.Link(label=self.title(pk), url=self.url(pk))]
        page = FormPage(
            title=str(action.label),
            crumbs=crumbs,
            groups=[FieldGroup(title="", fields=[form.control(name) for name in form.kinds])],
            hidden=[("fields", form.fields), ("next", self.next_url(""))],
            problems=form.problems,
            intro=action.help,
            url=self.request.path,
            save_label=str(action.label),
            cancel_url=self.next_url(self.url(*[pk] if pk else [])),
        )
        return self.render("form.html", page, status=status)

    def title(self, pk: int) -> str:
        label = self.type_.labels([pk], self.actor).get(pk)
        return label.text if label else f"#{pk}"

    def done(self, action: Action, pk: int | None) -> HttpResponse:
        """Back to the record, with a message that offers to take the act back."""
        if pk is None:
            return self.go(self.next_url(self.url()), f"{action.label}.")
        act = history.last_acts(self.type_, [pk]).get(pk)
        said = _("%(title)s: %(done)s.") % {"title": self.title(pk), "done": amid(action.label)}
        undo = f"/undo/{act.pk}/{'?whole=1' if act.batch else ''}" if act else ""
        return self.go(self.next_url(self.url(pk)), said, undo=undo)
