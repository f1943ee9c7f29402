"""What a reaction can't take is set aside with what is behind it, until a person has it tried again or drops it."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence

import pytest
from django.core.exceptions import PermissionDenied

from bodega.kernel.actors import Actor, system
from bodega.kernel.events import Event, on
from bodega.kernel.models import ChangeRow, Consumer, Parked
from bodega.platform import delivering
from bodega.platform.delivering import deliver_all, enlist
from tests.kernel.happening import happen, nothing_happened

pytestmark = pytest.mark.django_db(transaction=True)
ADMIN = system("test")


@pytest.fixture(autouse=True)
def _from_nothing(own_reactions: None, transactional_db: None) -> None:
    nothing_happened()


def parked() -> list[tuple[int, int, bool]]:
    """Record, attempts and whether it carries the error, in order."""
    found = Parked.objects.order_by("record_id", "position")
    return [(waiting.record_id, waiting.attempts, bool(waiting.error)) for waiting in found]


class Fussy:
    """A reaction that fails for some records, as long as they are in `bad`."""

    def __init__(self) -> None:
        self.bad: set[int] = set()
        self.error: Exception = LookupError("bad record")
        self.taken: list[tuple[int, int]] = []

        @on("test.deal.won")
        def take(given: Sequence[Event], /, *, actor: Actor) -> None:
            for event in given:
                Consumer.objects.create(name=f"effect {event.record_id} {event.version}")
            if any(event.record_id in self.bad for event in given):
                raise self.error
            self.taken += [(event.record_id, event.version) for event in given]

        enlist()


def test_what_fails_is_parked_with_its_followers_and_the_others_go_on() -> None:
    fussy = Fussy()
    fussy.bad = {2}
    for record in (1, 2, 3, 2):
        happen(record)
    deliver_all()
    happen(2)
    happen(4)
    deliver_all()
    assert fussy.taken == [(1, 1), (3, 1), (4, 1)]
    assert parked() == [(2, 1, True), (2, 0, False), (2, 0, False)]
    assert "LookupError: bad record" in Parked.objects.order_by("position")[0].error
    effects = Consumer.objects.filter(name__startswith="effect").order_by("name").values_list("name", flat=True)
    assert [*effects] == ["effect 1 1", "effect 3 1", "effect 4 1"]


def test_a_full_disk_parks_nothing_and_is_told_to_who_turns() -> None:
    fussy = Fussy()
    fussy.bad, fussy.error = {1, 2}, OSError(errno.ENOSPC, "No space left on device")
    for record in (1, 2, 3):
        happen(record)
    with pytest.raises(OSError, match="No space left"):
        deliver_all()
    assert (fussy.taken, parked()) == ([], [])
    fussy.bad = set()
    deliver_all()
    assert (fussy.taken, parked()) == ([(1, 1), (2, 1), (3, 1)], [])


def test_a_reaction_that_fails_does_not_hold_up_another() -> None:
    fussy = Fussy()
    fussy.bad = {1}
    got: list[int] = []

    @on("test.deal.won")
    def other(given: Sequence[Event], /, *, actor: Actor) -> None:
        got.extend(event.record_id for event in given)

    enlist()
    happen(1)
    deliver_all()
    assert got == [1]


def test_a_person_has_what_is_parked_tried_again_in_order() -> None:
    fussy = Fussy()
    fussy.bad = {1}
    for record in (1, 1, 2):
        happen(record)
    deliver_all()
    happen(1)
    deliver_all()
    delivering.retry(Parked.objects.order_by("position")[0], actor=ADMIN)
    deliver_all()
    assert parked() == [(1, 2, True), (1, 0, False), (1, 0, False)]
    fussy.bad = set()
    deliver_all()
    assert len(parked()) == 3
    delivering.retry(Parked.objects.order_by("position")[0], actor=ADMIN)
    deliver_all()
    happen(1)
    deliver_all()
    assert parked() == []
    assert fussy.taken == [(2, 1), (1, 1), (1, 2), (1, 3), (1, 4)]


def test_a_person_drops_what_cannot_be_mended_and_the_rest_goes_on() -> None:
    fussy = Fussy()
    fussy.bad = {1}
    happen(1)
    happen(1)
    deliver_all()
    fussy.bad = set()
    delivering.discard(Parked.objects.order_by("position")[0], actor=ADMIN)
    deliver_all()
    assert (parked(), fussy.taken) == ([], [(1, 2)])


def test_a_parked_event_whose_history_was_erased_is_dropped_when_tried_again() -> None:
    fussy = Fussy()
    fussy.bad = {1}
    happen(1)
    deliver_all()
    ChangeRow.objects.all().delete()
    delivering.retry(Parked.objects.get(), actor=ADMIN)
    deliver_all()
    assert (parked(), fussy.taken) == ([], [])


@pytest.mark.parametrize("act", [delivering.retry, delivering.discard])
def test_only_an_administrator_may(act: Callable[..., None]) -> None:
    fussy = Fussy()
    fussy.bad = {1}
    happen(1)
    deliver_all()
    with pytest.raises(PermissionDenied):
        act(Parked.objects.get(), actor=Actor(user_id=1, name="somebody"))
    assert parked() == [(1, 1, True)]
