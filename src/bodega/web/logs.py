"""One line an entry, on standard error: time, level, logger, message, then `name=value` for each `extra`."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Django hands these over with a request; they hold what people typed.
PRIVATE = frozenset({"request", "params", "sql"})


class LineFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = " ".join((at, record.levelname, record.name, record.getMessage(), *self.given(record)))
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line

    def given(self, record: logging.LogRecord) -> list[str]:
        return [f"{name}={value!r}" for name, value in vars(record).items() if name not in KNOWN | PRIVATE]
