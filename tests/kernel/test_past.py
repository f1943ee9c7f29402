"""A past that comes at once is told to every reaction in long lists, and once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bodega.kernel.actors import Actor, system
from bodega.kernel.events import Event, on
from bodega.kernel.models import Consumer
from bodega.platform.delivering import deliver_all, deliver_past
from tests.kernel.happening import happen, nothing_happened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _from_nothing(own_reactions: None, transactional_db: None) -> None:
    nothing_happened()


def test_the_past_of_several_people_comes_as_one_list_and_the_present_follows_it() -> None:
    taken: list[tuple[str, list[int]]] = []

    @on("test.deal.won")
    def take(given: Sequence[Event], /, *, actor: Actor) -> None:
        taken.append((actor.name, [event.record_id for event in given]))

    happen(1, user_id=7)
    happen(2, user_id=8)
    happen(3, verb="lost")
    happen(4, user_id=7)
    deliver_past(actor=system("sample"))
    deliver_all()
    assert taken == [("sample", [1, 2, 4])]
    assert {*Consumer.objects.values_list("position", flat=True)} == {4}
    happen(5)
    deliver_all()
    assert [records for _actor, records in taken] == [[1, 2, 4], [5]]


def test_where_nothing_has_happened_nobody_is_told() -> None:
    @on("test.deal.won")
    def take(given: Sequence[Event], /, *, actor: Actor) -> None:
        raise AssertionError(given)

    deliver_past(actor=system("sample"))
    assert {*Consumer.objects.values_list("position", flat=True)} == {0}
