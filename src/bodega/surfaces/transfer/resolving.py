"""What the words in a file name: records the actor may see, options; made on the way where the mapping says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from bodega.kernel import change
from bodega.kernel.change import Draft
from bodega.kernel.kinds import AnyReference, Choice, Reference, References
from bodega.kernel.record import RecordType
from bodega.kernel.registry import type_of
from bodega.lib.text import amid, closest, fold, slug
from bodega.surfaces.transfer.plan import REMEMBERED, Bound

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

Answers = dict[str, Any]
OFFERED = 1_000
SUGGESTIONS = 200
"""How many wrong words of a column get a suggestion; a column that is wrong altogether shall not cost hours."""


class Resolver:
    """The words of one column. What has been found is remembered; what was not may be there in the next chunk."""

    def __init__(self, bound: Bound, *, actor: Actor) -> None:
        self.bound, self.actor = bound, actor
        self.found: dict[str, int] = {}
        self.suggested: dict[str, str] = {}

    def answers(self, texts: Collection[str]) -> Answers:
        """For each text a value of the field, or a ValidationError."""
        kind = self.bound.kind
        if isinstance(kind, Choice):
            return self.options(kind, texts)
        if isinstance(kind, AnyReference):
            return kind.resolve(texts, actor=self.actor, by=self.bound.feed.by)
        if isinstance(kind, References):
            words = {text: split(text) for text in texts}
            known = self.records(kind, [*dict.fromkeys(word for listed in words.values() for word in listed)])
            return {text: together(known, listed) for text, listed in words.items()}
        assert isinstance(kind, Reference)  # noqa: S101  (what Bound.is_resolved says)
        return self.records(kind, texts)

    def records(self, kind: Reference, words: Collection[str]) -> Answers:
        """The ids of the records that the words name (one query for those not met before)."""
        if len(self.found) > REMEMBERED:
            self.found.clear()
        answers: Answers = {word: self.found[word] for word in words if word in self.found}
        new = kind.resolve([word for word in words if word not in answers], actor=self.actor, by=self.bound.feed.by)
        if self.bound.feed.create:
            new |= self.made(kind, [word for word, answer in new.items() if is_missing(answer)])
        self.found |= {word: answer for word, answer in new.items() if isinstance(answer, int)}
        return answers | {
            word: self.explained(kind, word) if is_missing(answer) else answer for word, answer in new.items()
        }

    def made(self, kind: Reference, words: Collection[str]) -> Answers:
        """Records made of their names alone."""
        name = self.bound.feed.by or kind.target.title
        drafts: dict[str, Draft] = {}
        for word in words:
            drafts.setdefault(fold(word.strip()), Draft(None, {name: word.strip()}))
        problem = self.write(kind.target, [*drafts.values()]) if drafts else None
        answers = {key: problem or draft.problem or draft.id for key, draft in drafts.items()}
        return {word: answers[fold(word.strip())] for word in words}

    def options(self, kind: Choice, texts: Collection[str]) -> Answers:
        """Keys of options; those that are missing are made at the end of their set."""
        answers: Answers = {text: self.option(kind, text) for text in texts}
        missing: dict[str, str] = {}
        for text, answer in answers.items():
            if isinstance(answer, ValidationError):
                missing.setdefault(fold(text.strip()), text.strip())
        if not missing:
            return answers
        keys = {*kind.choices()}
        drafts = []
        for name in missing.values():
            key = free_key(name, keys)
            drafts.append(Draft(None, {"set": kind.set, "key": key, "name": name, "order": len(keys)}))
            keys.add(key)
        problem = self.write(type_of("kernel.option"), drafts)
        return {text: problem or self.option(kind, text) for text in texts}

    def option(self, kind: Choice, text: str) -> Any:
        try:
            return kind.find(text.strip())
        except ValidationError as problem:
            return problem

    def write(self, type_: RecordType, drafts: list[Draft]) -> ValidationError | None:
        """What keeps all of them from being written, if anything does."""
        try:
            with transaction.atomic():
                change.save_many(type_, drafts, actor=self.actor)
        except (PermissionDenied, DataError, IntegrityError) as problem:
            return ValidationError(str(problem), code="denied")
        return None

    def explained(self, kind: Reference, word: str) -> ValidationError:
        """That there is no such record, with the one that was probably meant."""
        if word not in self.suggested and len(self.suggested) < SUGGESTIONS:
            self.suggested[word] = nearest(kind.target, word, by=self.bound.feed.by, actor=self.actor)
        near = self.suggested.get(word)
        if not near:
            return kind.missing(word)
        names = {"type": amid(kind.target.label), "text": word.strip(), "near": near}
        return ValidationError(_("There is no %(type)s “%(text)s”; did you mean “%(near)s”?") % names, code="missing")


def split(text: str) -> list[str]:
    return [word.strip() for word in text.replace("\n", ",").replace(";", ",").split(",") if word.strip()]


def together(known: Mapping[str, Any], words: Iterable[str]) -> Any:
    """Several answers as one: the ids, or the first thing that is wrong."""
    answers = [known[word] for word in words]
    return next((one for one in answers if isinstance(one, ValidationError)), [*dict.fromkeys(answers)])


def is_missing(answer: Any) -> bool:
    return isinstance(answer, ValidationError) and answer.code == "missing"


def free_key(name: str, taken: set[str]) -> str:
    """A key for an option, which no other option of the set has."""
    plain = slug(name).replace("-", "_") or "option"
    return next(key for number in count() if (key := f"{plain}_{number}" if number else plain) not in taken)


def nearest(type_: RecordType, word: str, *, by: str, actor: Actor) -> str:
    """The name that was probably meant, among those that begin alike, or among all where there are few."""
    column = by if by in {kind.column for kind in type_.declared.values()} else type_.title
    start = {f"{type_.title_key}__startswith": fold(word.strip())[:3]} if column == type_.title else {}
    names = [*type_.rows(actor).filter(**start).values_list(column, flat=True)[:OFFERED]]
    names = names or [*type_.rows(actor).values_list(column, flat=True)[:OFFERED]]
    return closest(word, [name for name in names if isinstance(name, str)], alike=0.8) or ""  # many names end alike
