"""What many write at once through the door for writing comes to reactions in the order of each record's versions."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Thread

import pytest
from django.db import connections

from bodega.kernel import change
from bodega.kernel.actors import Actor, system
from bodega.kernel.drafts import Draft
from bodega.kernel.events import Event, on
from bodega.platform.administration import records
from bodega.platform.delivering import deliver_all, enlist

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = system("test")


def test_changes_of_one_record_by_many_threads_arrive_in_order(own_reactions: None) -> None:
    got: list[tuple[int, int]] = []

    @on("kernel.team.created", "kernel.team.changed")
    def take(given: Sequence[Event], /, *, actor: Actor) -> None:
        got.extend((event.record_id, event.version) for event in given)

    enlist()
    ids = [change.create(records.team, {"name": f"Team {number}"}, actor=ACTOR).pk for number in range(3)]

    def work(writer: int) -> None:
        for turn in range(12):
            drafts = [Draft(pk, {"name": f"Team {pk} {writer} {turn}"}) for pk in ids[turn % 2 :]]
            change.save_many(records.team, drafts, actor=ACTOR)
        connections.close_all()

    threads = [Thread(target=work, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        deliver_all()
    deliver_all()
    for number, pk in enumerate(ids):
        count = 1 + 4 * (6 if number == 0 else 12)
        assert [version for record, version in got if record == pk] == [*range(1, count + 1)]
