"""The log, on standard error: a line of JSON an entry, or text at a terminal; nothing that people typed."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bodega.lib import work

KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Django hands these over with a request; they hold what people typed.
PRIVATE = frozenset({"request", "params", "sql"})


def given(record: logging.LogRecord) -> dict[str, Any]:
    """What was handed over as `extra`, after what is being worked at."""
    now = work.current()
    told: dict[str, Any] = {"request": now.id, "at": now.what} if now else {}
    return told | {name: value for name, value in vars(record).items() if name not in KNOWN | PRIVATE}


def moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class TextLines(logging.Formatter):
    """Time, level, logger, message, then `name=value`; an error with its whole text, for whoever looks at it now."""

    def format(self, record: logging.LogRecord) -> str:
        words = (f"{name}={value!r}" for name, value in given(record).items())
        line = " ".join((moment(record), record.levelname, record.name, record.getMessage(), *words))
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


class JsonLines(logging.Formatter):
    """For a store of logs. What an error says may quote what people typed: its type and where it happened remain."""

    def format(self, record: logging.LogRecord) -> str:
        head = {"time": moment(record), "level": record.levelname, "logger": record.name}
        told = head | {"message": record.getMessage()} | given(record)
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = [*told_of(record.exc_info[1])]
        return json.dumps(told, ensure_ascii=False, default=str)


def told_of(error: BaseException | None) -> Iterator[str]:
    """The type of the error, where it was raised, outermost call first, and so on for what it came from."""
    while error is not None:
        yield f"{type(error).__module__}.{type(error).__qualname__}"
        yield from (f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(error.__traceback__))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


class WithoutAddress(logging.Filter):
    """Django names the address of a request, which may be a sign-in link; our own line has its route."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = "the request ended in an error", ()
        return True


def logging_for(style: str) -> dict[str, Any]:
    """Django's LOGGING for json, text or auto: text in a terminal, else json."""
    is_text = style == "text" or (style == "auto" and sys.stderr.isatty())
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": TextLines if is_text else JsonLines}},
        "filters": {"without_address": {"()": WithoutAddress}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"level": "INFO", "propagate": True, "handlers": []},
            # What was refused has a line of ours with its status; only what broke is told here.
            "django.request": {"level": "ERROR", "filters": ["without_address"]},
            "django.security": {"level": "CRITICAL"},
            # It names whole addresses where it warns; what is called has a line of ours.
            "urllib3": {"level": "ERROR"},
        },
    }
