"""The page on which a plan is started for a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bodega.apps.activity import actions, planning
from bodega.kernel import access, history, registry
from bodega.kernel.kinds import Choice, Choosable, Kind, UserReference
from bodega.surfaces.html.forms import Form, Sent, whole
from bodega.surfaces.html.sheets import FormPage
from bodega.surfaces.office.sheet import Sheet


class StartPage(Sheet):
    """`?about=` names the record, as a reference to a record of any type does."""

    def dispatch(self, request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        if not access.may(registry.type_of(actions.TASK), self.actor, "create"):
            return self.problem(403, _("You have no right to do that"), _("Your role does not let you add tasks."))
        return super().dispatch(request, *args, **given)

    def kinds(self) -> Sequence[Kind]:
        plans = tuple(Choosable(key, name) for key, name in planning.offered().items())
        about = actions.ABOUT.replace(name="about", required=True)
        usual = [Choice(name="plan", label=_("Plan"), fixed=plans, required=True), about] if plans else []
        return [*usual, *(who(at, what) for at, what in self.asked.items())]

    @property
    def asked(self) -> Mapping[int, str]:
        """The steps of the chosen plan for which somebody is to be named."""
        return planning.asked_steps(whole(self.request.POST.get("plan", "")))

    def values(self) -> Mapping[str, Any]:
        return {"about": actions.ABOUT.parse(self.request.GET.get("about", ""), actor=self.actor), "plan": ""}

    def post(self, request: HttpRequest, **given: Any) -> HttpResponse:
        """A plan that asks for people does so once it is known which one it is."""
        if all(field(at) in request.POST for at in self.asked):
            return super().post(request, **given)
        return self.show(Form(self.kinds(), self.values(), actor=self.actor, sent=Sent.of(request)))

    def sheet(self, form: Form) -> FormPage:
        told = _("Its first step becomes a task; each further one when the step before is done.")
        if not form.kinds:
            told = _("There is no plan yet. An administrator makes one under Plans.")
        return self.page(form, _("Start a plan"), intro=told, save_label=_("Start"), cancel_url=self.next_url("/"))

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        people = {str(at): entered.get(field(at)) for at in self.asked}
        made = actions.start_plan(plan=int(entered["plan"]), about=entered["about"], people=people, actor=self.actor)
        act = history.last_acts(registry.type_of(actions.TASK), [made.pk])[made.pk]
        return self.go(self.next_url(f"/tasks/{made.pk}/"), _("The plan was started."), undo=f"/undo/{act.pk}/")


def field(at: int) -> str:
    return f"who_{at}"


def who(at: int, what: str) -> Kind:
    label = _("Who does step %(n)s, “%(what)s”") % {"n": at, "what": what}
    return UserReference(name=field(at), label=label, required=True)
