"""A lock that is given in the order in which it was asked for."""

from __future__ import annotations

import signal
from threading import Event, Thread, main_thread
from time import sleep

import pytest

from bodega.platform.sqlite.turns import Turns


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    turns, order = Turns(), []
    assert turns.take(timeout=1)

    def wait(number: int) -> None:
        assert turns.take(timeout=10)
        order.append(number)
        turns.give()

    threads = []
    for number in range(20):
        threads.append(Thread(target=wait, args=(number,)))
        threads[-1].start()
        while len(turns._waiting) <= number:
            sleep(0.001)
    turns.give()
    for thread in threads:
        thread.join(10)
    assert order == [*range(20)]


def test_who_gives_up_is_skipped() -> None:
    turns = Turns()
    assert turns.take(timeout=1)
    assert not turns.take(timeout=0.01)
    turns.give()
    assert turns.take(timeout=0)


def test_no_two_threads_have_the_turn_at_once() -> None:
    turns, inside, most, done = Turns(), [0], [0], []

    def work() -> None:
        for _ in range(200):
            assert turns.take(timeout=10)
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            inside[0] -= 1
            turns.give()
        done.append(1)

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), most) == (6, [1])


def test_an_interrupted_wait_takes_no_turn_with_it() -> None:
    turns, interrupted = Turns(), Event()
    assert turns.take(timeout=1)

    def interrupt(*_: object) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(KeyboardInterrupt):
            turns.take(timeout=10)
    finally:
        signal.signal(signal.SIGALRM, before)
    turns.give()
    assert interrupted.is_set()
    assert main_thread().is_alive()
    assert turns.take(timeout=0)
