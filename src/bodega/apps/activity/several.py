"""A task for many records at once: one for each of them, or one about them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

from bodega.apps.activity.actions import TASK
from bodega.apps.activity.queries import is_subject
from bodega.apps.activity.repeating import MOST_ABOUT
from bodega.kernel import access, change, registry
from bodega.kernel.drafts import Draft
from bodega.kernel.kinds import Kind, YesNo
from bodega.kernel.record import RecordType
from bodega.surfaces.html import deeds

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

ASKED = "name kind due_on priority owner"
TOGETHER = YesNo(
    name="together",
    label=gettext_lazy("One task about all of them"),
    help=gettext_lazy("Else each of them gets a task of its own."),
)


def kinds(many: int) -> list[Kind]:
    return [*registry.type_of(TASK).named_fields(ASKED), *([TOGETHER] if 1 < many <= MOST_ABOUT else [])]


def is_offered(type_: RecordType, *, actor: Actor) -> bool:
    return is_subject(type_) and access.may(registry.type_of(TASK), actor, "create")


def add_tasks(
    type_: RecordType, ids: Sequence[int], values: Mapping[str, Any], *, before: Sequence[Any], actor: Actor
) -> change.Outcome:
    """As one act. What got its task before the work was broken off gets no second one."""
    given = {name: values[name] for name in ASKED.split() if values.get(name) is not None}
    abouts: list[tuple[str, int]] = [(type_.key, pk) for pk in ids if pk not in had(before)]
    drafts = [Draft(None, {**given, "about": about}) for about in abouts]
    if values.get("together") and abouts:
        drafts = [Draft(None, {**given, "about": abouts[0], "others": [{"about": about} for about in abouts[1:]]})]
    return change.save_many(registry.type_of(TASK), drafts, actor=actor)


def had(before: Sequence[Any]) -> set[int]:
    return {int(new["about"]["id"]) for new in before if new and new.get("about")}


deeds.add(deeds.Deed("task", gettext_lazy("Add a task"), "square-check", kinds, is_offered, add_tasks))
