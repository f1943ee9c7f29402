"""Gives what has happened to those who react to it: after the commit, in order, until they have taken it.

A sequencer numbers the committed changes. Each reaction has a cursor into that row of numbers and gets lists of events;
what it writes and its cursor are committed together, so a worker may be killed at any point. The lock on the cursor's
row is the lease: two workers never deliver to one reaction at once, and the database itself ends a dead one's.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from bodega.kernel.actors import Actor, system
from bodega.kernel.events import DEEPEST, REACTIONS, SEQUENCER, Event, Place, Reaction, events_of, head, read
from bodega.kernel.models import Change, Consumer, Parked
from bodega.kernel.scope import scope
from bodega.lib import clock
from bodega.lib.outages import outage_of
from bodega.platform.audit import log as audit
from bodega.platform.bell import ring
from bodega.platform.locks import give_up_when_silent

logger = logging.getLogger(__name__)
LIST = 2_000
"""Events in a list, at most."""
SKIPPED = 200
"""A cursor is moved past so many changes that its reaction doesn't want, rather than written for each."""
LONGEST_ERROR = 8_000


# ---- numbering -------------------------------------------------------------------------------------------------------


def enlist() -> None:
    """Gives every new reaction a cursor at the present end: it answers what happens from now on."""
    with transaction.atomic():
        sequencer, _made = Consumer.objects.select_for_update().get_or_create(name=SEQUENCER)
        cursors = [Consumer(name=name, position=sequencer.position) for name in REACTIONS]
        Consumer.objects.bulk_create(cursors, ignore_conflicts=True)


_NUMBER = """
UPDATE kernel_change SET position = %s + counted.place
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place
      FROM (SELECT id FROM kernel_change WHERE position IS NULL ORDER BY id LIMIT %s) AS waiting) AS counted
WHERE kernel_change.id = counted.id
"""


def sequence(*, limit: int = 5_000) -> int:
    """Numbers committed changes without a gap, in the order of their ids, and says how many.

    A change that commits late is numbered when it is seen, so no reader is past it. The changes of one record are in
    order, because a change takes its id while it holds the lock of its records.
    """
    if not Change.objects.filter(position=None).exists():
        return 0
    with transaction.atomic():
        sequencer = _lock(SEQUENCER)
        if sequencer is None:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_NUMBER, [sequencer.position, limit])
            count: int = cursor.rowcount
        Consumer.objects.filter(name=SEQUENCER).update(position=F("position") + count)
        ring()
    return count


def _lock(name: str) -> Consumer | None:
    """Takes the lease of a cursor for this transaction; None when another worker has it."""
    give_up_when_silent()
    return Consumer.objects.select_for_update(skip_locked=True).filter(name=name).first()


# ---- delivering ------------------------------------------------------------------------------------------------------


def turn(*, paused: Collection[str] = ()) -> bool:
    """Numbers what was committed and gives each reaction its next list; True when that may have led to more.

    The reactions named in `paused` get nothing; their cursors wait.
    """
    busy = sequence() > 0
    places = {cursor.name: Place(cursor.position, cursor.record_id) for cursor in Consumer.objects.all()}
    chains = list(Parked.objects.filter(again=True).values_list("consumer", "type", "record_id").distinct())
    for reaction in [found for name, found in REACTIONS.items() if name in places and name not in paused]:
        try:
            for _consumer, type_key, record_id in [chain for chain in chains if chain[0] == reaction.name]:
                resume(reaction, type_key, record_id)
            busy |= deliver(reaction, places[reaction.name], head=places[SEQUENCER].position)
        except Exception as error:  # the others go on, this one is tried again at the next turn
            if outage_of(error):
                raise  # none of them gets any further: whoever asked rests before the next turn
            logger.exception("delivery put off", extra={"consumer": reaction.name})
    return busy


def deliver_all() -> None:
    """Delivers until there is nothing left; for commands and tests."""
    while turn():
        pass


def deliver_past(*, actor: Actor) -> None:
    """Gives every reaction all that has happened, in long lists that are nobody's in particular, and moves its cursor
    past it. For a past that comes at once (a sample, a copy), before anybody works here."""
    enlist()
    while sequence():
        pass
    end = head()
    for reaction in REACTIONS.values():
        place = Place(0)
        while place != Place(end):
            events, place = read(reaction.wanted, place, head=end, most=LIST)
            with scope():
                reaction.run(events, actor=actor)
        Consumer.objects.filter(name=reaction.name).update(position=end, record_id=None)


def deliver(reaction: Reaction, place: Place, *, head: int) -> bool:
    """Gives the reaction its next list unless another worker does; False when there was nothing for it."""
    if place == Place(head):
        return False
    events, reached = read(reaction.wanted, place, head=head, most=LIST)
    if not events and reached == Place(head) and head - place.position < SKIPPED:
        return False
    try:
        return _hand_over(reaction, events, place, reached, each=False)
    except Exception as error:  # noqa: BLE001  (whatever it is, it is looked for event by event)
        logger.warning("list failed", extra={"consumer": reaction.name, "why": type(error).__name__})
        return _hand_over(reaction, events, place, reached, each=True)


@transaction.atomic
def _hand_over(reaction: Reaction, events: Sequence[Event], place: Place, reached: Place, *, each: bool) -> bool:
    """The list and the cursor, or neither. With `each`, what fails is parked, record by record."""
    if not _hold(reaction, place):
        return False
    behind = _parked_records(reaction, events)
    _park(reaction, [event for event in events if (event.type, event.record_id) in behind])
    free = [event for event in events if (event.type, event.record_id) not in behind]
    if each:
        _sift(reaction, free)
    else:
        _run(reaction, free)
    Consumer.objects.filter(name=reaction.name).update(position=reached.position, record_id=reached.record_id)
    return True


def _hold(reaction: Reaction, place: Place | None = None) -> bool:
    """Locks the cursor, if no other worker has it and it still stands where we read from."""
    row = _lock(reaction.name)
    return row is not None and place in (None, Place(row.position, row.record_id))


def _run(reaction: Reaction, events: Iterable[Event]) -> None:
    """Lists of one person's events at one depth, so that the reaction acts for the right one."""
    for (user_id, depth), run in groupby(events, key=lambda event: (event.user_id, event.depth)):
        listed = [*run]
        if depth + 1 == DEEPEST:
            logger.warning("chain of reactions ends", extra={"consumer": reaction.name, "change": listed[0].change_id})
        actor = system(reaction.name, surface="reaction")
        with scope():
            reaction.run(listed, actor=actor.via(user_id=user_id, caused_by=listed[-1].change_id, depth=depth + 1))
        if settings.BODEGA_TRACE:
            for event in listed:
                given = {"record": event.record_id, "change": event.change_id}
                logger.info("%s to %s", event.name, reaction.name, extra=given)


# ---- parking ---------------------------------------------------------------------------------------------------------


def _sift(reaction: Reaction, events: Iterable[Event]) -> None:
    record = attrgetter("type", "record_id")
    for _record, chain in groupby(sorted(events, key=record), record):
        listed = [*chain]
        if error := _failing(reaction, listed):
            _park(reaction, listed, error=error)


def _failing(reaction: Reaction, events: Sequence[Event]) -> str:
    """Runs it; why it failed, to be kept with the event for a person to see. Raises where the ground gave way."""
    try:
        with transaction.atomic():
            _run(reaction, events)
    except Exception as error:
        if outage_of(error):
            raise
        return traceback.format_exc()[-LONGEST_ERROR:]
    return ""


def _parked_records(reaction: Reaction, events: Iterable[Event]) -> set[tuple[str, int]]:
    ids = {event.record_id for event in events}
    return set(Parked.objects.filter(consumer=reaction.name, record_id__in=ids).values_list("type", "record_id"))


def _park(reaction: Reaction, events: Sequence[Event], *, error: str = "") -> None:
    """The first of a failed chain carries the error; what is behind it waits."""
    Parked.objects.bulk_create(
        Parked(
            consumer=reaction.name,
            type=event.type,
            record_id=event.record_id,
            change_id=event.change_id,
            position=event.position,
            at=clock.now(),
            error="" if at else error,
            attempts=0 if at or not error else 1,
        )
        for at, event in enumerate(events)
    )


@transaction.atomic
def resume(reaction: Reaction, type_key: str, record_id: int) -> None:
    """Delivers what is parked for one record, one by one in order, up to what fails again."""
    if not _hold(reaction):
        return
    chain = Parked.objects.filter(consumer=reaction.name, type=type_key, record_id=record_id)
    waiting = list(chain.order_by("position")[:LIST])
    events = {event.position: event for event in events_of(waiting)}
    for parked in waiting:
        if error := _failing(reaction, [events[parked.position]] if parked.position in events else []):
            Parked.objects.filter(pk=parked.pk).update(error=error, attempts=F("attempts") + 1, at=clock.now())
            chain.update(again=False)
            return
        Parked.objects.filter(pk=parked.pk).delete()


def retry(parked: Parked, *, actor: Actor) -> None:
    """Has the workers deliver what is parked for this record again, from the first on."""
    _require_admin(actor=actor)
    _chain_of(parked).update(again=True)


def discard(parked: Parked, *, actor: Actor) -> None:
    """Drops this event for this reaction for good; what waits behind it goes on."""
    _require_admin(actor=actor)
    with transaction.atomic():
        Parked.objects.filter(pk=parked.pk).delete()
        _chain_of(parked).update(again=True)
        about = audit.About(parked.type, parked.record_id)
        told = {"reader": parked.consumer, "change": parked.change_id}
        audit.note(audit.Kind.DISCARDED, actor=actor, about=about, details=told)
    dropped = {"consumer": parked.consumer, "change": parked.change_id, "user": actor.user_id}
    logger.info("parked event discarded", extra=dropped)


def _chain_of(parked: Parked) -> Any:
    return Parked.objects.filter(consumer=parked.consumer, type=parked.type, record_id=parked.record_id)


def _require_admin(*, actor: Actor) -> None:
    if not actor.is_admin:
        raise PermissionDenied(_("Only an administrator can do this."))
