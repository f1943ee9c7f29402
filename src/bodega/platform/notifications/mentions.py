"""Mentions: `@Ben Baker` in a text, kept as a reference to the person, and shown by the name they have now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bodega.kernel import registry
from bodega.kernel.actors import Actor, User
from bodega.kernel.kinds import Input, Kind, Label, LongText, Show
from bodega.kernel.scope import arranged
from bodega.lib.text import fold

PEOPLE = "kernel.user"
TOKEN = re.compile(r"(?<!\w)@\[([^\[\]\n]{1,150})\]\((\d{1,18})\)")
"""How one is stored: the name as it was, for where nobody can look it up, and the number."""
TYPED = re.compile(r"(?<![\w@])@(\w[^\n@]{0,160})")
WORDS, ENDS = re.compile(r"\S+"), ".,;:!?)]}’'\""
LONGEST = 6
"""Words that a name may have."""
CLOSE = "\x02"
OPEN = f'"{CLOSE}'
"""Stand around a number in a text that is about to become HTML; no address goes on over the quote."""


@dataclass(frozen=True, kw_only=True)
class Prose(LongText):
    """What people write to each other."""

    def parse(self, text: Any, *, actor: Actor) -> str:
        return resolved(super().parse(text, actor=actor))

    def text(self, value: Any, *, show: Show) -> str:
        return TOKEN.sub(lambda found: f"@{label(found, show.labels).text}", value or "")

    def export(self, value: Any, *, show: Show) -> str:
        return value or ""

    def points_at(self, value: Any) -> Iterable[tuple[str, int]]:
        return [(PEOPLE, pk) for pk in sorted(people_in(value))]

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        shown = self.text(value, show=show)
        kept = shown if resolved(shown) == (value or "") else value
        return [Input("textarea", kept or "", attributes={"data-mentions": "/users/options/"})]


def resolved(text: str) -> str:
    """The text with a reference for each `@name` of somebody who works here and has that name, or sign-in name, alone;
    the longest name that fits."""
    if "@" not in text:
        return text
    known: Mapping[str, tuple[int, str]] = arranged("mentionable", mentionable)
    return TYPED.sub(lambda found: reference(found[1], known) or found[0], text)


def reference(words: str, known: Mapping[str, tuple[int, str]]) -> str:
    for word in [*WORDS.finditer(words)][:LONGEST][::-1]:
        for end in (word.end(), word.start() + len(word[0].rstrip(ENDS))):
            if (found := known.get(fold(words[:end]))) is not None:
                return f"@[{found[1]}]({found[0]}){words[end:]}"
    return ""


def mentionable() -> dict[str, tuple[int, str]]:
    """By folded name and sign-in name; what two people are called stands for neither."""
    found: dict[str, tuple[int, str]] = {}
    doubled = set()
    people = User.objects.filter(is_active=True, deleted_at=None).values_list("pk", "name", "login")
    for pk, name, login in people:
        for word in {fold(name), fold(login)} - {""}:
            doubled |= {word} & found.keys()
            found[word] = (pk, re.sub(r"[\[\]\n]", "", name)[:150] or login)
    return {word: one for word, one in found.items() if word not in doubled}


def people_in(text: str | None) -> set[int]:
    return {int(pk) for _name, pk in TOKEN.findall(text or "")}


def mentioned(kind: Kind, value: Any) -> set[int]:
    """The people that a value mentions."""
    return people_in(value) if isinstance(kind, Prose) else set()


def label(found: re.Match[str], known: Mapping[tuple[str, int], Label]) -> Label:
    return known.get((PEOPLE, int(found[2]))) or Label(found[1])


def marked(text: str, *, actor: Actor) -> tuple[str, list[Label]]:
    """The text with a number between marks for each mention, and what stands there: the numbers are its places."""
    people = people_in(text)
    known = registry.type_of(PEOPLE).labels(people, actor) if people else {}
    named: list[Label] = []

    def mark(found: re.Match[str]) -> str:
        named.append(label(found, {(PEOPLE, pk): one for pk, one in known.items()}))
        return f"{OPEN}{len(named) - 1}{CLOSE}"

    return TOKEN.sub(mark, text.replace(CLOSE, " ")), named
