"""Mentions: `@Ben Baker` in a text, kept as a reference to the person, and shown by the name they have now. What apps
register, such as customers, is mentioned in the same way; it is told to nobody."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bodega.kernel import registry
from bodega.kernel.actors import Actor, User
from bodega.kernel.kinds import Input, Kind, Label, LongText, Show
from bodega.kernel.record import load_labels
from bodega.kernel.scope import arranged
from bodega.lib.text import fold

if TYPE_CHECKING:
    from bodega.kernel.drafts import Draft

Labels = Mapping[tuple[str, int], Label]
Linked = AbstractSet[tuple[str, int]]

PEOPLE = "kernel.user"
TOKEN = re.compile(r"(?<!\w)@\[([^\[\]\n]{1,150})\]\((?:([a-z_]+\.[a-z_]+)/)?(\d{1,18})\)")
"""How one is stored: the name as it was, for where nobody can look it up, the type unless it is a colleague, and the
number."""
LINKED: list[str] = []
"""The types of what is mentioned beside colleagues."""
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
        return [*((PEOPLE, pk) for pk in sorted(people_in(value))), *sorted(linked_in(value))]

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        shown = self.text(value, show=show)
        kept = shown if linked([resolved(shown)], actor=show.actor) == [value or ""] else value
        return [Input("textarea", kept or "", attributes={"data-mentions": offered()})]


def resolved(text: str) -> str:
    """The text with a reference for each `@name` of somebody who works here and has that name, or sign-in name, alone;
    the longest name that fits."""
    if "@" not in text:
        return text
    known: Mapping[str, tuple[int | str, str]] = arranged("mentionable", mentionable)
    return TYPED.sub(lambda found: reference(found[1], known) or found[0], text)


def reference(words: str, known: Mapping[str, tuple[int | str, str]]) -> str:
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


# ---- what apps let be mentioned --------------------------------------------------------------------------------------


def offered() -> str:
    """Where names are asked for while somebody writes, colleagues first; behind # as what a reference knows them."""
    others = (f"/{registry.type_of(key).slug}/options/#{key}" for key in LINKED)
    return " ".join([f"/{registry.type_of(PEOPLE).slug}/options/", *others])


def link(drafts: Sequence[Draft], name: str, *, actor: Actor) -> None:
    """In a text that is about to be written: a reference for each name, and no new one to what the writer may not see
    (two queries for all of them, where anything is named)."""
    given = [draft for draft in drafts if "@" in (draft.values.get(name) or "")]
    held = [linked_in(draft.old.get(name)) for draft in given]
    texts = linked([draft.values[name] for draft in given], actor=actor, held=held)
    for draft, text in zip(given, texts, strict=True):
        draft.values[name] = text


def linked(texts: Sequence[str], *, actor: Actor, held: Sequence[Linked] = ()) -> list[str]:
    """The texts with a reference for each `@name` that one record alone has among those that the actor sees; `held` are
    those that each may keep, whoever writes."""
    if not any("@" in text for text in texts):
        return [*texts]
    wanted = {one for text in texts for one in linked_in(text)}
    seen = {
        (key, row[0])
        for key in LINKED
        for row in registry.type_of(key).raw({pk for type_key, pk in wanted if type_key == key}, ["id"], actor=actor)
    }
    known = named_alone({words for text in texts for words in phrases(text)}, actor=actor)
    kept = [*held, *([frozenset()] * (len(texts) - len(held)))]

    def check(found: re.Match[str], may_stay: Linked) -> str:
        one = (found[2], int(found[3]))
        return found[0] if not found[2] or one in seen or one in may_stay else f"@{found[1]}"

    return [
        TYPED.sub(
            lambda found: reference(found[1], known) or found[0],
            TOKEN.sub(partial(check, may_stay=may_stay), text),
        )
        for text, may_stay in zip(texts, kept, strict=True)
    ]


def phrases(text: str) -> Iterator[str]:
    """What may be a name behind each `@`: its first words, with and without what ends them."""
    for found in TYPED.finditer(text):
        for word in [*WORDS.finditer(found[1])][:LONGEST]:
            yield from {found[1][: word.end()], found[1][: word.start() + len(word[0].rstrip(ENDS))]} - {""}


def named_alone(names: Collection[str], *, actor: Actor) -> dict[str, tuple[str, str]]:
    """By folded name, how a reference says the one record that has it (a query for each type)."""
    found: dict[str, tuple[str, str]] = {}
    for key in LINKED if names else ():
        type_ = registry.type_of(key)
        matches = type_.matching(names, actor=actor)
        for name in names:
            ids = matches.get(type_.match_key(name, actor=actor), [])
            if len(ids) == 1:
                found[fold(name)] = (f"{key}/{ids[0]}", re.sub(r"[\[\]\n]", "", name)[:150])
    return found


# ---- reading them ----------------------------------------------------------------------------------------------------


def people_in(text: str | None) -> set[int]:
    return {int(pk) for _name, type_key, pk in TOKEN.findall(text or "") if not type_key}


def linked_in(text: str | None) -> set[tuple[str, int]]:
    """The customers that a text mentions, or what else apps let it."""
    return {(type_key, int(pk)) for _name, type_key, pk in TOKEN.findall(text or "") if type_key in LINKED}


def mentioned(kind: Kind, value: Any) -> set[int]:
    """The people that a value mentions."""
    return people_in(value) if isinstance(kind, Prose) else set()


def label(found: re.Match[str], known: Labels) -> Label:
    return known.get((found[2] or PEOPLE, int(found[3]))) or Label(found[1])


def known_in(texts: Iterable[str], *, actor: Actor) -> Labels:
    """What stands for all who are mentioned in these texts, as far as the actor may see it (a query for each type)."""
    written = [*texts]
    named = {one for text in written for one in linked_in(text)}
    named |= {(PEOPLE, pk) for text in written for pk in people_in(text)}
    return load_labels(Show(actor), named).labels


def marked(text: str, *, actor: Actor, known: Labels | None = None) -> tuple[str, list[Label]]:
    """The text with a number between marks for each mention, and what stands there: the numbers are its places."""
    labels = known_in([text], actor=actor) if known is None else known
    named: list[Label] = []

    def mark(found: re.Match[str]) -> str:
        named.append(label(found, labels))
        return f"{OPEN}{len(named) - 1}{CLOSE}"

    return TOKEN.sub(mark, text.replace(CLOSE, " ")), named
