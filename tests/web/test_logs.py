"""The log: one line an entry, and nothing of what people typed."""

from __future__ import annotations

import logging
import sys

from bodega.web.logs import LineFormatter


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord(
        {"name": "bodega.x", "levelname": "INFO", "msg": message, "args": args, "created": 0.5}
    )
    vars(made).update(extra)
    return made


def test_a_line_has_time_level_logger_message_and_what_was_given() -> None:
    line = LineFormatter().format(record("%s done", 3, job=7, name="kept"))
    assert line == "1970-01-01T00:00:00.500+00:00 INFO kept 3 done job=7"


def test_requests_and_query_values_stay_out() -> None:
    assert LineFormatter().format(record("slow", request="<anna>", sql="SELECT", params=("anna",))).endswith(" slow")


def test_an_error_brings_its_traceback() -> None:
    try:
        raise ValueError("x")
    except ValueError:
        line = LineFormatter().format(record("failed", exc_info=sys.exc_info()))
    assert line.splitlines()[1] == "Traceback (most recent call last):"
