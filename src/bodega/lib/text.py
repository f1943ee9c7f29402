"""Comparing, shortening and naming with text that people typed."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator

from django.utils.translation import get_language

# Marks a reader leaves out when typing: accents, Hebrew and Arabic points, kana voicing, variation
# selectors. Not the whole category Mn: in Indic and Thai scripts that holds vowels, which make
# another word. Written out, so that Python and PostgreSQL agree whatever Unicode version each knows.
_MARKS: tuple[tuple[int, int], ...] = (
    (0x0300, 0x036F),
    (0x0483, 0x0487),
    (0x0591, 0x05BD),
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0x3099, 0x309A),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
)
# Letters with no decomposition that people type without their stroke, and the final sigma, which
# lower() writes depending on the letters around it.
_LETTERS = ("łøđðħŧıς", "loddhtiσ")
_LIGATURES = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}

_MARK = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _MARKS) + "]+")
_PLAIN = str.maketrans(dict(zip(*_LETTERS, strict=True)) | _LIGATURES)


def fold(text: str) -> str:
    """The text as someone would type it who is in a hurry: no accents, no capitals; for keys and search."""
    if text.isascii():
        return text.lower()
    return _MARK.sub("", unicodedata.normalize("NFKD", text)).lower().translate(_PLAIN)


def initials(name: str) -> str:
    """At most two letters that stand for a name, one where they are wide: 'Mia Petersen' → 'MP', 'Isdom' → 'Is'."""
    words = re.findall(r"[^\W_]\S*", unicodedata.normalize("NFC", name).replace("-", " ")) or ["?"]
    if len(words) > 1:
        return f"{words[0][0]}{words[-1][0]}".upper()[:2]
    first, *others = re.findall(r"[^\W_]", words[0]) or words
    return "".join([first.upper()[0], *others[: unicodedata.east_asian_width(first) != "W"]])


def closest(word: str, options: Iterable[str], *, alike: float = 0.6) -> str | None:
    """The option that was probably meant, to ask "did you mean …?"; None where less than that share is alike."""
    by_fold = {fold(option): option for option in options}
    found = difflib.get_close_matches(fold(word)[:100], by_fold, n=1, cutoff=alike)
    return by_fold[found[0]] if found else None


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, for addresses and keys; empty where none are left."""
    return "-".join(re.findall("[a-z0-9]+", fold(text)))


def shorten(text: str, length: int) -> str:
    """The text on one line in at most `length` characters, cut between words where one ends late enough."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    space = line.rfind(" ", 0, length)
    return line[: space if space > length // 2 else length - 1].rstrip() + "…"


def marked(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the words (which are folded) or a part of one."""
    found, at = list[tuple[str, bool]](), 0
    for start, end in spans(text, words):
        found += [(text[at:start], False)] if start > at else []
        found.append((text[start:end], True))
        at = end
    return [*found, (text[at:], False)] if at < len(text) else found


def spans(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand in the text, from the left, none within another."""
    wanted = re.compile("|".join(map(re.escape, sorted(filter(None, words), key=len, reverse=True))) or "(?!)")
    if text.isascii():
        yield from (found.span() for found in wanted.finditer(text.lower()))
        return
    plain = [fold(sign) for sign in text]
    places = [at for at, signs in enumerate(plain) for _sign in signs]
    reached = 0
    for found in wanted.finditer("".join(plain)):
        start, end = max(reached, places[found.start()]), places[found.end() - 1] + 1
        while end < len(plain) and not plain[end]:  # an accent belongs to its letter
            end += 1
        if start < end:
            yield start, end
            reached = end


def excerpt(text: str, words: Iterable[str], length: int) -> str:
    """The text on one line; of a long one the place where one of the words (which are folded) first stands."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    first, _end = next(spans(line, words), (0, 0))
    start = 0 if first < length // 2 else line.rfind(" ", 0, first - length // 4) + 1
    return f"…{shorten(line[start:], length - 1)}" if start else shorten(line, length)


def _postgres_fold() -> str:
    """The steps of `fold` in SQL. The collations are named, so that no setting of a database changes the answer."""
    marks = "".join(rf"\U{first:08X}-\U{last:08X}" for first, last in _MARKS)
    bare = f"""regexp_replace(normalize(text_, NFKD) COLLATE "C", '[{marks}]+', '', 'g')"""
    folded = f"""translate(lower({bare} COLLATE "und-x-icu"), '{_LETTERS[0]}', '{_LETTERS[1]}')"""
    for letter, plain in _LIGATURES.items():
        folded = f"replace({folded}, '{letter}', '{plain}')"
    return (
        "CREATE OR REPLACE FUNCTION bodega_fold(text_ text) RETURNS text "
        f"LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT RETURN {folded}"
    )


# For PostgreSQL 15 or later with ICU and a UTF-8 database: `bodega_fold(text)` answers as `fold` does, byte for byte.
FOLD_POSTGRES: str = _postgres_fold()


def amid(label: object) -> str:
    """A label as it stands within a sentence: small letters, where the language does not begin nouns with a capital."""
    return str(label) if has_capital_nouns() else str(label).lower()


def has_capital_nouns() -> bool:
    """Whether the reader's language writes "Personen" within a sentence, too."""
    return (get_language() or "").startswith("de")
