"""Which field a column of a file is probably meant for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bodega.kernel.kinds import Email, Kind, Phone, Reference, Url, UserReference
from bodega.kernel.parts import Part
from bodega.kernel.record import RecordType
from bodega.lib.text import fold
from bodega.surfaces.transfer.mapping import Feed, Step
from bodega.surfaces.transfer.plan import inner_kinds, writable

OTHER_WORDS: Sequence[tuple[type[Kind], str]] = (
    (Email, "mail|e mail|email address|e mail address"),
    (Phone, "tel|telephone|phone number|mobile|mobile phone"),
    (Url, "web|url|homepage|home page|site|internet"),
    (UserReference, "sales agent|agent|sales rep|assigned to|responsible|user"),
)
PART_WORDS = {
    "street": "address|address line 1|address 1",
    "postcode": "zip|zip code|postal code|post code|plz",
    "city": "town",
    "region": "state|province|county",
    "country": "nation",
}
KEY_WORDS = "id|key|external id|reference|number"


def guess(columns: Sequence[str], type_: RecordType) -> Step:
    """A mapping to begin with: each column goes to the field of its name, each field is fed once."""
    words = field_words(type_)
    feeds: dict[str, Feed] = {}
    for column in columns:
        name = words.get(plain(column)) or words.get(plain(column).removeprefix(f"{plain(str(type_.label))} "))
        if name and name not in feeds:
            feeds[name] = Feed(name, source=column)
    return Step(type_.key, feeds=tuple(feeds.values()))


def targets(type_: RecordType) -> dict[str, Kind]:
    """Everything that a column can feed, by the name that a mapping gives it."""
    found: dict[str, Kind] = {}
    for name, kind in writable(type_).items():
        inner = inner_kinds(kind, type_)
        if not isinstance(kind, Part):
            found[name] = kind
        found |= {f"{name}.{part}": part_kind for part, part_kind in inner.items()}
    return found


def field_words(type_: RecordType) -> dict[str, str]:
    """What people call the fields; a field's own name wins over another word for a field."""
    found: dict[str, str] = {}
    for name, kind in targets(type_).items():
        for word in (*other_words(name, kind), str(kind.label), name.replace(".", " ")):
            found.setdefault(plain(word), name)
    own = {plain(word): name for name, kind in writable(type_).items() for word in (str(kind.label), name)}
    return {word: name for word, name in (found | own).items() if word}


def other_words(name: str, kind: Kind) -> Iterable[str]:
    if name == "external_id":
        return KEY_WORDS.split("|")
    if "." in name:
        return PART_WORDS.get(name.rpartition(".")[2], "").split("|")
    if isinstance(kind, Reference) and not isinstance(kind, UserReference):
        return (str(kind.target.label),)
    return next((words.split("|") for sort, words in OTHER_WORDS if isinstance(kind, sort)), ())


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text).replace("_", " ")))
