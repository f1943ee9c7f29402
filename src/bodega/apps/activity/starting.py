"""The page on which a plan is started for a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bodega.apps.activity import actions, planning
from bodega.apps.activity.projection import project_change
from bodega.kernel import access, history, registry
from bodega.kernel.kinds import Choice, Choosable, Kind
from bodega.surfaces.html.forms import Form
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
        return [Choice(name="plan", label=_("Plan"), fixed=plans, required=True), about] if plans else []

    def values(self) -> Mapping[str, Any]:
        return {"about": actions.ABOUT.parse(self.request.GET.get("about", ""), actor=self.actor), "plan": ""}

    def sheet(self, form: Form) -> FormPage:
        told = _("Its first step becomes a task; each further one when the step before is done.")
        if not form.kinds:
            told = _("There is no plan yet. An administrator makes one under Plans.")
        return self.page(form, _("Start a plan"), intro=told, save_label=_("Start"), cancel_url=self.next_url("/"))

    def carry_out(self, entered: Mapping[str, Any]) -> HttpResponse:
        made = planning.start(int(entered["plan"]), entered["about"], actor=self.actor)
        project_change(actions.TASK, made.pk)
        act = history.last_acts(registry.type_of(actions.TASK), [made.pk])[made.pk]
        return self.go(self.next_url(f"/tasks/{made.pk}/"), _("The plan was started."), undo=f"/undo/{act.pk}/")
