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
SUSPECT = SIGNS.replace("\\", "") + "\t\r\n"
"""Where none of these is, nothing has to be disarmed; nor where they neither begin a text nor stand behind the next."""
DIVIDING = ";\t\r\n"


def disarm(text: str) -> str:
    """The text as a CSV file may hold it."""
    return text if NUMBER.fullmatch(text) else BEFORE.sub("'", text)


def disarm_all(texts: Sequence[str]) -> Sequence[str]:
    """The texts of a column; most have nothing to disarm, which a few looks at all of them tell."""
    together = "".join(texts)
    if not any(mark in together for mark in SUSPECT):
        return texts
    begins = {text[:1] for text in texts}
    if begins.isdisjoint({*SUSPECT, "'"}) and not any(mark in together for mark in DIVIDING):
        return texts
    return [disarm(text) for text in texts]


def rearm(text: str) -> str:
    """The text that was disarmed."""
    return MARKED.sub("", text) if "'" in text else text
