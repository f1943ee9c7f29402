"""One line, typed during a conversation, as a proposal: the topic its words name, and the value of the topic's kind.

Nothing is kept of it before a person has said yes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ValidationError

from bodega.apps.memory import values
from bodega.apps.memory.models import CHOICE, DATE, MONEY, NUMBER, YES_NO, Topic
from bodega.kernel.kinds.choices import NO
from bodega.lib.text import fold

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

LONGEST, MOST_WORDS, LONGEST_NOTE = 500, 80, 5_000
MARKS = ".,;:!?()=“”„\"'"
FILLERS = frozenset("is are a an the to on at of by in ist sind am bis zum".split())
"""Words between a topic and its value that say nothing."""
REFUSING = NO | {"not", "never", "nicht", "nie", "kein", "keine"}
ANY, MOST_BETWEEN = "*", 6
SPANS = range(3, 0, -1)
"""Of how many words a date or an amount is made; more go first."""
OF_A_KIND = {DATE, NUMBER, MONEY, CHOICE}


class Proposal(NamedTuple):
    """What a line says; `topic` is None, and `text` the whole line, where no topic was found in it."""

    topic: Topic | None
    text: str


class Named(NamedTuple):
    """A topic, and where its words stand in a line."""

    topic: Topic
    first: int
    after: int
    weight: int

    @property
    def rank(self) -> tuple[int, int]:
        """The most words win, then what stands first."""
        return self.weight, -self.first


def understand(line: str, topics: Iterable[Topic], *, actor: Actor) -> Proposal:
    words = line[:LONGEST].split()[:MOST_WORDS]
    plain = [fold(word).strip(MARKS) for word in words]
    found = sorted(mentions(plain, topics), key=lambda one: one.rank, reverse=True)
    if not found or (len(found) > 1 and found[0].rank == found[1].rank):
        return Proposal(None, " ".join(words))
    best = found[0]
    return Proposal(best.topic, value_in(words, plain, best, actor=actor))


def mentions(plain: Sequence[str], topics: Iterable[Topic]) -> Iterator[Named]:
    """Every topic whose name, or what else it is called, stands in these words."""
    for topic in topics:
        best = max((one for phrase in phrases(topic) for one in places(plain, phrase, topic)), key=rank, default=None)
        if best is not None:
            yield best


def rank(named: Named) -> tuple[int, int]:
    return named.rank


def phrases(topic: Topic) -> Iterator[list[str]]:
    """What the topic is called. `*` stands for a few words, and `{date}` or the like for the value, which is looked for
    behind the phrase anyway."""
    for text in (topic.name, topic.key.replace("_", " "), *re.split(r"[,\n]", topic.words)):
        words = [word if word == ANY else fold(word).strip(MARKS) for word in text.split() if not word.startswith("{")]
        if phrase := [word for word in words if word]:
            yield phrase


def places(plain: Sequence[str], phrase: Sequence[str], topic: Topic) -> Iterator[Named]:
    weight = sum(word != ANY for word in phrase)
    for at in range(len(plain)) if weight else ():
        if (after := end_of(plain, at, phrase)) is not None:
            yield Named(topic, at, after, weight)


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
    rest = [*after, *range(named.first)]
    if named.topic.kind == YES_NO:
        return "no" if REFUSING & {*plain} else "yes"
    if named.topic.kind in OF_A_KIND:
        return of_kind(words, rest, named.topic, actor=actor)
    kept = [*after] or [*range(named.first)]
    while len(kept) > 1 and plain[kept[0]] in {*FILLERS, ""}:
        kept.pop(0)
    return " ".join(words[at] for at in kept).strip(f"{MARKS} ")


def of_kind(words: Sequence[str], rest: Sequence[int], topic: Topic, *, actor: Actor) -> str:
    """The first words of the rest that are a date, a number, one of the choices."""
    for many in SPANS:
        for at in range(len(rest) - many + 1):
            text = " ".join(words[one] for one in rest[at : at + many]).strip(MARKS)
            try:
                if text and values.read(text, topic, actor=actor).text:
                    return text
            except ValidationError:
                continue
    return ""


def sentences(text: str) -> Iterator[str]:
    """Those of a note that may each tell something."""
    for found in re.split(r"(?<=[.!?;])\s+|\n", text[:LONGEST_NOTE]):
        if found.strip():
            yield found.strip()
