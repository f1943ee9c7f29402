"""What is offered as the next step after an interaction, by how it ended: taken with a click, never made silently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.activity import actions
from bodega.apps.activity.models import FollowUp, Note, Task
from bodega.apps.activity.planning import MOST_DAYS
from bodega.kernel import registry
from bodega.kernel.action import TYPE, action
from bodega.kernel.drafts import Draft, Gone
from bodega.kernel.kinds import Reference
from bodega.kernel.options import options_of
from bodega.kernel.scope import arranged
from bodega.lib import clock, dates
from bodega.platform.worktime import asking

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

TASK = actions.TASK
NOTE, FOLLOW_UP, PARTY = "activity.note", "activity.follow_up", "parties.party"


def offered(outcome: str | None) -> Sequence[FollowUp]:
    """What is offered after that outcome (a query for all of them, until an administrator changes one)."""
    return arranged("follow-ups", read_follow_ups).get(outcome or "", ())


def read_follow_ups() -> Mapping[str, Sequence[FollowUp]]:
    found: dict[str, list[FollowUp]] = {}
    for one in registry.type_of(FOLLOW_UP).every(deleted=False).order_by("days", "pk"):
        found.setdefault(one.outcome, []).append(one)
    return found


def day_of(step: FollowUp, *, actor: Actor) -> date:
    """So many working days from today, as the actor works."""
    return asking.calendar_of(actor.user_id).add_days(clock.today(actor.zone), step.days)


def said(step: FollowUp, *, actor: Actor) -> str:
    """“No answer → Call again, Wed 25 Nov”."""
    outcome = options_of("activity.outcome").get(step.outcome)
    told = {"outcome": outcome.name if outcome else step.outcome, "what": named(step, actor=actor)}
    return _("%(outcome)s → %(what)s") % told


def named(step: FollowUp, *, actor: Actor) -> str:
    day = dates.day(day_of(step, actor=actor), today=clock.today(actor.zone))
    return _("%(what)s, %(day)s") % {"what": step.name, "day": day}


@action(
    gettext_lazy("Take the next step"), on=TASK, verb="created", target=TYPE, needs="create",
    icon="corner-down-right",
)  # fmt: skip
def follow_up(
    *,
    after: Annotated[int, Reference(name="after", label=gettext_lazy("After the interaction"), to=NOTE)],
    step: Annotated[int, Reference(name="step", label=gettext_lazy("Follow-up"), to=FOLLOW_UP)],
    actor: Actor,
) -> Task:
    """What is offered after an interaction becomes a task of mine, about what the interaction was about."""
    note = registry.type_of(NOTE).one(after, actor=actor)
    if note is None:
        raise Gone(_("There is no such record that you may see."))
    found = next((one for one in offered(note.outcome) if one.pk == step), None)
    if found is None:
        raise ValidationError({"step": _("This is not offered after an interaction that ended so.")})
    about, due_on = about_of(note, actor=actor), day_of(found, actor=actor)
    made: Task = actions.add_task(
        name=found.name, about=about, kind=found.kind, due_on=due_on, owner=actor.user_id, actor=actor
    )
    return made


def about_of(note: Note, *, actor: Actor) -> tuple[str, int] | None:
    """What it was about, else the first of the customers who took part that the actor may see."""
    if note.about_id is not None:
        return note.about_type, note.about_id
    found = {
        pk: key
        for key in registry.type_of(PARTY).covers.split()
        for pk in registry.type_of(key).rows(actor).filter(pk__in=note.participants or ()).values_list("pk", flat=True)
    }
    return next(((found[pk], pk) for pk in note.participants or () if pk in found), None)


def prepare_follow_up(drafts: Sequence[Draft], *, actor: Actor) -> None:
    for draft in drafts:
        if not draft.get("outcome"):
            draft.refuse(ValidationError({"outcome": _("Say after which outcome it is offered.")}))
        if not 0 <= (draft.get("days") or 0) <= MOST_DAYS:
            told = _("It comes 0 to %(most)s working days later.") % {"most": MOST_DAYS}
            draft.refuse(ValidationError({"days": told}))
