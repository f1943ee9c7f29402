"""The record type of working times, and whether what an administrator writes makes sense."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType
from bodega.lib import working
from bodega.platform.administration.records import ADMINISTRATION, is_zone
from bodega.platform.worktime.asking import WEEK
from bodega.platform.worktime.models import WorkingTime

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from bodega.kernel.actors import Actor
    from bodega.kernel.drafts import Draft


def prepare_working_time(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Refuse hours that are none, a week without any, and a second usual one."""
    usual = {*working_time.every(deleted=False).filter(is_usual=True).values_list("pk", flat=True)}
    for draft in drafts:
        problems = dict(problems_of(draft))
        if draft.get("is_usual") and usual - {draft.id}:
            problems["is_usual"] = _("Another one is everybody else's already.")
        if draft.get("is_usual"):
            usual.add(draft.id or 0)
        if problems:
            draft.refuse(ValidationError(problems))


def problems_of(draft: Draft) -> Iterator[tuple[str, str | Promise]]:
    for name in WEEK:
        try:
            if name in draft:
                draft.values[name] = working.written(working.intervals(draft.values[name] or ""))
        except ValueError:
            yield name, _("These are no hours like 9-12:30, 13:30-18.")
    if not any(draft.get(name) or (draft.is_new and name not in draft and DEFAULTS[name]) for name in WEEK):
        yield WEEK[0], _("Nobody would work at all: give at least one day hours.")
    try:
        working.holidays((draft.get("holidays") or "").splitlines())
    except ValueError:
        yield "holidays", _("A line begins with a day like 2026-12-25; its name may follow.")
    if not is_zone(draft.get("time_zone") or "UTC"):
        yield "time_zone", _("This is not a time zone like Europe/Berlin.")


DEFAULTS = {name: columns_of(WorkingTime)[name].get_default() for name in WEEK}

working_time = RecordType(
    key="worktime.working_time",
    model=WorkingTime,
    label=_("Working time"),
    plural=_("Working times"),
    slug="working-times",
    icon="calendar-clock",
    section=ADMINISTRATION,
    columns="name is_usual teams users time_zone",
    form={
        _("Working time"): f"name time_zone {' '.join(WEEK)} holidays",
        _("Whom it concerns"): "is_usual teams users",
    },
    search="name",
    match="external_id, name",
    prepare=prepare_working_time,
    admin=True,
)
