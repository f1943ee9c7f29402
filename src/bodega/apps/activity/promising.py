"""What a customer was told would be done: promised, moved to another day, and kept, broken or released."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.activity.actions import ABOUT
from bodega.apps.activity.models import BROKEN, KEPT, LATE, OPEN, RELEASED, Task
from bodega.apps.activity.projection import project_change
from bodega.kernel import change, registry
from bodega.kernel.action import SOME, TYPE, action
from bodega.kernel.drafts import Draft
from bodega.kernel.kinds import Date, LongText, Text, UserReference
from bodega.lib import clock

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

PROMISE = "activity.promise"


@action(gettext_lazy("Promise"), on=PROMISE, verb="created", target=TYPE, needs="create", icon="handshake")
def promise(
    *,
    name: str,
    about: Annotated[tuple[str, int] | None, ABOUT] = None,
    due_on: date | None = None,
    owner: Annotated[int | None, UserReference(name="owner", label=gettext_lazy("Owner"))] = None,
    actor: Actor,
) -> Task:
    """What a customer is told will be done, by me unless another owner is named."""
    values = {"name": name, "about": about, "due_on": due_on, "owner": owner}
    made: Task = change.create(
        registry.type_of(PROMISE), {name: value for name, value in values.items() if value is not None}, actor=actor
    )
    project_change(PROMISE, made.pk)
    return made


@action(gettext_lazy("Kept"), on=PROMISE, verb="kept", when="status:open", icon="check", tone="good")
def keep(promise: Task, *, actor: Actor) -> Task:
    """It was done as promised; late, where that is after the day that was promised first."""
    return settle(promise, how_kept(promise.first_due_on, actor=actor), "kept", actor=actor)


@action(gettext_lazy("Kept"), on=PROMISE, verb="kept", when="status:open", target=SOME, icon="check")
def keep_many(ids: Sequence[int], *, actor: Actor) -> change.Outcome:
    """The same with several promises, as one act."""
    type_, now = registry.type_of(PROMISE), clock.now()
    days = type_.raw(ids, ["id", "first_due_on"], actor=actor)
    drafts = [Draft(pk, {"status": how_kept(day, actor=actor), "done_at": now}) for pk, day in days]
    return change.save_many(type_, drafts, actor=actor, changed="kept")


def how_kept(first_due_on: date | None, *, actor: Actor) -> str:
    return LATE if first_due_on and clock.today(actor.zone) > first_due_on else KEPT


@action(gettext_lazy("Broken"), on=PROMISE, verb="broken", when="status:open", icon="circle-x", tone="bad")
def breach(
    promise: Task,
    *,
    outcome: Annotated[str, LongText(name="outcome", label=gettext_lazy("What happened"))],
    actor: Actor,
) -> Task:
    """It was not kept, and will not be. Whoever speaks with the customer next should know why."""
    return settle(promise, BROKEN, "broken", outcome=outcome, actor=actor)


@action(gettext_lazy("Released"), on=PROMISE, verb="released", when="status:open", icon="feather")
def release(
    promise: Task,
    *,
    outcome: Annotated[str, LongText(name="outcome", label=gettext_lazy("What they said"))] = "",
    actor: Actor,
) -> Task:
    """The customer let us off. It counts neither as kept nor as broken."""
    return settle(promise, RELEASED, "released", outcome=outcome, actor=actor)


@action(gettext_lazy("Move"), on=PROMISE, verb="rescheduled", when="status:open", icon="calendar-clock")
def reschedule(
    promise: Task,
    *,
    due_on: Annotated[date, Date(name="due_on", label=gettext_lazy("To which day"))],
    reason: Annotated[str, Text(name="reason", label=gettext_lazy("Why"))],
    actor: Actor,
) -> Task:
    """Another day, as agreed with the customer. The day that was promised first stays what it is measured by."""
    if due_on == promise.due_on:
        raise ValidationError({"due_on": _("It is promised for that day already.")})
    type_ = registry.type_of(PROMISE)
    moves = [*type_.declared["moves"].get(promise), moved(promise.due_on, due_on, reason)]
    return saved(promise, {"due_on": due_on, "moves": moves}, "rescheduled", actor=actor)


@action(gettext_lazy("Still open"), on=PROMISE, verb="reopened", when="-status:open", icon="rotate-ccw")
def open_again(promise: Task, *, actor: Actor) -> Task:
    """It is still to be kept after all."""
    return saved(promise, {"status": OPEN, "done_at": None}, "reopened", actor=actor)


def settle(promise: Task, status: str, verb: str, *, actor: Actor, outcome: str = "") -> Task:
    values = {"status": status, "done_at": clock.now()} | ({"outcome": outcome} if outcome else {})
    return saved(promise, values, verb, actor=actor)


def saved(promise: Task, values: dict[str, Any], verb: str, *, actor: Actor) -> Task:
    found: Task = change.save(promise, values, actor=actor, verb=verb, type_=registry.type_of(PROMISE))
    project_change(PROMISE, found.pk)
    return found


def moved(before: date | None, after: date | None, reason: str = "") -> dict[str, Any]:
    return {"was_due": before, "moved_to": after, "reason": reason[:300]}


def prepare_promise(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Keep the first day, and write down each move: one in a form or on the calendar, too, though nobody says why."""
    for draft in drafts:
        before, after = draft.old.get("due_on"), draft.get("due_on")
        if "first_due_on" not in draft and draft.old.get("first_due_on") is None and after is not None:
            draft.values["first_due_on"] = after
        if before is not None and before != after and "moves" not in draft:
            draft.values["moves"] = [*(draft.old.get("moves") or ()), moved(before, after)]
