"""Django's PostgreSQL backend, which reads moments of time by psycopg's compiled code.

Django reads them by code in Python that gives any time zone, twenty times as slowly; ours are all in UTC.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.adapt import Loader
from psycopg.pq import Format

Compiled: Any = psycopg.adapters.get_loader(base.TIMESTAMPTZ_OID, Format.TEXT)


class Moments(Loader):
    """The compiled one, which nothing can be derived from, under the name of its time zone."""

    timezone = UTC
    """What Django looks for, to know that it need not put its own in place."""

    def __init__(self, oid: int, connection: Any = None) -> None:
        super().__init__(oid, connection)
        self.load = Compiled(oid, connection).load  # type: ignore[method-assign]

    def load(self, data: Any) -> Any:
        raise NotImplementedError


PREPARED = 300
"""Statements of which a connection keeps the plan, those asked last."""


class DatabaseWrapper(base.DatabaseWrapper):
    def prepared_cursor(self) -> Any:
        """One that has the server plan a statement once, after it was asked some times."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            found: Any = base.ServerBindingCursor(self.connection)  # type: ignore[call-arg]
            return self._prepare_cursor(found)  # type: ignore[attr-defined]

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = PREPARED
        connection.adapters.register_loader("timestamptz", Moments)
        return connection
