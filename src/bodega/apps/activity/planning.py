"""Plans: started on a record, and carried on step by step; each step is a task, made when the one before is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from bodega.surfaces.html.forms import whole

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

TASK, PLAN = "activity.task", "activity.plan"
MOST_DAYS = 1000
ASKED = "asked"
BEGUN = "about owner plan_step plan_since".split()
CARRIED = "plan plan_people teams territory private".split()
"""What a step has of the one before."""


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


def asked_steps(plan: int | None) -> dict[int, str]:
    """The steps of a plan for each of which somebody is to be named when it starts: what to do, by their number."""
    known = plans().get(plan or 0)
    return {at: step.name for at, step in enumerate(known.steps, 1) if step.who == ASKED} if known else {}


def people_of(plan: int, given: Any) -> dict[str, int]:
    """Who does the steps that are asked for, by their number (one query). Raises ValidationError."""
    wanted, named = asked_steps(plan), given if isinstance(given, dict) else {}
    chosen = {at: whole(str(named.get(str(at), ""))) for at in wanted}
    known = at_work({pk for pk in chosen.values() if pk})
    for at, pk in chosen.items():
        if pk not in known:
            told = _("Name who does step %(n)s, “%(what)s”.") % {"n": at, "what": wanted[at]}
            raise ValidationError({"people": told})
    return {str(at): pk for at, pk in chosen.items() if pk}


def start(plan: int, about: tuple[str, int], *, people: Any = None, actor: Actor) -> Any:
    """Make the first step of the plan for that record. Raises ValidationError."""
    known = plans().get(plan)
    if known is None or not known.steps:
        raise ValidationError({"plan": _("This plan has no steps. Ask an administrator to add one.")})
    named = people_of(plan, people)
    today, type_ = clock.today(actor.zone), registry.type_of(TASK)
    owner = owners([about]).get(about)
    here = {"owner": owner, "starter": actor.user_id, "asked": named.get("1")}
    values = step_values(known.steps[0], about, who=here, base=today, start=today)
    begun = {"plan": plan, "plan_step": 0, "plan_since": today, "plan_people": named or None}
    return change.create(type_, {**values, **begun}, actor=actor)


def step_values(
    step: PlanStep, about: tuple[str, int] | None, *, who: Mapping[str, int | None], base: date, start: date
) -> dict[str, Any]:
    """What the task of a step holds: on a day that its owner works. `who` has the record, starts the plan, was asked
    for; where there is nobody any more, whoever has done the step before does this one."""
    does = step.person_id if step.who == "person" else who[step.who] or who["starter"]
    day = start if step.since == "start" else base
    due = asking.calendar_of(does).add_days(day, step.days)
    return {"name": step.name, "kind": step.kind, "about": about, "owner": does, "due_on": due}


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
    rows = [row.values for row in type_.read(type_.every(deleted=False).filter(pk__in=ids), [*BEGUN, *CARRIED])]
    held, there = owners([row["about"] for row in rows if row["about"]]), still_there(rows)
    drafts = []
    for row in rows:
        number, known = (row["plan_step"] or 0) + 1, plans().get(row["plan"])
        if known is None or number >= len(known.steps):
            continue
        start_, asked = row["plan_since"] or today, (row["plan_people"] or {}).get(str(number + 1))
        owner = held.get(row["about"]) if row["about"] else row["owner"]
        who = {"owner": owner, "starter": row["owner"], "asked": asked if asked in there else None}
        values = step_values(known.steps[number], row["about"], who=who, base=today, start=start_)
        carried = {name: row[name] for name in CARRIED}
        drafts.append(Draft(None, {**values, **carried, "plan_step": number, "plan_since": start_}))
    if drafts:
        change.save_many(type_, drafts, actor=system(_("Plans"), on_behalf_of=actor))


def still_there(rows: Iterable[Mapping[str, Any]]) -> set[int]:
    """Of the people who were asked for when these plans started, those who still work here (a query, if any)."""
    return at_work({pk for row in rows for pk in (row["plan_people"] or {}).values()})


def at_work(people: set[int]) -> set[int]:
    rows = registry.type_of("kernel.user").every(deleted=False).filter(pk__in=people, is_active=True)
    return {*rows.values_list("pk", flat=True)} if people else set()


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
