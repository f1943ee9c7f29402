"""What is typed into the box and what records say, brought into one form, so that both databases compare the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from bodega.lib.text import fold

LONGEST, MOST_WORDS = 200, 8
GRAM, TAIL = 3, 6
"""The indexes know pieces of three letters. Six digits at its end tell a phone number from nearly all others."""
_PLUS = re.compile(r"\+(?=[0-9])")
_NUMBER = re.compile(r"[0-9()/.-]*[0-9][0-9()/.-]*")
_KNOWN = re.compile(r"[^\W_]{3}|^ [^\W_]{2}")
"""What both indexes have: PostgreSQL's has letters and digits alone, and the beginnings of words."""
_DIGITS = re.compile("[0-9]{4,}")

Way = tuple[str, ...]
Term = tuple[Way, ...]
"""Ways to meet one thing that was typed: the pieces of one of them are all there."""


def plain(text: str) -> str:
    """Folded words with single blanks between them. A phone number stands as its digits: `+49151` is `49151`."""
    return " ".join(_PLUS.sub("", fold(text)).split())


@dataclass(frozen=True)
class Asked:
    """What is looked for: `text` as a whole, and the terms that must all be met, in any order."""

    text: str

    @property
    def words(self) -> Sequence[str]:
        return self.text.split()[:MOST_WORDS]

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        return tuple(terms(self.words))

    @cached_property
    def indexed(self) -> tuple[Term, ...]:
        """The terms that an index of letters can answer."""
        return tuple(term for term in self.terms if all(map(key, term)))


def asked(text: str) -> Asked:
    return Asked(plain(text[:LONGEST].replace("\0", " ")))


def terms(words: Iterable[str]) -> Iterator[Term]:
    """One for each word. Neighbours that may be one phone number are one, as words or as its digits."""
    for is_number, run in groupby(words, key=lambda word: bool(_NUMBER.fullmatch(word))):
        parts = [*run]
        digits = number(parts) if is_number else ""
        if len(digits) < GRAM:
            yield from (((piece(word),),) for word in parts)
        elif parts == [digits]:
            yield ((digits,),)
        else:
            yield (tuple(map(piece, parts)), (digits,))


def number(parts: Iterable[str]) -> str:
    """The digits of a phone number as far as every notation has them: without what a country dials first, (0) or 00."""
    return re.sub("[^0-9]", "", "".join(parts).replace("(0)", "")).lstrip("0")


def piece(word: str) -> str:
    """Anywhere in a word; what is too short for that, at its beginning."""
    return word if len(word) >= GRAM else f" {word}"


def key(way: Way) -> str:
    """What an index of letters is asked for, or nothing: the longest piece that it has.

    Of `person12345` it is the number, which is rare where the letters are not; of a long number its end.
    """
    longest = max((piece for piece in way if _KNOWN.search(piece)), key=len, default="")
    digits = max(_DIGITS.findall(longest), key=len, default="")
    return digits[-TAIL:] or longest
