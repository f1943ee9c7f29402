"""Writing down what happened, and what is to be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.activity import planning, repeating
from bodega.apps.activity.models import Note, Task
from bodega.apps.activity.projection import project_change
from bodega.apps.activity.subjects import subjects
from bodega.kernel import change, registry
from bodega.kernel.action import SOME, TYPE, action
from bodega.kernel.drafts import Draft
from bodega.kernel.kinds import AnyReference, Choice, Integer, JsonData, Reference, References, Show, UserReference
from bodega.kernel.record import load_labels
from bodega.lib import clock
from bodega.platform.notifications import mentions
from bodega.platform.notifications.mentions import Prose

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

NOTE, TASK, PARTY = "activity.note", "activity.task", "parties.party"
ABOUT = AnyReference(name="about", label=gettext_lazy("About"))
PARTICIPANTS = References(name="participants", label=gettext_lazy("Customers"), to="parties.party")
MINUTES = Integer(name="minutes", label=gettext_lazy("Minutes"))
COLLEAGUES = References(name="colleagues", label=gettext_lazy("Colleagues"), to="kernel.user")

PEOPLE = JsonData(
    name="people",
    label=gettext_lazy("Who does which step"),
    help=gettext_lazy('For steps that ask for somebody, by their number: {"2": "17"}'),
)


@action(gettext_lazy("Log"), on=NOTE, verb="created", target=TYPE, needs="create", icon="pencil")
def log(
    *,
    text: Annotated[str, Prose(name="text", label=gettext_lazy("What happened"))],
    about: Annotated[tuple[str, int] | None, ABOUT] = None,
    channel: str = "note",
    happened_at: datetime | None = None,
    minutes: Annotated[int | None, MINUTES] = None,
    participants: Annotated[Sequence[int] | None, PARTICIPANTS] = None,
    colleagues: Annotated[Sequence[int] | None, COLLEAGUES] = None,
    actor: Actor,
) -> Note:
    """Write down what happened. It stands on the timelines of all whom it concerns at once."""
    values: Mapping[str, Any] = {
        "text": text, "about": about, "channel": channel, "happened_at": happened_at, "minutes": minutes,
        "participants": participants, "colleagues": colleagues,
    }  # fmt: skip
    made: Note = change.create(
        registry.type_of(NOTE), {name: value for name, value in values.items() if value is not None}, actor=actor
    )
    project_change(NOTE, made.pk)
    return made


@action(gettext_lazy("Add task"), on=TASK, verb="created", target=TYPE, needs="create", icon="square-check")
def add_task(
    *,
    name: str,
    about: Annotated[tuple[str, int] | None, ABOUT] = None,
    due_on: date | None = None,
    kind: str = "task",
    priority: str = "normal",
    owner: Annotated[int | None, UserReference(name="owner", label=gettext_lazy("Owner"))] = None,
    actor: Actor,
) -> Task:
    """Something to do, by me unless another owner is named."""
    values: Mapping[str, Any] = {"name": name, "about": about, "due_on": due_on, "kind": kind, "priority": priority}
    values = {**values, "owner": owner}
    made: Task = change.create(
        registry.type_of(TASK), {name: value for name, value in values.items() if value is not None}, actor=actor
    )
    project_change(TASK, made.pk)
    return made


@action(gettext_lazy("Done"), on=TASK, verb="done", when="done_at:empty", icon="check", tone="good")
def finish(task: Task, *, actor: Actor) -> Task:
    """It is done. What repeats is there once more, on its next day."""
    return settled(task, actor=actor)


@action(gettext_lazy("Log the call"), on=TASK, verb="done", when="done_at:empty kind:call", icon="phone", tone="good")
def log_call(
    task: Task,
    *,
    text: Annotated[str, Prose(name="text", label=gettext_lazy("What happened"))],
    outcome: Annotated[str, Choice(name="outcome", label=gettext_lazy("Outcome"), set="activity.outcome")] = "",
    minutes: Annotated[int | None, MINUTES] = None,
    actor: Actor,
) -> Task:
    """It is done, and how the call went stands on the timelines of all whom the task is about."""
    actor = repeating.together(actor=actor, is_needed=True)
    seen = load_labels(Show(actor), subjects(task)).labels  # nobody may add to what is hidden from them
    about = [one for one in subjects(task) if one in seen]
    parties = [pk for key, pk in about if key in registry.type_of(PARTY).covers.split()]
    given = {"channel": "call", "direction": "out", "text": text, "outcome": outcome, "minutes": minutes}
    with_whom = {"about": about[0] if about else None, "participants": parties}
    note = change.create(registry.type_of(NOTE), {**given, **with_whom}, actor=actor)
    project_change(NOTE, note.pk)
    return settled(task, actor=actor)


def settled(task: Task, *, actor: Actor) -> Task:
    actor = repeating.together(actor=actor, is_needed=bool(task.repeat or task.plan_id))
    saved: Task = change.save(task, {"done_at": clock.now()}, actor=actor, verb="done", type_=registry.type_of(TASK))
    project_change(TASK, saved.pk)
    repeating.go_on([task.pk] if task.repeat else [], actor=actor)
    planning.go_on([task.pk] if task.plan_id else [], actor=actor)
    return saved


@action(gettext_lazy("Done"), on=TASK, verb="done", when="done_at:empty", target=SOME, icon="check")
def finish_many(ids: Sequence[int], *, actor: Actor) -> change.Outcome:
    """The same with several tasks, as one act."""
    drafts = [Draft(pk, {"done_at": clock.now()}) for pk in ids]
    repeated, planned = repeating.among(ids, actor=actor), planning.among(ids, actor=actor)
    actor = repeating.together(actor=actor, is_needed=bool(repeated or planned))
    found = change.save_many(registry.type_of(TASK), drafts, actor=actor, changed="done")
    repeating.go_on([*{*repeated} & {*found.changed}], actor=actor)
    planning.go_on([*{*planned} & {*found.changed}], actor=actor)
    return found


@action(gettext_lazy("Skip"), on=TASK, verb="changed", when="done_at:empty -repeat:empty", icon="skip-forward")
def skip(task: Task, *, actor: Actor) -> Task:
    """Leave this one out: it moves to the next day of its rule."""
    type_ = registry.type_of(TASK)
    day = repeating.next_day(task.repeat, task.rhythm_on or task.due_on, actor=actor)
    if day is None:
        raise ValidationError(_("It does not come again. Say that it is done, or delete it."))
    saved: Task = change.save(task, {"due_on": day, "rhythm_on": day}, actor=actor, verb="changed", type_=type_)
    return saved


@action(gettext_lazy("Start a plan"), on=TASK, verb="created", target=TYPE, needs="create", icon="list-ordered")
def start_plan(
    *,
    plan: Annotated[int, Reference(name="plan", label=gettext_lazy("Plan"), to="activity.plan")],
    about: Annotated[tuple[str, int], ABOUT],
    people: Annotated[Mapping[str, Any] | None, PEOPLE] = None,
    actor: Actor,
) -> Task:
    """Its first step becomes a task; each further one when the step before is done."""
    made: Task = planning.start(plan, about, people=people, actor=actor)
    project_change(TASK, made.pk)
    return made


@action(gettext_lazy("Stop the plan"), on=TASK, verb="stopped", when="done_at:empty -plan:empty", icon="circle-stop")
def stop(task: Task, *, actor: Actor) -> Task:
    """This step is let be, and none follows."""
    type_ = registry.type_of(TASK)
    saved: Task = change.save(task, {"done_at": clock.now()}, actor=actor, verb="stopped", type_=type_)
    return saved


@action(gettext_lazy("Not done after all"), on=TASK, verb="reopened", when="-done_at:empty", icon="rotate-ccw")
def take_up(task: Task, *, actor: Actor) -> Task:
    saved: Task = change.save(task, {"done_at": None}, actor=actor, verb="reopened", type_=registry.type_of(TASK))
    return saved


def prepare_note(drafts: Sequence[Draft], *, actor: Actor) -> None:
    mentions.link(drafts, "text", actor=actor)
    for draft in drafts:
        if not draft.get("happened_at"):
            draft.values["happened_at"] = clock.now()
        if draft.get("about") is None and not draft.get("participants"):
            draft.refuse(ValidationError({"about": _("Say with whom it was, or what it is about.")}))
        for name in ("participants", "colleagues"):  # who is named twice took part once
            if draft.values.get(name):
                draft.values[name] = [*dict.fromkeys(draft.values[name])]
