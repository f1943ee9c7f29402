"""Plans: started on a record, and carried on step by step; each step is a task, made when the one before is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bodega.apps.activity.models import PlanStep
from bodega.kernel import change, registry
from bodega.kernel.actors import system
from bodega.kernel.drafts import Draft
from bodega.kernel.scope import arranged
from bodega.lib import clock
from bodega.platform.worktime import asking

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

TASK, PLAN = "activity.task", "activity.plan"
MOST_DAYS = 1000


@dataclass(frozen=True)
class Known:
    """A plan as it is kept in mind."""

    name: str
    retired: bool
    steps: Sequence[PlanStep]


def plans() -> Mapping[int, Known]:
    """Every plan that there is, by its number (two queries, asked once until an administrator changes one)."""
    return arranged("plans", read_plans)


def read_plans() -> dict[int, Known]:
    type_, steps = registry.type_of(PLAN), dict[int, list[PlanStep]]()
    for step in type_.declared["steps"].rows.order_by("plan", "order", "pk"):  # type: ignore[attr-defined]
        steps.setdefault(step.plan_id, []).append(step)
    rows = type_.every(deleted=False).order_by("name_key", "pk").values_list("pk", "name", "retired")
    return {pk: Known(name, retired, steps.get(pk, [])) for pk, name, retired in rows}


def prepare_plan(drafts: Sequence[Draft], *, actor: Actor) -> None:
    for draft in drafts:
        lines = draft.get("steps") or []
        if any(not 0 <= (line.get("days") or 0) <= MOST_DAYS for line in lines):
            draft.refuse(ValidationError({"steps": _("A step comes 0 to %(most)s days later.") % {"most": MOST_DAYS}}))
        if any(line.get("who") == "person" and not line.get("person") for line in lines):
            draft.refuse(ValidationError({"steps": _("Name the person who does the step.")}))


def start(plan: int, about: tuple[str, int], *, actor: Actor) -> Any:
    """Make the first step of the plan for that record. Raises ValidationError."""
    known = plans().get(plan)
    if known is None or not known.steps:
        raise ValidationError({"plan": _("This plan has no steps. Ask an administrator to add one.")})
    today, type_ = clock.today(actor.zone), registry.type_of(TASK)
    owner = owners([about]).get(about)
    values = step_values(known.steps[0], about, owner=owner, starter=actor.user_id, base=today, start=today)
    return change.create(type_, {**values, "plan": plan, "plan_step": 0, "plan_since": today}, actor=actor)


def step_values(
    step: PlanStep, about: tuple[str, int] | None, *, owner: int | None, starter: int | None, base: date, start: date
) -> dict[str, Any]:
    """What the task of a step holds: on a day that its owner works."""
    who = {"owner": owner or starter, "starter": starter, "person": step.person_id}[step.who]
    day = start if step.since == "start" else base
    due = asking.calendar_of(who).add_days(day, step.days)
    return {"name": step.name, "kind": step.kind, "about": about, "owner": who, "due_on": due}


def owners(abouts: Sequence[tuple[str, int]]) -> dict[tuple[str, int], int | None]:
    """Who has these records (a query for each type)."""
    found: dict[tuple[str, int], int | None] = {}
    for key in {key for key, _pk in abouts}:
        rows = registry.type_of(key).every(deleted=False).filter(pk__in=[pk for one, pk in abouts if one == key])
        found |= {(key, pk): owner for pk, owner in rows.values_list("pk", "owner")}
    return found


def among(ids: Sequence[int], *, actor: Actor) -> list[int]:
    """Those of the tasks that are steps of a plan (one query)."""
    return [pk for pk, plan in registry.type_of(TASK).raw(ids, ["id", "plan_id"], actor=actor) if plan]


def go_on(ids: Sequence[int], *, actor: Actor) -> None:
    """Make the step that follows each of these tasks, where there is one (a fixed number of statements)."""
    if not ids:
        return
    type_, today = registry.type_of(TASK), clock.today(actor.zone)
    names = ["about", "owner", "plan", "plan_step", "plan_since", "teams", "territory", "private"]
    rows = [row.values for row in type_.read(type_.every(deleted=False).filter(pk__in=ids), names)]
    held = owners([row["about"] for row in rows if row["about"]])
    drafts = []
    for row in rows:
        number, known = (row["plan_step"] or 0) + 1, plans().get(row["plan"])
        if known is None or number >= len(known.steps):
            continue
        start_ = row["plan_since"] or today
        owner = held.get(row["about"]) if row["about"] else row["owner"]
        values = step_values(
            known.steps[number], row["about"], owner=owner, starter=row["owner"], base=today, start=start_
        )
        seen = {name: row[name] for name in ("teams", "territory", "private")}
        drafts.append(Draft(None, {**values, **seen, "plan": row["plan"], "plan_step": number, "plan_since": start_}))
    if drafts:
        change.save_many(type_, drafts, actor=system(_("Plans"), on_behalf_of=actor))


def progress(plan: int | None, step: int | None) -> str:
    """“New customer, step 2 of 4”."""
    known = plans().get(plan or 0)
    if known is None:
        return ""
    told = {"name": known.name, "n": (step or 0) + 1, "all": max(len(known.steps), (step or 0) + 1)}
    return _("%(name)s, step %(n)s of %(all)s") % told


def offered() -> dict[str, str]:
    """The plans that can be started, by number."""
    return {str(pk): known.name for pk, known in plans().items() if known.steps and not known.retired}
