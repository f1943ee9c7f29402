"""What words show by their shape, in English and German: amounts, names behind a role, ways to reach somebody.

Each look at a text takes time in proportion to its length, whatever stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bodega.lib.phones import phones_in
from bodega.lib.text import fold

MARKS = ".,;:!?()=“”„\"'"
ROLES = frozenset(
    fold(word)
    for word in (
        "wife husband spouse fiance fiancee girlfriend boyfriend son daughter children child kids brother sister "
        "mother father parents boss manager assistant secretary successor predecessor deputy colleague partner dog cat "
        "Frau Mann Ehefrau Ehemann Verlobte Verlobter Freundin Freund Sohn Tochter Kinder Kind Bruder Schwester "
        "Mutter Vater Eltern Chef Chefin Vorgesetzte Vorgesetzter Assistent Assistentin Sekretärin Nachfolger "
        "Nachfolgerin Vorgänger Vorgängerin Vertreter Vertreterin Kollege Kollegin Partnerin Hund Katze"
    ).split()
)
"""What somebody is to somebody else: with a name behind it, both are what is known."""
TITLES = frozenset({"frau"})
"""What stands before a name without saying that it is somebody's, …"""
OWNERS = frozenset(
    word + end
    for word in ("mein", "dein", "sein", "ihr", "unser", "euer", "deren", "dessen", "eine", "zweite", "neue")
    for end in ("", "e", "er", "en", "em")
)
"""… unless one of these stands before it."""
ELSE = {
    "like": frozenset(
        "would i'd he'd she'd they'd we'd look looks looked sounds feels just something things job".split()
    )
}
"""Words behind which one means something else: would like."""
LINKS = frozenset(
    "is was are now called named name names heisst heißt hiess hieß heissen heißen ist sind jetzt namens genannt "
    "new neu there dort".split()
)
NAME = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:['’-][^\W\d_]+)*\.?")
MOST_NAME = 4
GROUPED = re.compile(r"(?<![\d.,])(\d{1,3})[.,'’](\d{3})(?!\d|[.,]\d)")
"""Thousands: nobody writes an amount with three decimals."""
SCALES = [
    (re.compile(rf"(\d) {{0,2}}(?:{words})(?!\w)", re.IGNORECASE), sign)
    for words, sign in (
        (r"tsd\.?|tausend|thousand|grand|k", "k"), (r"mio\.?|millionen|million|mil\.", "m"),
        (r"mrd\.?|milliarden|billion", "bn"),
    )
]  # fmt: skip
CURRENCIES = [
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), sign)
    for words, sign in (("euros?", "EUR"), ("dollars?", "$"), ("pounds?", "£"), ("franken", "CHF"))
]
UNSIGNED, SMALL = re.compile(r"[\d.,'’ ]+"), re.compile(r"[^\W\d_]+")
YEAR = re.compile(r"(?:19|20)\d\d")
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
NUMBERED = re.compile(r"\d(?:[ ()/.-]{0,3}\d){6}")


class Reach(NamedTuple):
    """A way to reach somebody: `email` and its address, `phone` and its number."""

    channel: str
    value: str


def plain_amounts(text: str) -> str:
    """The text with its amounts as `parse_money` reads them: 20.000 € is 20000 €, 20 Tsd. is 20k."""
    text = GROUPED.sub(r"\1\2", text)
    for pattern, sign in (*SCALES, *CURRENCIES):
        text = pattern.sub(rf"\1{sign}" if pattern.groups else sign, text)
    return text


def is_amount(text: str, *, beside: bool) -> bool:
    """Whether this is meant as money: with a currency or a scale, or else `beside` its topic and no year."""
    if UNSIGNED.fullmatch(text):
        return beside and not YEAR.fullmatch(text)
    return all(word.isupper() or word.lower() in ("k", "m", "bn") for word in SMALL.findall(text))


def name_at(words: Sequence[str], at: int) -> str:
    """The name that stands there, perhaps behind `is` or `called`; empty where none does."""
    while at < len(words) and words[at].strip(MARKS).lower() in LINKS:
        at += 1
    found: list[str] = []
    for word in words[at : at + MOST_NAME]:
        bare = word.strip(MARKS)
        if not (NAME.fullmatch(bare) and bare[0].isupper()):
            break
        found.append(bare)
        if word[-1] in MARKS:
            break
    return " ".join(found)


def is_meant(plain: Sequence[str], first: int, after: int) -> bool:
    """Whether these words speak of their topic: not where `Frau` only begins a name, nor in “would like”."""
    before, words = plain[first - 1] if first else "", plain[first:after]
    if len(words) == 1 and words[0] in TITLES:
        return before in OWNERS
    return before not in ELSE.get(words[0], ())


def reaches(text: str, *, country: str | None) -> Iterator[Reach]:
    """The e-mail addresses and telephone numbers in a text; those without + are numbers of the country."""
    yield from (Reach("email", found[0].rstrip(".-").lower()) for found in MAIL.finditer(text))
    if NUMBERED.search(text):
        yield from (Reach("phone", number) for number in phones_in(text, country=country))


def called(name: str) -> frozenset[str]:
    """The words by which somebody of this name is meant."""
    return frozenset(re.findall(r"[^\W\d_]{2,}", fold(name)))
