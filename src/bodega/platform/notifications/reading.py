"""What a person was told, as far as they still may see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.db.models import Count, Max

from bodega.kernel.actors import Actor
from bodega.kernel.kinds import Label, Show
from bodega.kernel.record import load_labels
from bodega.lib import clock
from bodega.platform.bell import ring
from bodega.platform.notifications.models import Notification

MOST = 99
"""How far unread ones are counted."""
LARGEST = 2_000
"""So many are looked through at a time."""


@dataclass(frozen=True)
class Told:
    """One notification, with what it tells of and the page on which that stands."""

    row: Notification
    label: Label
    about: Label | None = None

    @property
    def url(self) -> str:
        return self.row.url or (self.about or self.label).url


def told(*, actor: Actor, before: int = 0, unread: bool = False, size: int = MOST) -> Iterator[Told]:
    """The newest first, from before that number on: `size` of them by a query, and one for each type; ever more at a
    time where many may not be seen any more."""
    rows = Notification.objects.filter(user_id=actor.user_id or 0).order_by("-pk")
    rows = rows.filter(read_at=None) if unread else rows
    while True:
        found = [*(rows.filter(pk__lt=before) if before else rows)[:size]]
        yield from seen(found, actor=actor)
        if len(found) < size:
            return
        before, size = found[-1].pk, min(4 * size, LARGEST)


def seen(found: list[Notification], *, actor: Actor) -> Iterator[Told]:
    """Those whose records the actor may see now."""
    named = [(row.type, row.record_id) for row in found if row.record_id is not None]
    abouts = [(row.about_type, row.about_id) for row in found if row.about_id is not None]
    show = load_labels(Show(actor), [*named, *abouts])
    for row in found:
        label = Label(row.text) if row.record_id is None else show.label(row.type, row.record_id)
        about = None if row.about_id is None else show.label(row.about_type, row.about_id)
        if not label.hidden and not (about and about.hidden):
            yield Told(row, label, about)


def unread(*, actor: Actor) -> int:
    """How many are not read yet; of more than `MOST` it says one more."""
    return sum(1 for _one in islice(told(actor=actor, unread=True), MOST + 1))


def one(pk: int, *, actor: Actor) -> Told | None:
    return next(seen([*Notification.objects.filter(pk=pk, user_id=actor.user_id or 0)], actor=actor), None)


def mark_read(*, actor: Actor, pk: int = 0) -> int:
    """That one, or all."""
    rows = Notification.objects.filter(user_id=actor.user_id or 0, read_at=None)
    with transaction.atomic():
        count = (rows.filter(pk=pk) if pk else rows).update(read_at=clock.now())
        ring()
    return count


def standing(user_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """By person what changes with each notification that comes or is read (one query along an index)."""
    rows = Notification.objects.filter(user_id__in=[*user_ids], read_at=None).values_list("user_id")
    return {pk: (many, newest) for pk, many, newest in rows.annotate(many=Count("pk"), newest=Max("pk"))}
