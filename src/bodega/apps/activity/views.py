"""Writing down what happened or is to be done: it stands on the timeline at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.apps.activity import actions
from bodega.apps.activity.models import Task
from bodega.apps.activity.projection import project_change
from bodega.kernel import access, registry
from bodega.kernel.change import Outcome
from bodega.kernel.kinds import AnyReference
from bodega.kernel.record import RecordType
from bodega.surfaces.html.editing import NewPage
from bodega.surfaces.html.pages import say

ABOUT = AnyReference(name="about")
TO_DO = [key for key, _name in Task.KINDS if key != "call"]
"""What is written into the same box but is a task."""


class NewNote(NewPage):
    """The form of a note; the box on a record's page sends a task here too, by its `channel`."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("channel") in TO_DO:
            return self.add_task(request.POST["channel"], request.POST.get("text", "").strip())
        return super().post(request)

    def add_task(self, kind: str, text: str) -> HttpResponse:
        tasks = registry.type_of(actions.TASK)
        access.require(tasks, self.actor, "create")
        about = ABOUT.parse(self.request.GET.get("about", ""), actor=self.actor)
        actions.add_task(name=text, about=about, kind=kind, owner=self.actor.user_id, actor=self.actor)
        say(self.request, _("It is on your list of tasks."))
        return self.go(self.next_url(f"/{tasks.slug}/"))

    def create(self, values: Mapping[str, Any]) -> Outcome:
        return on_timeline(self.type_, super().create(values))


class NewTask(NewPage):
    def create(self, values: Mapping[str, Any]) -> Outcome:
        return on_timeline(self.type_, super().create(values))


def on_timeline(type_: RecordType, found: Outcome) -> Outcome:
    """Show a new record there at once, and not a moment later by the reaction."""
    project_change(type_.key, found.created[0])
    return found
