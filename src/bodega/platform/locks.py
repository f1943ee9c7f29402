"""Locks that a frozen process cannot keep."""

from __future__ import annotations

from django.db import connection

LONGEST_SILENCE = "60s"


def give_up_when_silent() -> None:
    """Has PostgreSQL end this transaction once it is asked nothing for a minute.

    A process that was frozen, or cut off from the network, would hold its locks for hours otherwise, and everybody
    would wait for it. SQLite needs no such thing: its file knows which processes are there.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', %s, true)", [LONGEST_SILENCE])
