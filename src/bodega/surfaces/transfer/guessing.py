"""Which field a column of a file is probably meant for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bodega.kernel.kinds import Kind, Reference, UserReference
from bodega.kernel.parts import Part
from bodega.kernel.record import RecordType
from bodega.lib.text import fold
from bodega.surfaces.transfer.mapping import Feed, Step
from bodega.surfaces.transfer.plan import IDENTITY, NUMBERED, inner_kinds, writable

SAME_WORDS = (
    "external id|id|key|reference",
    "given name|first name|forename",
    "family name|last name|surname",
    "organisation|organization|company|company name|account|firm",
    "e mail|mail|email|email address|e mail address",
    "phone|tel|telephone|phone number|mobile|mobile phone",
    "website|web|url|homepage|home page",
    "street|address|address line 1|address 1",
    "postcode|zip|zip code|postal code|post code",
    "city|town",
    "region|state|province|county",
    "owner|agent|sales agent|sales rep|assigned to|responsible",
    "sector|industry",
    "parent|parent account|parent company|part of|subsidiary of",
    "deal|opportunity",
    "amount|value|close value",
    "expected|expected close date|close date|closing date",
    "opened|create date|created date|engage date",
)
"""What files call the same thing, without capitals and signs."""


def guess(columns: Sequence[str], type_: RecordType) -> Step:
    """A mapping to begin with: each column goes to the field of its name, and each field is fed once.

    A file of our own, which names records by number and version, says exactly what it means.
    """
    if [*columns[:2]] == [*IDENTITY]:
        named = targets(type_, [Feed(column) for column in columns])
        return Step(type_.key, feeds=tuple(Feed(column, source=column) for column in columns if column in named))
    words = field_words(type_)
    own = "|".join(same_words({plain(str(type_.label))}))
    feeds: dict[str, Feed] = {}
    for column in columns:
        name = words.get(plain(column)) or words.get(re.sub(f"^({own}) ", "", plain(column)))
        if name and name not in feeds:
            feeds[name] = Feed(name, source=column)
    return Step(type_.key, feeds=tuple(feeds.values()))


def targets(type_: RecordType, feeds: Iterable[Feed] = ()) -> dict[str, Kind]:
    """Everything that a column can feed, by the name that a mapping gives it; and what these feeds name beyond that."""
    found: dict[str, Kind] = {}
    for name, kind in writable(type_).items():
        if not isinstance(kind, Part):
            found[name] = kind
        found |= {f"{name}.{part}": inner for part, inner in inner_kinds(kind, type_).items()}
    known = IDENTITY | found
    return found | {feed.field: known[name] for feed in feeds if (name := unnumbered(feed.field)) in known}


def unnumbered(name: str) -> str:
    """`lines[2].product` is fed as `lines.product` is."""
    numbered = NUMBERED.fullmatch(name)
    return f"{numbered[1]}.{numbered[3]}" if numbered else name


def field_words(type_: RecordType) -> dict[str, str]:
    """What people call the fields. A field's own name wins over its other words, and a whole over a part."""
    ranked = [
        (rank, "." in name, plain(word), name)
        for name, kind in targets(type_).items()
        for rank, word in words_of(name, kind)
    ]
    ranked += [(2, False, word, type_.title) for word in same_words({plain(str(type_.label))})]
    ranked.sort(key=lambda one: one[:2], reverse=True)
    return {word: name for _rank, _is_part, word, name in ranked if word}


def words_of(name: str, kind: Kind) -> Iterator[tuple[int, str]]:
    """The words for a field with their rank, the surest 0."""
    own = [name, name.rpartition(".")[2], str(kind.label)]
    yield from ((0, word) for word in own)
    yield from ((1, word) for word in same_words({plain(word) for word in own}))
    if isinstance(kind, Reference) and kind.to and not isinstance(kind, UserReference):
        yield from ((2, word) for word in (str(kind.target.label), f"{kind.label} name"))


def same_words(words: set[str]) -> list[str]:
    """These words, and what else files say for them."""
    return [*words, *(word for same in SAME_WORDS if words & {*same.split("|")} for word in same.split("|"))]


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text).replace("_", " ")))
