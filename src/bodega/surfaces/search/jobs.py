"""Bringing the whole index up to date in the background: after much was written at once, and each night."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bodega.kernel.events import head
from bodega.kernel.models import Change
from bodega.kernel.record import RecordType
from bodega.kernel.scope import scope
from bodega.lib import clock
from bodega.platform.jobs.context import Context, Stopped
from bodega.platform.jobs.declare import enqueue, every, job
from bodega.platform.jobs.models import Priority
from bodega.surfaces.search import making

PAUSE = timedelta(seconds=5)
"""For so long what was written at once is collected."""
QUIET = timedelta(seconds=15)
"""An import that has written nothing for so long is over."""
Choose = Callable[[RecordType, tuple[int, int]], set[int]]
Watch = Callable[[int, str], None]
"""Is told how far a type has been gone through; what it raises ends the work there."""


@job(lease=600, priority=Priority.LOW)
def catch_up(context: Context) -> int:
    """Indexes what is missing or has an older version; how many."""
    return go_through(making.behind, telling(context))


@every("04:20")
@job(lease=600, priority=Priority.LOW)
def refresh(context: Context) -> int:
    """Looks at every record and mends whatever differs; how many did."""
    return refresh_all(telling(context))


@every(minutes=1)
@job(lease=600, priority=Priority.LOW)
def fill(context: Context) -> int:
    """Fills the table where it is new, in a new version or a restored copy, and reads in what was imported."""
    if not making.is_whole():
        return refresh_all(telling(context))
    start, end = making.read_up_to(), head()
    imported = Change.objects.filter(surface="import", position__gt=start, position__lte=end)
    if imported.filter(at__gt=clock.now() - QUIET).exists():
        return 0
    count = go_through(making.behind, telling(context)) if imported.exists() else 0
    if end > start:
        making.tell_whole(up_to=end)
    return count


def refresh_all(watch: Watch) -> int:
    end = head()
    count = go_through(making.present, watch) + making.forget_others()
    making.tell_whole(up_to=end)
    return count


def go_through(choose: Choose, watch: Watch) -> int:
    """In small transactions: broken off anywhere, it goes on by beginning anew."""
    count = 0
    with scope():
        for type_ in making.indexed_types():
            for span in making.spans(type_):
                count += making.renew(type_, chosen) if (chosen := choose(type_, span)) else 0
                watch(span[1], str(type_.plural))
    return count


def telling(context: Context) -> Watch:
    def watch(done: int, text: str) -> None:
        context.progress(done, text=text)
        if context.stopping:
            raise Stopped

    return watch


def soon() -> None:
    """Asks for `catch_up` after a pause, once for all who ask in the meantime."""
    now = clock.now()
    due = now - (now - now.min.replace(tzinfo=now.tzinfo)) % PAUSE + PAUSE
    enqueue(catch_up, key=f"search:{due:%Y%m%d%H%M%S}", run_at=due)
