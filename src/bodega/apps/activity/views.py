"""Writing down what happened or is to be done: it stands on the timeline at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.activity import actions, composing, following, understanding
from bodega.apps.activity.models import FollowUp, Task
from bodega.apps.activity.projection import project_change
from bodega.kernel import access, change, history, registry
from bodega.kernel.action import Action
from bodega.kernel.actors import Actor
from bodega.kernel.change import Outcome
from bodega.kernel.kinds import AnyReference, Date, Kind
from bodega.kernel.record import RecordType
from bodega.lib.text import amid, shorten
from bodega.platform.notifications import telling
from bodega.surfaces.html.acting import ActPage
from bodega.surfaces.html.editing import NewPage
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.pages import Page, say
from bodega.surfaces.html.trash import told, undo_url

ABOUT = AnyReference(name="about")
FOLLOW = Date(name="follow", label=gettext_lazy("Follow up on"))
LONG = 200
"""Letters of a line that stand in the task that follows from it."""


class NewNote(NewPage):
    """The form of a note; `?line=called+Mia+5+min` fills it in as far as that is understood. The box on a record's page
    sends here, too: what is still to be done as a task, and with a note the next step that follows from it."""

    def kinds(self) -> list[Kind]:
        return [*super().kinds(), *([FOLLOW] if self.may_follow_up else [])]

    @property
    def sections(self) -> Mapping[Any, str]:
        first, *rest = super().sections.items()
        return dict([first, (_("Next step"), FOLLOW.name), *rest])

    @cached_property
    def may_follow_up(self) -> bool:
        return access.may(registry.type_of(following.TASK), self.actor, "create")

    def prefilled(self) -> tuple[dict[str, Any], dict[str, list[str]]]:
        given, wrong = super().prefilled()
        line = self.request.GET.get("line", "")[: understanding.LONGEST].strip()
        return {**(understanding.proposed(line, actor=self.actor) if line else {}), **given}, wrong

    def post(self, request: HttpRequest) -> HttpResponse:
        sort = composing.SORTS.get(request.POST.get("channel", ""))
        if sort and sort.keep and "due" in request.POST:
            return self.keep(sort, sort.keep, request.POST.get("text", "").strip())
        return super().post(request)

    def keep(self, sort: composing.Sort, write: Callable[..., Task], text: str) -> HttpResponse:
        tasks = registry.type_of(sort.type)
        access.require(tasks, self.actor, "create")
        made = write(text, about=self.about, due=self.due, actor=self.actor)
        act = history.last_acts(tasks, [made.pk])[made.pk]
        return self.go(
            self.next_url(f"/{tasks.slug}/"),
            _("It is on your list of %(plural)s.") % {"plural": amid(tasks.plural)},
            undo=f"/undo/{act.pk}/",
        )

    @property
    def about(self) -> tuple[str, int] | None:
        found: tuple[str, int] | None = ABOUT.parse(self.request.GET.get("about", ""), actor=self.actor)
        return found

    @property
    def due(self) -> Any:
        """The day that was understood of the line and left there, else the one chosen from the list."""
        chosen = self.request.POST.get("follow") or self.request.POST.get("due", "")
        return composing.due_day(chosen, actor=self.actor)

    @property
    def seen(self) -> list[str]:
        """Who alone is to see it, as ticked in the box."""
        return [word for word in self.request.POST.getlist("seen") if word]

    @property
    def following(self) -> str:
        """What is to be done next; without words for it, what the line says, if that is for everybody's eyes."""
        then = self.request.POST.get("then", "").strip()
        if then or not self.request.POST.get("follow"):
            return then
        if self.seen:
            return _("Follow up")
        return _("Follow up: %(text)s") % {"text": shorten(self.request.POST.get("text", "").strip(), LONG)}

    @cached_property
    def taken(self) -> Sequence[FollowUp]:
        """What is offered after the outcome of the line, as far as it was marked there."""
        marked = {whole(text) for text in self.request.POST.getlist("offered")}
        return [one for one in following.offered(self.request.POST.get("outcome")) if one.pk in marked]

    @cached_property
    def together(self) -> Actor:
        """Who writes a note and what follows from it, to be taken back as one."""
        follows = self.following or self.taken
        return self.actor.via(batch=f"log-{uuid4().hex}") if follows else self.actor

    def create(self, values: Mapping[str, Any]) -> Outcome:
        with transaction.atomic():
            seen = composing.seen_by(self.seen, actor=self.actor)
            held = {name: value for name, value in values.items() if name != FOLLOW.name}
            found = change.save_many(self.type_, [change.Draft(None, {**held, **seen})], actor=self.together)
            told(found)
            if self.following:
                self.follow(found.created[0])
            for step in self.taken:
                following.follow_up(after=found.created[0], step=step.pk, actor=self.together)
        self.warn(found.created[0], values)
        for look in composing.AT_ONCE:
            look(found.created[0])
        if not (self.following or self.taken):
            offer(self, found.created[0], values.get("outcome"), back=self.next_url(self.url(found.created[0])))
        return on_timeline(self.type_, found)

    def warn(self, pk: int, values: Mapping[str, Any]) -> None:
        """Whoever mentions somebody who may not see it has told nobody."""
        if names := telling.unheard(self.type_, pk, values.get("about"), values["text"]):
            text = _("Not told, as they may not see this: %(names)s.") % {"names": ", ".join(names)}
            say(self.request, text, tone="warn")

    def follow(self, pk: int) -> None:
        about = following.about_of(self.type_.one(pk, actor=self.actor), actor=self.actor)
        given = {"about": about, "due": self.due, "actor": self.together}
        try:
            composing.keep_task("task", self.following, **given)
        except ValidationError as problem:
            raise ValidationError({"text": problem.messages}) from None

    def undo_url(self, found: Outcome) -> str:
        return f"{undo_url(found)}?whole=1" if self.following or self.taken else undo_url(found)


def offer(page: Page, note: int, outcome: str | None, *, back: str) -> None:
    """What comes next after an interaction that ended so, to be taken with a click."""
    if not access.may(registry.type_of(following.TASK), page.actor, "create"):
        return
    for step in following.offered(outcome):
        url = f"/{registry.type_of(following.NOTE).slug}/{note}/next-step/?"
        url += urlencode({"offer": step.pk, "next": back})
        say(page.request, following.said(step, actor=page.actor), undo=url)


class NextStepPage(Page):
    """`?offer=` says which of the follow-ups of an interaction is taken."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        tasks = registry.type_of(following.TASK)
        made = following.follow_up(after=pk, step=whole(request.GET.get("offer", "")) or 0, actor=self.actor)
        act = history.last_acts(tasks, [made.pk])[made.pk]
        said = _("It is on your list of %(plural)s.") % {"plural": amid(tasks.plural)}
        return self.go(self.next_url(tasks.url(made.pk)), said, undo=f"/undo/{act.pk}/")


class NewTask(NewPage):
    def create(self, values: Mapping[str, Any]) -> Outcome:
        return on_timeline(self.type_, super().create(values))


class DoTask(ActPage):
    """After a call was logged, what comes next is offered."""

    def done(self, action: Action, pk: int | None) -> HttpResponse:
        answer = super().done(action, pk)
        if action.name == actions.log_call.name:
            mine = registry.type_of(following.NOTE).rows(self.actor).filter(owner=self.actor.user_id)
            for note, outcome in mine.order_by("-pk").values_list("pk", "outcome")[:1]:
                offer(self, note, outcome, back=self.next_url(self.url(pk or 0)))
        return answer


def on_timeline(type_: RecordType, found: Outcome) -> Outcome:
    """Show a new record there at once, and not a moment later by the reaction."""
    project_change(type_.key, found.created[0])
    return found
