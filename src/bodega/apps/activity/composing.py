"""What can be written into the box on a record's page: each sort registers itself, with how it is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bodega.apps.activity import actions, promising
from bodega.apps.activity.models import Note, Task
from bodega.kernel import registry
from bodega.kernel.kinds import Date
from bodega.lib import clock
from bodega.surfaces.html.forms import whole

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

DAYS: Mapping[int, str | Promise] = {
    0: _("Today"),
    1: _("Tomorrow"),
    3: _("In 3 days"),
    7: _("In a week"),
    30: _("In a month"),
}
"""When something is to be done, by the days from now."""
USUAL = 1
ME = "me"
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Sort:
    """`keep` writes something of the record type `type` that is still to be done; without it, it is a note of what
    happened."""

    key: str
    label: str | Promise
    keep: Callable[..., Task] | None = None
    type: str = actions.NOTE


SORTS: dict[str, Sort] = {}
AT_ONCE: list[Callable[[int], object]] = []
"""What upper apps do with a note before its writer sees the page again; a reaction does the same for all others."""


def register(sort: Sort) -> None:
    SORTS[sort.key] = sort


def keep_task(kind: str, text: str, *, about: tuple[str, int] | None, due: date | None, actor: Actor) -> Task:
    """A task of whoever writes. Raises ValidationError."""
    made: Task = actions.add_task(name=text, about=about, kind=kind, due_on=due, owner=actor.user_id, actor=actor)
    return made


def keep_promise(text: str, *, about: tuple[str, int] | None, due: date | None, actor: Actor) -> Task:
    """The same with what a customer is told will be done."""
    made: Task = promising.promise(name=text, about=about, due_on=due, owner=actor.user_id, actor=actor)
    return made


def watchers(*, actor: Actor) -> list[tuple[str, str]]:
    """Who alone may be let see what one writes, beside oneself: nobody, or some of one's teams."""
    teams = registry.type_of("kernel.team").labels(actor.standing.teams, actor)
    mine = sorted((label.text, str(pk)) for pk, label in teams.items())
    return [(ME, gettext("Only me")), *((pk, name) for name, pk in mine)]


def seen_by(chosen: Sequence[str], *, actor: Actor) -> dict[str, Any]:
    """The values that make it so; where nobody was chosen it is seen as roles say. Raises ValidationError for a choice
    that there is not."""
    if not {*chosen} <= dict(watchers(actor=actor)).keys():
        raise ValidationError(gettext("Choose who is to see it."))
    teams = [text for text in dict.fromkeys(chosen) if text != ME]
    shares = [{"user": None, "team": whole(text), "may_change": False} for text in teams]
    return {"private": True, "shares": shares} if chosen else {}


def due_day(text: str, *, actor: Actor) -> date | None:
    """The day that was chosen, from the list or as it was understood (`2026-11-27`); None where none was."""
    days = whole(text)
    if DAY.fullmatch(text):
        day: date | None = Date(name="due").parse(text, actor=actor)
        return day
    return clock.today(actor.zone) + timedelta(days=days) if days is not None and days in DAYS else None


for key, label in Note.CHANNELS:
    register(Sort(key, label))

for key, label in Task.KINDS:
    if key not in SORTS:
        register(Sort(key, label, partial(keep_task, key), actions.TASK))
register(Sort("promise", _("Promise"), keep_promise, promising.PROMISE))
