"""A lock that is given in the order in which it was asked for."""

from __future__ import annotations

from collections import deque
from threading import Lock


class Turns:
    """First come, first served. A plain `threading.Lock` may let one thread have it again and again."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    def take(self, *, timeout: float) -> bool:
        """Waits for our turn, `timeout` seconds at most; False when it did not come."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            gate = Lock()
            gate.acquire()
            self._waiting.append(gate)
        came = False
        try:
            came = gate.acquire(timeout=timeout)
        finally:
            # Also when a signal interrupts the wait: a turn given to somebody who has left would never come back.
            if not came:
                self._leave(gate)
        return came

    def give(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def _leave(self, gate: Lock) -> None:
        with self._guard:
            if gate in self._waiting:
                self._waiting.remove(gate)
                return
        self.give()
