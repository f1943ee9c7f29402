"""Events reach those who react to them: after the commit, in order, whoever fails, and never in an endless loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
from django.db import connections, transaction

from bodega.kernel import events, registry
from bodega.kernel.actors import Actor, system
from bodega.kernel.events import Event, check_reactions, on
from bodega.kernel.models import Change, ChangeRow, Consumer, Parked
from bodega.platform import delivering, locks
from bodega.platform.delivering import deliver_all, enlist, sequence
from tests.kernel.happening import happen, nothing_happened

pytestmark = pytest.mark.django_db(transaction=True)
ADMIN = system("test")
Taken = list[tuple[str, int, int]]


@pytest.fixture(autouse=True)
def _from_nothing(own_reactions: None, transactional_db: None) -> None:
    nothing_happened()


@pytest.fixture
def taken() -> Taken:
    """What the reaction `take` was given: verb, record and version of each event."""
    found: Taken = []

    @on("test.deal.won", "test.deal.lost")
    def take(given: Sequence[Event], /, *, actor: Actor) -> None:
        found.extend((event.verb, event.record_id, event.version) for event in given)

    enlist()
    return found


def positions() -> list[int | None]:
    return [*Change.objects.order_by("id").values_list("position", flat=True)]


# ---- numbering


def test_changes_are_numbered_without_a_gap_in_the_order_in_which_they_were_made() -> None:
    enlist()
    for record in range(5):
        happen(record)
    assert (sequence(limit=3), positions()) == (3, [1, 2, 3, None, None])
    assert (sequence(), sequence(), positions()) == (2, 0, [1, 2, 3, 4, 5])


def test_what_was_rolled_back_takes_no_number() -> None:
    enlist()
    happen(1)
    with transaction.atomic():
        happen(2)
        transaction.set_rollback(True)
    happen(3)
    sequence()
    assert positions() == [1, 2]


@pytest.mark.postgres
def test_a_change_that_commits_late_is_not_missed(taken: Taken) -> None:
    """On PostgreSQL an older change may commit after a younger one has been delivered."""
    begun, go_on = Signal(), Signal()

    def late() -> None:
        with transaction.atomic():
            happen(1)
            begun.set()
            go_on.wait(10)
        connections.close_all()

    thread = Thread(target=late)
    thread.start()
    begun.wait(10)
    happen(2)
    deliver_all()
    assert taken == [("won", 2, 1)]
    go_on.set()
    thread.join(10)
    deliver_all()
    assert taken == [("won", 2, 1), ("won", 1, 1)]
    assert positions() == [2, 1]


def test_several_sequencers_at_once_number_each_change_once() -> None:
    enlist()
    for record in range(60):
        happen(record)

    def work() -> None:
        while sequence(limit=7):
            pass
        connections.close_all()

    run_together(work, 4)
    assert sorted(map(int, filter(None, positions()))) == [*range(1, 61)]


# ---- delivering


def test_an_event_tells_what_happened() -> None:
    got: list[tuple[Event, Actor]] = []

    @on("test.deal.won")
    def take(given: Sequence[Event], /, *, actor: Actor) -> None:
        got.extend((event, actor) for event in given)

    enlist()
    change = happen(3, depth=2, caused_by=1)
    deliver_all()
    event, actor = got[0]
    assert event == Event(
        change_id=change.pk, position=1, type="test.deal", verb="won", record_id=3, version=1, old={"a": 1},
        new={"a": 2}, at=event.at, user_id=7, actor="Anna", surface="page", caused_by=1, depth=2,
    )  # fmt: skip
    assert (event.name, len(got)) == ("test.deal.won", 1)
    assert actor.name == "tests.kernel.test_events.test_an_event_tells_what_happened.<locals>.take"
    assert (actor.user_id, actor.surface, actor.caused_by, actor.depth, actor.is_admin) == (
        7,
        "reaction",
        change.pk,
        3,
        True,
    )


def test_a_reaction_gets_what_it_named_and_each_event_once(taken: Taken) -> None:
    happen(1)
    happen(1, verb="changed")
    happen(2, verb="lost")
    happen(1, type_key="test.task")
    deliver_all()
    deliver_all()
    assert taken == [("won", 1, 1), ("lost", 2, 1)]


def test_a_new_reaction_answers_what_happens_from_then_on() -> None:
    enlist()
    happen(1)
    sequence()
    got: list[int] = []

    @on("test.deal.won")
    def take(given: Sequence[Event], /, *, actor: Actor) -> None:
        got.extend(event.record_id for event in given)

    enlist()
    happen(2)
    enlist()
    deliver_all()
    assert got == [2]


def test_lists_are_of_one_person_and_one_depth_and_keep_the_order() -> None:
    lists: list[tuple[int | None, int, list[int]]] = []

    @on("test.deal.won")
    def take(given: Sequence[Event], /, *, actor: Actor) -> None:
        lists.append((actor.user_id, actor.depth, [event.record_id for event in given]))

    enlist()
    for record, user, depth in [(1, 7, 0), (2, 7, 0), (1, 8, 0), (3, 8, 1), (1, 7, 0)]:
        happen(record, user_id=user, depth=depth)
    deliver_all()
    assert lists == [(7, 1, [1, 2]), (8, 1, [1]), (8, 2, [3]), (7, 1, [1])]


def test_a_large_change_comes_in_lists_and_its_followers_after_it(
    taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "LIST", 4)
    happen(50)
    happen(*range(1, 11))
    happen(3)
    happen(*range(21, 29))
    happen(1, 2)
    happen(5, 6, 7)
    deliver_all()
    assert [record for _verb, record, _version in taken] == [50, *range(1, 11), 3, *range(21, 29), 1, 2, 5, 6, 7]
    assert Consumer.objects.get(name__endswith="take").position == 6
    assert Consumer.objects.get(name__endswith="take").record_id is None


def test_a_cursor_is_moved_past_what_nobody_wants_only_now_and_then(
    taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "SKIPPED", 3)
    cursor = Consumer.objects.filter(name__endswith="take")
    happen(1, verb="changed")
    happen(1, verb="changed")
    deliver_all()
    assert cursor.get().position == 0
    happen(1, verb="changed")
    deliver_all()
    assert cursor.get().position == 3
    happen(2)
    deliver_all()
    assert (taken, cursor.get().position) == ([("won", 2, 1)], 4)


def test_a_change_whose_rows_were_erased_holds_up_nothing(taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "LIST", 4)
    happen(*range(1, 9))
    happen(20)
    ChangeRow.objects.all().delete()
    deliver_all()
    happen(30)
    deliver_all()
    assert taken == [("won", 30, 1)]


def test_what_a_reaction_writes_and_its_cursor_are_kept_together_or_not_at_all() -> None:
    problems = iter([KeyboardInterrupt()])

    @on("test.deal.won")
    def take(given: Sequence[Event], /, *, actor: Actor) -> None:
        for event in given:
            Consumer.objects.create(name=f"effect {event.record_id}")
        for problem in problems:
            raise problem

    enlist()
    happen(1)
    with pytest.raises(KeyboardInterrupt):  # as near to a killed worker as a test in one process comes
        deliver_all()
    assert not Consumer.objects.filter(name__startswith="effect").exists()
    deliver_all()
    assert Consumer.objects.filter(name__startswith="effect").count() == 1


def test_several_workers_deliver_each_event_once_and_in_order_for_each_record() -> None:
    @on("test.deal.won")
    def take(given: Sequence[Event], /, *, actor: Actor) -> None:
        Consumer.objects.bulk_create(Consumer(name=f"{e.position:03} {e.record_id} {e.version}") for e in given)

    enlist()
    writers = [lambda offset=offset: [happen(offset + turn % 3) for turn in range(30)] for offset in (10, 20)]
    stop = Signal()

    def write() -> None:
        writers.pop()()
        connections.close_all()

    def work() -> None:
        while not stop.is_set() or delivering.turn():
            delivering.turn()
        connections.close_all()

    workers = [Thread(target=work) for _ in range(3)]
    writing = [Thread(target=write) for _ in range(2)]
    for thread in workers + writing:
        thread.start()
    for thread in writing:
        thread.join(60)
    stop.set()
    for thread in workers:
        thread.join(60)
    got = [
        name.split()
        for name in Consumer.objects.filter(name__startswith="0").order_by("name").values_list("name", flat=True)
    ]
    assert (len(got), Parked.objects.count()) == (60, 0)
    for record in ("10", "11", "12", "20", "21", "22"):
        assert [int(version) for _position, found, version in got if found == record] == [*range(1, 11)]


@pytest.mark.postgres
def test_a_worker_that_freezes_loses_its_lease_and_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "LONGEST_SILENCE", "200ms")
    frozen, thawed, tries = Signal(), Signal(), iter([True])

    @on("test.deal.won")
    def take(given: Sequence[Event], /, *, actor: Actor) -> None:
        is_first = next(tries, False)
        Consumer.objects.create(name=f"effect of the {'first' if is_first else 'second'}")
        if is_first:
            frozen.set()
            thawed.wait(30)

    def work() -> None:
        deliver_all()
        connections.close_all()

    enlist()
    happen(1)
    sequence()
    first = Thread(target=work)
    first.start()
    frozen.wait(30)
    while not Consumer.objects.filter(name__startswith="effect").exists():
        deliver_all()
    thawed.set()
    first.join(30)
    effects = Consumer.objects.filter(name__startswith="effect").values_list("name", flat=True)
    assert ([*effects], Parked.objects.count()) == (["effect of the second"], 0)


def test_a_chain_of_reactions_ends_at_depth_eight(caplog: pytest.LogCaptureFixture) -> None:
    depths: list[int] = []

    @on("test.deal.won")
    def echo(given: Sequence[Event], /, *, actor: Actor) -> None:
        depths.append(actor.depth)
        happen(*[event.record_id for event in given], caused_by=actor.caused_by, depth=actor.depth)

    enlist()
    happen(1)
    deliver_all()
    assert depths == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [record.getMessage() for record in caplog.records] == ["chain of reactions ends"]
    assert [*Change.objects.order_by("id").values_list("depth", flat=True)] == [*range(9)]


def test_each_delivery_can_be_traced(taken: Taken, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.BODEGA_TRACE = True
    happen(1, 2)
    with caplog.at_level("INFO"):
        deliver_all()
    name = "tests.kernel.test_events.taken.<locals>.take"
    assert [record.getMessage() for record in caplog.records] == [f"test.deal.won to {name}"] * 2


# ---- start-up checks


def test_a_reaction_to_what_cannot_happen_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    class Deal:
        def verbs(self) -> frozenset[str]:
            return frozenset({"created", "won"})

    monkeypatch.setattr(events, "DECLARED", {"test.deal": Deal()})

    def take(given: Sequence[Event], /, *, actor: Actor) -> None: ...

    on("test.deal.won", "test.deel.won", "test.deal.win")(take)
    on("test.deal.won")(take)
    line = take.__code__.co_firstlineno
    assert [(problem.id, problem.msg, problem.hint, problem.obj) for problem in check_reactions()] == [
        (
            "event.E003",
            f"Two reactions are named {__name__}.{take.__qualname__}: the second one would never run",
            None,
            f"{__file__}:{line}",
        ),
        (
            "event.E001",
            "@on names 'test.deel.won': there is no record type 'test.deel'",
            "Did you mean 'test.deal'?",
            f"{__file__}:{line}",
        ),
        (
            "event.E002",
            "@on names 'test.deal.win': test.deal has no verb 'win'",
            "Did you mean 'won'?",
            f"{__file__}:{line}",
        ),
    ]


def test_what_is_installed_reacts_to_what_can_happen() -> None:
    assert registry.DOUBLED == []
    assert check_reactions() == []


def run_together(work: Callable[[], None], count: int) -> None:
    threads = [Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
