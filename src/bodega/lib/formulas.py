"""Texts that a spreadsheet would run, and the apostrophe by which a CSV file carries them so that it does not.

A cell is run that begins with one of a few signs. A spreadsheet of another country begins a cell behind a semicolon
or a tab as well, whatever our quotes say, and a row behind each end of a line. There an apostrophe is put in, or one
more where apostrophes stand already: so taking one away gives every text back to the letter. A number runs nothing and
stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

SIGNS = "=+\\-@＝＋－＠"
AT = rf"(?:^(?='*[{SIGNS}\t\r\n])|(?<=[;\t\r\n])(?='*[{SIGNS}]))"
BEFORE = re.compile(AT)
MARKED = re.compile(rf"{AT}'")
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
SUSPECT = re.compile(rf"\0(?!{NUMBER.pattern}(?:\0|\Z))'*[{SIGNS}\t\r\n]|[;\t\r\n]'*[{SIGNS}]")
"""What may have to be disarmed, in texts with a null before each."""


def disarm(text: str) -> str:
    """The text as a CSV file may hold it."""
    return text if NUMBER.fullmatch(text) else BEFORE.sub("'", text)


def disarm_all(texts: Sequence[str]) -> Sequence[str]:
    """The texts of a column; most have nothing to disarm, which one look at all of them tells."""
    return [disarm(text) for text in texts] if SUSPECT.search("\0".join(["", *texts])) else texts


def rearm(text: str) -> str:
    """The text that was disarmed."""
    return MARKED.sub("", text) if "'" in text else text
