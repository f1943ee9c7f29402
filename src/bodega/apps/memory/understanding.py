"""One line, typed during a conversation, as a proposal: the topic its words name, and the value of the topic's kind.

Nothing is kept of it before a person has said yes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ValidationError

from bodega.apps.memory import clues, values
from bodega.apps.memory.clues import MARKS
from bodega.apps.memory.models import CHOICE, DATE, MONEY, NUMBER, TEXT, YES_NO, Topic
from bodega.kernel.kinds.choices import NO
from bodega.lib.text import fold

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

LONGEST, MOST_WORDS, LONGEST_NOTE = 500, 80, 5_000
FILLERS = frozenset("is are a an the to on at of by in ist sind am bis zum".split())
"""Words between a topic and its value that say nothing; before an amount these as well:"""
ABOUT = FILLERS | frozenset(
    "about around roughly approx up max of now for us was von ca circa etwa rund ungefähr maximal für liegt bei".split()
)
NEAR = 8
"""How many words from its topic a number or an amount stands at most."""
REFUSING = NO | {"not", "never", "nicht", "nie", "kein", "keine"}
ANY, MOST_BETWEEN = "*", 6
A_NAME = "{name}"
SPANS = range(3, 0, -1)
"""Of how many words a date or an amount is made; more go first."""
OF_A_KIND = {DATE, NUMBER, MONEY, CHOICE}


class Proposal(NamedTuple):
    """What a line says; `topic` is None, and `text` the whole line, where no topic was found in it."""

    topic: Topic | None
    text: str
    is_before: bool = False
    """Whether the text is what stands before the topic, for want of anything behind it."""


class Named(NamedTuple):
    """A topic, and where its words stand in a line."""

    topic: Topic
    first: int
    after: int
    weight: int
    by_name: bool = False
    """Whether only a name counts behind it."""

    @property
    def rank(self) -> tuple[int, int]:
        """The most words win, then what stands first."""
        return self.weight, -self.first


def understand(line: str, topics: Iterable[Topic], *, actor: Actor) -> Proposal:
    words = line[:LONGEST].split()[:MOST_WORDS]
    plain = plain_words(words)
    found = sorted(mentions(plain, topics), key=lambda one: one.rank, reverse=True)
    if not found or (len(found) > 1 and found[0].rank == found[1].rank):
        return Proposal(None, " ".join(words))
    best = found[0]
    is_before = best.topic.kind == TEXT and best.after == len(words) and plain[best.after - 1] not in clues.ROLES
    return Proposal(best.topic, value_in(words, plain, best, actor=actor), is_before)


def plain_words(words: Iterable[str]) -> list[str]:
    return [fold(word).strip(MARKS) for word in words]


def mentions(plain: Sequence[str], topics: Iterable[Topic]) -> Iterator[Named]:
    """Every topic whose name, or what else it is called, stands in these words."""
    there = {*plain}
    for topic in topics:
        likely = (phrase for phrase in phrases(topic) if phrase.needed <= there)
        every = (one for phrase in likely for one in places(plain, phrase, topic))
        best = max(every, key=rank, default=None)
        if best is not None:
            yield best


def rank(named: Named) -> tuple[int, int]:
    return named.rank


class Phrase(NamedTuple):
    """What a topic is called, word by word."""

    words: Sequence[str]
    by_name: bool
    """Whether a name has to follow."""
    needed: frozenset[str]
    """The words that a line has to have."""


def phrases(topic: Topic) -> Sequence[Phrase]:
    return phrases_of(topic.name, topic.key, topic.words)


@lru_cache(maxsize=1_000)
def phrases_of(name: str, key: str, others: str) -> Sequence[Phrase]:
    """`*` stands for a few words, `{name}` for a name that has to follow, and `{date}` or the like for the value, which
    is looked for behind the phrase anyway."""
    found = []
    for text in (name, key.replace("_", " "), *re.split(r"[,\n]", others)):
        words = [word if word == ANY else fold(word).strip(MARKS) for word in text.split() if not word.startswith("{")]
        phrase = tuple(word for word in words if word)
        if needed := frozenset(phrase) - {ANY}:
            found.append(Phrase(phrase, A_NAME in text, needed))
    return found


def places(plain: Sequence[str], phrase: Phrase, topic: Topic) -> Iterator[Named]:
    weight = sum(word != ANY for word in phrase.words)
    for at in range(len(plain)):
        after = end_of(plain, at, phrase.words)
        if after is not None and clues.is_meant(plain, at, after):
            yield Named(topic, at, after, weight, phrase.by_name)


def end_of(plain: Sequence[str], at: int, phrase: Sequence[str]) -> int | None:
    """Where the phrase ends that begins here, or None. It never goes back: no pattern takes long."""
    gap = 0
    for word in phrase:
        if word == ANY:
            gap = MOST_BETWEEN
            continue
        found = next((place for place in range(at, min(at + gap + 1, len(plain))) if plain[place] == word), None)
        if found is None:
            return None
        at, gap = found + 1, 0
    return at


def value_in(words: Sequence[str], plain: Sequence[str], named: Named, *, actor: Actor) -> str:
    """The text of the value, which the topic's kind reads; empty where the line has none."""
    after = range(named.after, len(words))
    if named.topic.kind == YES_NO:
        return "no" if REFUSING & {*plain} else "yes"
    if named.topic.kind == MONEY:
        return amount_near(words, named, actor=actor)
    if named.topic.kind in OF_A_KIND:
        near = slice(None, NEAR if named.topic.kind == NUMBER else None)
        return of_kind(words, [*after[near], *range(named.first)], named.topic, actor=actor)
    if named.by_name:
        return clues.name_at(words, named.after)
    if plain[named.after - 1] in clues.ROLES:
        return with_role(words, named)
    kept = [*after] or [*range(named.first)]
    while len(kept) > 1 and plain[kept[0]] in {*FILLERS, ""}:
        kept.pop(0)
    return " ".join(words[at] for at in kept).strip(f"{MARKS} ")


def with_role(words: Sequence[str], named: Named) -> str:
    """“wife Anna”, of “my wife Anna loves tea”; without a name all that is said of the wife."""
    role, name = words[named.first : named.after], clues.name_at(words, named.after)
    rest = [name] if name else words[named.after :]
    return " ".join([*role, *rest] if rest else words[: named.after]).strip(f"{MARKS} ")


def amount_near(words: Sequence[str], named: Named, *, actor: Actor) -> str:
    """The first amount behind the topic, or else the last one before it."""
    behind = clues.plain_amounts(" ".join(words[named.after : named.after + NEAR])).split()
    before = clues.plain_amounts(" ".join(words[max(named.first - NEAR, 0) : named.first])).split()
    while behind and behind[0].strip(MARKS).lower() in {*ABOUT, ""}:
        behind.pop(0)
    found = [*amounts(behind, lambda at, _many: at == 0, named.topic, actor=actor)]
    earlier = [*amounts(before, lambda at, many: at + many == len(before), named.topic, actor=actor)]
    return next(iter([*found, *earlier[::-1]]), "")


def amounts(words: Sequence[str], beside: Callable[[int, int], bool], topic: Topic, *, actor: Actor) -> Iterator[str]:
    """In their order, none within another one; `beside` tells of a place and a number of words whether the topic stands
    next to them."""
    at = 0
    while at < len(words):
        spans = [(many, " ".join(words[at : at + many]).strip(MARKS)) for many in SPANS if at + many <= len(words)]
        fit = ((many, text) for many, text in spans if clues.is_amount(text, beside=beside(at, many)))
        many, text = next(((many, text) for many, text in fit if reads(text, topic, actor=actor)), (1, ""))
        if text:
            yield text
        at += many


def reads(text: str, topic: Topic, *, actor: Actor) -> bool:
    """Whether this is a value of the topic."""
    try:
        return bool(text and values.read(text, topic, actor=actor).text)
    except ValidationError:
        return False


def of_kind(words: Sequence[str], rest: Sequence[int], topic: Topic, *, actor: Actor) -> str:
    """The first words of the rest that are a date, a number, one of the choices."""
    for many in SPANS:
        for at in range(len(rest) - many + 1):
            text = " ".join(words[one] for one in rest[at : at + many]).strip(MARKS)
            if reads(text, topic, actor=actor):
                return text
    return ""


def sentences(text: str) -> Iterator[str]:
    """Those of a note that may each tell something."""
    for found in re.split(r"(?<=[.!?;])\s+|\n", text[:LONGEST_NOTE]):
        if found.strip():
            yield found.strip()
