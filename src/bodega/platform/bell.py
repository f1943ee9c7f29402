"""Waking those who wait for news: PostgreSQL passes the word on, SQLite is asked whether its file has changed."""

from __future__ import annotations

from threading import Event
from typing import Any

from django.db import connection

CHANNEL = "bodega_news"
POLL = 0.1
"""Seconds between two looks at SQLite's counter of commits."""
LISTENING = 0.5
"""Seconds after which a listener on PostgreSQL looks whether there is something else to do."""


def ring() -> None:
    """Whoever listens looks at the database once this transaction is committed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")


class Listener:
    """Waits in a thread of its own, on a connection of its own."""

    def __init__(self) -> None:
        self.seen: object = None
        self.listens: Any = None

    def wait(self, woken: Event) -> bool:
        """Whether anything was committed; returns soon when `woken`."""
        return self.listen() if connection.vendor == "postgresql" else self.look(woken)

    def look(self, woken: Event) -> bool:
        woken.wait(POLL)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            found = cursor.fetchone()
        is_new = bool(found != self.seen)
        self.seen = found
        return is_new

    def listen(self) -> bool:
        connection.ensure_connection()
        own: Any = connection.connection
        if self.listens is not own:
            own.execute(f"LISTEN {CHANNEL}")
            self.listens = own
            return True  # what came before it listened
        return any(True for _note in own.notifies(timeout=LISTENING, stop_after=1))
