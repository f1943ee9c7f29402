"""What is over its time is removed for good; a language model is asked, where there is one."""

from __future__ import annotations

from django.db import transaction

from bodega.apps.memory import asking
from bodega.apps.memory.actions import stand
from bodega.apps.memory.queries import FACT, SENSITIVE
from bodega.kernel.actors import system
from bodega.kernel.record import RecordType
from bodega.kernel.registry import type_of
from bodega.lib import clock
from bodega.platform.indexes.purging import purge
from bodega.platform.jobs.context import Context
from bodega.platform.jobs.declare import every, job
from bodega.platform.jobs.models import Priority

AT_ONCE = 2_000


@every("03:40")
@job(lease=600, priority=Priority.LOW)
def forget_facts(context: Context) -> int:
    """Facts that have been kept as long as their topic says, those in the trash among them, with their history; returns
    how many."""
    return sum(forget(type_of(key)) for key in (FACT, SENSITIVE))


@job(max_attempts=2, lease=120, priority=Priority.LOW)
def ask_language_model(context: Context, *, note: int) -> None:
    """What one interaction tells, once after each change of it."""
    asking.ask(note, actor=system("language model"))


def forget(type_: RecordType) -> int:
    over = type_.every().filter(kept_until__lt=clock.now().date()).order_by("kept_until", "pk")
    count = 0
    while found := [*over.values_list("pk", "party", "topic")[:AT_ONCE]]:
        with transaction.atomic():
            purge(type_, [pk for pk, *_place in found])
            stand(type_, ((party, topic) for _pk, party, topic in found))
        count += len(found)
    return count
