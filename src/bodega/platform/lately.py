"""What people did last: to find one's way back to it, and to take it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.db.models import Max, Q

from bodega.kernel import access
from bodega.kernel.history import upon_seen
from bodega.kernel.kinds import Label, Show
from bodega.kernel.models import Change, ChangeRow
from bodega.kernel.record import RecordType, load_labels
from bodega.kernel.registry import UnknownType, type_of
from bodega.lib import clock

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

RECENT = 5_000
"""How many of the newest acts are looked through for those of some people."""
CHUNK = 100
"""Acts that are read at once."""
WEEK = timedelta(days=7)
"""How far back somebody's own last act may lie."""


@dataclass(frozen=True)
class Recent:
    """Somebody's last act upon one record."""

    type: RecordType
    label: Label
    verb: str
    actor: str
    at: datetime


def recent(*, actor: Actor, user_ids: Iterable[int], limit: int) -> list[Recent]:
    """The records that these people worked on last and that the actor may see, each once, the newest first.

    Three queries, and one for each type that occurs; again for older acts where those were not enough. What was done to
    many at once is left out.
    """
    newest = newest_act()
    acts = Change.objects.filter(pk__gt=newest - RECENT, user_id__in=[*user_ids], count=1)
    acts = acts.exclude(surface="import").order_by("-pk")
    below, size = newest + 1, 4 * limit
    last: dict[tuple[str, int], Change] = {}
    show = Show(actor)
    while len(show.labels) < limit and below:
        by_id = {act.pk: act for act in acts.filter(pk__lt=below)[:size]}
        told_of = [pk for pk, act in by_id.items() if may_know(act, actor=actor)]
        rows = ChangeRow.objects.filter(change_id__in=told_of)
        for row in sorted(rows, key=lambda row: -row.change_id):
            last.setdefault((row.type, row.record_id), by_id[row.change_id])
        load_labels(show, last)
        below, size = min(by_id) if len(by_id) == size else 0, 4 * size
    told = (
        Recent(type_of(target[0]), show.labels[target], act.verb, act.actor, act.at)
        for target, act in last.items()
        if target in show.labels
    )
    return [*islice(told, limit)]


def acts_of(user_ids: Iterable[int], which: Q, *, below: int, floor: int, actor: Actor) -> Iterator[Change]:
    """The acts upon single records that these people did and the actor may know of, the newest first, between these
    numbers (a query for every `CHUNK`)."""
    acts = Change.objects.filter(which, pk__gt=floor, user_id__in=[*user_ids], count=1).exclude(surface="import")
    while below > floor:
        found = [*acts.filter(pk__lt=below).order_by("-pk")[:CHUNK]]
        yield from (act for act in found if may_know(act, actor=actor))
        below = found[-1].pk if len(found) == CHUNK else floor


def newest_act() -> int:
    """The number of the last act of all."""
    found: int | None = Change.objects.aggregate(newest=Max("pk"))["newest"]
    return found or 0


def may_know(act: Change, *, actor: Actor) -> bool:
    """One's own acts, and those of others upon records whose history one may see."""
    with suppress(UnknownType):
        return act.user_id == actor.user_id or access.may(type_of(act.type), actor, "history")
    return False


def last_of(*, actor: Actor) -> tuple[Change, RecordType] | None:
    """The newest of the actor's acts of a week upon pages that they can take back: upon what they may see, of a type
    that is still there (two queries)."""
    acts = Change.objects.filter(user_id=actor.user_id, surface__in=("page", "bulk"), undone_by=None)
    acts = acts.filter(at__gt=clock.now() - WEEK).exclude(verb="undone")
    seen = Q()
    for key in acts.values_list("type", flat=True).distinct():
        with suppress(UnknownType):
            seen |= Q(upon_seen(type_of(key), actor=actor), type=key)
    found = acts.filter(seen).order_by("-pk").first() if seen else None
    return (found, type_of(found.type)) if found else None
