"""Django's SQLite backend with our functions, and with one writer at a time for each process and file.

SQLite lets writers sleep and try again, which starves some of them for seconds. Here the threads of a process queue in
front of the file instead, so that only processes meet at SQLite's own lock. Reading never queues.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base, schema

from bodega.lib.text import fold
from bodega.platform.sqlite.statistics import describe
from bodega.platform.sqlite.turns import Turns

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|REINDEX|ANALYZE|VACUUM)\b", re.IGNORECASE)
_WITH_WRITES = re.compile(r"\s*WITH\b.*\b(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE | re.DOTALL)
_turns: dict[str, Turns] = {}
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


class SchemaEditor(schema.DatabaseSchemaEditor):
    """Whenever tables were made or changed, the planner is told of them anew."""

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        super().__exit__(exc_type, exc_value, traceback)
        if exc_type is None:
            with self.connection.cursor() as cursor:
                describe(cursor)


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = SchemaEditor

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        self._turn: Turns | None = None
        self.execute_wrappers.append(self._execute)

    def get_new_connection(self, conn_params: Mapping[str, Any]) -> sqlite3.Connection:
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        connection.create_function("bodega_fold", 1, _fold, deterministic=True)
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        # Not when it fails: the rollback that follows still belongs to the transaction.
        self._give_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _execute(self, execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001
        if self._turn or not writes(sql):
            return execute(sql, params, many, context)
        self._take_turn()
        try:
            return execute(sql, params, many, context)
        finally:
            self._give_turn()

    def _take_turn(self) -> None:
        if self._turn:
            return
        name = str(self.settings_dict["NAME"])
        turns = _turns.setdefault(name if self.is_in_memory_db() else str(Path(name).absolute()), Turns())
        seconds = float(self.settings_dict["OPTIONS"].get("timeout", 5))
        if not turns.take(timeout=seconds):
            busy = sqlite3.OperationalError("database is locked")
            busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise OperationalError(f"another thread has been writing for more than {seconds:g} s") from busy
        self._turn = turns

    def _give_turn(self) -> None:
        turns, self._turn = self._turn, None
        if turns:
            turns.give()


def writes(sql: str) -> bool:
    """Whether one statement changes rows or tables."""
    return bool(_WRITES.match(sql) or _WITH_WRITES.match(sql))


def _fold(text: object) -> str | None:
    return None if text is None else fold(str(text))
