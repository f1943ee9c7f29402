"""Asking a language model what an interaction tells, where an administrator has switched one on. Off, nothing leaves.

What leaves is the text of interactions that are not private, without the sentences that touch a sensitive topic, and
the names of the other topics. What comes back is a claim: it becomes a suggestion where it fits the catalogue, and a
person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bodega.apps.memory import queries, suggesting
from bodega.apps.memory.models import CHOICE, Topic
from bodega.apps.memory.suggesting import Told, Touch
from bodega.apps.memory.understanding import LONGEST, mentions, phrases, plain_words, sentences
from bodega.apps.memory.values import choices_of
from bodega.lib.text import fold

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

STEM = 6
"""Letters by which longer words of a sensitive topic are known in others: allergic in “Nussallergie”."""


class NoReply(Exception):
    """Nothing came back that can be read; says why."""


class Asked(NamedTuple):
    """A topic as a model is told of it."""

    word: str
    name: str
    kind: str


class Claim(NamedTuple):
    """What a model says a text tells: of which topic, which value, by which words of the text."""

    topic: str
    value: str
    words: str


class LanguageModel(Protocol):
    """Who may be asked. `ask` raises NoReply."""

    @property
    def name(self) -> str: ...
    @property
    def server(self) -> str: ...
    def ask(self, text: str, topics: Sequence[Asked]) -> Sequence[Claim]: ...


OFFERED: list[Callable[[], LanguageModel | None]] = []


def offer(make: Callable[[], LanguageModel | None]) -> None:
    """An adapter has a model, where its settings name one."""
    OFFERED.append(make)


def chosen() -> LanguageModel | None:
    """The one that is switched on, if any."""
    return next((model for make in OFFERED if (model := make()) is not None), None)


def ask(note: int, *, actor: Actor) -> None:
    """Ask about one interaction; that it was sent is written down first, then what came of it."""
    model, found = chosen(), suggesting.touches([note])
    text = "\n".join(sendable(found[0])) if found and may_leave(found[0]) else ""
    if model is None or not text:
        suggesting.forget_claims(note)
        return
    known = suggesting.ordinary()
    sending = suggesting.begin_sending(note, model=model.name, letters=len(text))
    try:
        claimed = model.ask(text, [described(one) for one in known])
    except NoReply as problem:
        suggesting.end_sending(sending, problem=str(problem))
        return
    told = [*fitting(claimed, text, known, actor=actor)]
    suggesting.keep([note], found, {note: told}, by=model.name)
    suggesting.end_sending(sending, found=len(told), dropped=len(claimed) - len(told))


def may_leave(touch: Touch) -> bool:
    return not touch.is_private and not any(party.is_private for party in touch.parties)


def sendable(touch: Touch) -> Iterator[str]:
    """The sentences that touch nothing sensitive: neither a word of such a topic, nor what is known on one."""
    sensitive = [one for one in queries.topics().values() if one.sensitive]
    values = [fold(text) for text in suggesting.sensitive_values(party.id for party in touch.parties)]
    stems = [*stems_of(sensitive)]
    for sentence in sentences(touch.text):
        plain = fold(sentence)
        if any(part in plain for part in (*stems, *values)):
            continue
        if next(mentions(plain_words(sentence.split()), sensitive), None) is None:
            yield sentence


def stems_of(sensitive: Iterable[Topic]) -> Iterator[str]:
    for topic in sensitive:
        for phrase in phrases(topic):
            yield from (word[:STEM] for word in phrase.words if len(phrase.words) == 1 and len(word) >= STEM)


def described(topic: Topic) -> Asked:
    kinds = {key: str(label) for key, label in Topic.KINDS}
    choices = ", ".join(one.key for one in choices_of(topic.options)) if topic.kind == CHOICE else ""
    return Asked(topic.key, topic.name, f"{kinds[topic.kind]}: {choices}" if choices else kinds[topic.kind])


def fitting(claimed: Iterable[Claim], text: str, known: Iterable[Topic], *, actor: Actor) -> Iterator[Told]:
    """Those on a topic of the catalogue, with a value of its kind, in words that were sent."""
    by_word = {one.key: one for one in known}
    for one in claimed:
        topic, words = by_word.get(one.topic.strip()), " ".join(one.words.split())
        if topic is None or not words or words not in " ".join(text.split()) or len(one.value) > LONGEST:
            continue
        if value := suggesting.value_of(topic, one.value, actor=actor):
            yield Told(topic, value, words[:LONGEST])
