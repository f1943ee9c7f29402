"""The text that a person types for a question: `stage:open amount>10k owner:me -tag:vip deals(status:won)`.

    question    alternatives joined by `or`, each a row of terms that all have to hold
    term        -term, not term, ( question ), was( question ), changed( field ), words, or one of
                field:value  field=value  field!=value  field>value  >=  <  <=
                deals( question ), no deals( question ), count( deals question )>3
    field       a name or a label; account.sector is a field of what `account` refers to
    value       a word or “words in quotes”; empty; 10k..50k; ann*; several with commas between them; {parameter}

`:` is what fits the field best (contains for text); `=` is exactly, and takes a value in quotes by its letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bodega.kernel.kinds import Choice, Kind, Reference
from bodega.kernel.kinds.base import Json
from bodega.kernel.kinds.texts import storable
from bodega.kernel.query import tree
from bodega.kernel.query.fields import Relation, Source, beyond, named, relations, unknown
from bodega.kernel.query.tree import And, Changed, Is, Node, Not, Or, Question, QuestionError, Related, Was, Words, join
from bodega.kernel.record import RecordType
from bodega.lib.text import closest

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

NAME = re.compile(r"[^\W\d_]\w*(?:[-.]\w+)*")
WITHOUT = re.compile(rf"no\s+({NAME.pattern})", re.IGNORECASE)
OPERATOR = re.compile(r"\s*(>=|<=|!=|>|<|=)\s*|(:)\s*")
WORD = re.compile(r"[^\s\"“„():=<>!]+")
BARE = re.compile(r"[^\s\"“„(),:=<>!][^\s(),]*")
SINGLE = re.compile(r"[^\s\"“„():=<>!][^\s()]*")
PARAMETER = re.compile(r"\{(\w+)\}")
KEYWORD = re.compile(r"(?:or|and|not|no)(?=[\s()\"“„]|$)", re.IGNORECASE)
WHOLE_NUMBER = re.compile(r"\d{1,9}(?![\w.])")
STEP = re.compile(r"[^.]+")
QUOTES = {'"': '"', "“": "”", "„": "“"}
COMPARISONS = {">": "gt", ">=": "ge", "<": "lt", "<=": "le"}


def parse(text: str, type_: RecordType, *, actor: Actor) -> Question:
    """The question in the text. Raises QuestionError with the exact place and, where it can, what was meant."""
    reading = Reading(text, actor=actor)
    if len(text) > tree.LONGEST:
        reading.fail(
            _("The question is longer than %(most)s characters.") % {"most": tree.LONGEST}, tree.LONGEST, len(text)
        )
    found = reading.question(type_.for_(actor), 0)
    if reading.at < len(text):
        reading.fail(_("This “)” closes nothing."), reading.at, reading.at + 1)
    try:
        return Question(found)
    except QuestionError as problem:
        raise QuestionError(problem.message, end=len(text)) from None


@dataclass(frozen=True)
class Typed:
    """A value as typed; `starts` if a star follows it."""

    text: str
    start: int
    end: int
    quoted: bool = False
    starts: bool = False


@dataclass(frozen=True)
class Field:
    """A field as typed, and what it is."""

    path: tuple[str, ...]
    kind: Kind
    start: int
    end: int


class Reading:
    """A text being read from left to right; `at` is how far."""

    def __init__(self, text: str, *, actor: Actor) -> None:
        self.text, self.actor, self.at = text, actor, 0

    def fail(self, message: str | Promise, start: int, end: int) -> NoReturn:
        raise QuestionError(message, start=start, end=end)

    def space(self) -> int:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at

    def sees(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def takes(self, sign: str) -> bool:
        found = self.sees(sign)
        self.at += len(sign) if found else 0
        return found

    def keyword(self) -> str:
        found = KEYWORD.match(self.text, self.at)
        return found[0].lower() if found else ""

    # ---- groups ------------------------------------------------------------------------------------------------

    def question(self, source: Source, depth: int) -> Node:
        """Up to the end of the text or of the parenthesis."""
        found = [self.row(source, depth)]
        while self.keyword() == "or":
            start, self.at = self.at, self.at + 2
            found.append(self.row(source, depth))
            if not all(found):
                self.fail(_("“or” stands between two conditions; one is missing."), start, start + 2)
        return join(Or, tuple(join(And, row) for row in found))

    def row(self, source: Source, depth: int) -> tuple[Node, ...]:
        """The terms up to the next `or`."""
        found: list[Node] = []
        while self.space() < len(self.text) and not self.sees(")"):
            word = self.keyword()
            if word == "or":
                break
            if word == "and":
                self.at += 3
                continue
            found.append(self.term(source, depth))
        return tuple(found)

    def term(self, source: Source, depth: int) -> Node:
        start = self.space()
        if depth > 2 * tree.DEEPEST:
            self.fail(tree.TOO_DEEP, start, start + 1)
        if self.sees("-") or self.keyword() == "not":
            return Not(self.negated(source, depth + 1))
        if self.sees("("):
            return self.group(source, depth)
        if self.keyword() == "no" and (found := self.without(source, depth)):
            return found
        return self.named_term(source, depth) or self.words()

    def negated(self, source: Source, depth: int) -> Node:
        start, dashed = self.at, self.sees("-")
        self.at += 1 if dashed else 3
        end = self.at
        if self.space() == len(self.text) or self.sees(")") or self.keyword() == "or" or (dashed and self.at > end):
            self.fail(_("What is to be left out must follow. To search for a dash, put it in quotes."), start, end)
        return self.term(source, depth)

    def group(self, source: Source, depth: int) -> Node:
        start = self.at
        self.at += 1
        found = self.question(source, depth + 1)
        self.close(start)
        return found

    def close(self, start: int) -> None:
        self.space()
        if not self.takes(")"):
            self.fail(_("This “(” is not closed."), start, start + 1)

    def words(self) -> Node:
        """Words on their own: what the type is searched for."""
        start = self.at
        if self.text[start] in QUOTES:
            return Words(self.sound(self.quoted(), start))
        found = WORD.match(self.text, start)
        if not found:
            self.fail(_("A field is missing before this."), start, start + 1)
        self.at = found.end()
        text = found[0].strip(",;") or found[0]
        if self.at < len(self.text) and self.text[self.at] in ":=<>!(":
            self.fail(unknown_word(text), start, self.at)
        return Words(self.sound(text, start))

    def sound(self, text: str, start: int) -> str:
        try:
            return storable(text) or self.fail(_("There is nothing between the quotes."), start, self.at)
        except ValidationError as problem:
            self.fail(problem.messages[0], start, self.at)

    def quoted(self) -> str:
        start, closing = self.at, QUOTES[self.text[self.at]]
        found: list[str] = []
        at = start + 1
        while at < len(self.text) and self.text[at] != closing:
            at += 1 if self.text[at] == "\\" and self.text[at + 1 : at + 2] in (closing, "\\") else 0
            found.append(self.text[at])
            at += 1
        if at >= len(self.text):
            self.fail(_("The quotes are not closed."), start, start + 1)
        self.at = at + 1
        return "".join(found)

    # ---- what begins with a name -------------------------------------------------------------------------------

    def named_term(self, source: Source, depth: int) -> Node | None:
        """A condition on a field or on related records; None where the name is only a word."""
        found = NAME.match(self.text, self.at)
        if not found:
            return None
        start, end = found.span()
        if self.text[end : end + 1] == "(":
            return self.call(source, found[0], depth)
        operator = OPERATOR.match(self.text, end)
        if not operator:
            return None
        asked = self.field(source, start, end)
        self.at = operator.end()
        return self.condition(asked, operator[1] or operator[2])

    def call(self, source: Source, name: str, depth: int) -> Node:
        start, word = self.at, name.lower()
        special = {"was": self.was, "changed": self.changed, "count": self.count}.get(word)
        if special:
            self.at += len(word)
            return special(source, depth)
        way = self.relation(source, start, start + len(name))
        self.at += len(name)
        return Related(way.type.key, way.through.key, "any", self.group(way.of, depth))

    def was(self, source: Source, depth: int) -> Node:
        return Was(self.group(source, depth))

    def changed(self, source: Source, depth: int) -> Node:
        opening = self.at
        asked = self.field(source, *self.name(_("Expected the name of a field.")))
        if len(asked.path) > 1:
            self.fail(_("Only a field of the record itself can be asked for a change."), asked.start, asked.end)
        self.close(opening)
        return Changed(asked.path[0])

    def name(self, missing: str) -> tuple[int, int]:
        """The place of the name behind an opening parenthesis."""
        self.at += 1
        found = NAME.match(self.text, self.space()) or self.fail(missing, self.at, self.at + 1)
        self.at = found.end()
        return found.span()

    def without(self, source: Source, depth: int) -> Node | None:
        """`no deals(…)` or `no deals`; None where `no` is only a word."""
        found = WITHOUT.match(self.text, self.at)
        if not found or (
            self.text[found.end() : found.end() + 1] != "("
            and found[1].lower() not in relations(source, actor=self.actor)
        ):
            return None
        way = self.relation(source, *found.span(1))
        self.at = found.end()
        return Related(way.type.key, way.through.key, "none", self.group(way.of, depth) if self.sees("(") else And())

    def count(self, source: Source, depth: int) -> Node:
        opening = self.at
        way = self.relation(source, *self.name(_("Expected what to count, as in count(deals)>3.")))
        self.takes(",")
        item = self.question(way.of, depth + 1)
        self.close(opening)
        operator = OPERATOR.match(self.text, self.at)
        number = WHOLE_NUMBER.match(self.text, operator.end()) if operator else None
        if not operator or not number:
            self.fail(_("Expected a comparison with a whole number, as in >3."), self.at, self.at + 1)
        self.at = number.end()
        sign = operator[1] or "="
        made = Related(way.type.key, way.through.key, "count", item, COMPARISONS.get(sign, "is"), int(number[0]))
        return Not(made) if sign == "!=" else made

    def relation(self, source: Source, start: int, end: int) -> Relation:
        known, word = relations(source, actor=self.actor), self.text[start:end]
        return known.get(word.lower()) or self.fail(self.no_relation(word, known), start, end)

    def no_relation(self, word: str, known: Iterable[str]) -> str:
        several = [name for name in known if name.startswith(f"{word.lower()}.")]
        if several:
            return _("“%(word)s” refers here in several ways: %(names)s.") % {"word": word, "names": ", ".join(several)}
        if near := closest(word, known):
            return _("Nothing called “%(word)s” refers here. Did you mean “%(near)s”?") % {"word": word, "near": near}
        return unknown_word(word)

    def field(self, source: Source, start: int, end: int) -> Field:
        """The field named from `start` to `end`, of what is referred to after each dot."""
        path: list[tuple[str, Kind]] = []
        at: Source | None = source
        for found in STEP.finditer(self.text, start, end):
            if at is None:
                self.fail(_("“%(name)s” has no fields of its own.") % {"name": path[-1][1].name}, *found.span())
            path.append(named(at, found[0]) or self.fail(unknown(at, found[0]), *found.span()))
            at = beyond(path[-1][1], actor=self.actor)
        return Field(tuple(key for key, _kind in path), path[-1][1], start, end)

    # ---- values --------------------------------------------------------------------------------------------------

    def condition(self, asked: Field, sign: str) -> Node:
        if sign in COMPARISONS:
            operator = self.allowed(asked, COMPARISONS[sign])
            typed = self.value(SINGLE)
            return Is(asked.path, operator, self.literal(asked.kind, typed))
        found = alike([self.one(asked, typed, sign) for typed in self.values()])
        return Not(found) if sign == "!=" else found

    def allowed(self, asked: Field, operator: str) -> str:
        if operator not in asked.kind.operators:
            self.fail(cannot(asked.kind), asked.start, self.at)
        return operator

    def values(self) -> list[Typed]:
        """One value, or several with commas between them, in parentheses or not."""
        start, enclosed = self.at, self.takes("(")
        found = [self.value(BARE)]
        while self.takes(",") or (enclosed and self.space() < len(self.text) and not self.sees(")")):
            found.append(self.value(BARE))
        if enclosed:
            self.close(start)
        elif self.sees("("):
            self.fail(_("Put a value with parentheses in quotes."), found[-1].start, self.at + 1)
        return found

    def value(self, pattern: re.Pattern[str]) -> Typed:
        start = self.space()
        if start < len(self.text) and self.text[start] in QUOTES:
            text = self.sound(self.quoted(), start)
            return Typed(text, start, self.at, quoted=True, starts=self.takes("*"))
        found = pattern.match(self.text, start)
        if not found:
            self.fail(_("Expected a value here."), start, start + 1)
        self.at = found.end()
        starts = found[0].endswith("*") and len(found[0]) > 1
        return Typed(found[0].removesuffix("*") if starts else found[0], start, self.at, starts=starts)

    def one(self, asked: Field, typed: Typed, sign: str) -> Node:
        """The condition on one value after `:`, `=` or `!=`."""
        kind = asked.kind
        if not typed.quoted and typed.text.lower() == "empty" and "empty" in kind.operators:
            return Is(asked.path, "empty")
        if kind.default_operator not in {*kind.operators} - {"empty"}:
            self.fail(cannot(kind), asked.start, typed.end)
        ranges = kind.default_operator == "is" and {"ge", "le"} <= {*kind.operators}
        if ranges and ".." in typed.text and not typed.quoted:
            return self.range(asked, typed)
        if typed.starts:
            return Is(asked.path, self.allowed(asked, "starts"), self.literal(kind, typed))
        exact = sign != ":" and "is" in kind.operators
        if sign != ":" and typed.quoted and isinstance(kind, Reference):
            return Is(asked.path, kind.default_operator, {"name": typed.text})
        return self.short_cut(asked, typed) or Is(
            asked.path, "is" if exact else kind.default_operator, self.literal(kind, typed)
        )

    def range(self, asked: Field, typed: Typed) -> Node:
        first, _dots, last = typed.text.partition("..")
        ends = [("ge", first, typed.start), ("le", last, typed.end - len(last))]
        return join(And, tuple(
            Is(asked.path, operator, self.literal(asked.kind, Typed(text, start, start + len(text))))
            for operator, text, start in ends if text
        ) or self.fail(_("Expected a value before or after “..”."), typed.start, typed.end))  # fmt: skip

    def short_cut(self, asked: Field, typed: Typed) -> Node | None:
        """`stage:open` where no stage is called so, but stages have a status: those that count as open."""
        kind, word = asked.kind, typed.text.lower()
        if typed.quoted:
            return None
        if isinstance(kind, Choice):
            known = kind.key_of(typed.text) or word not in {option.status for option in kind.choices().values()}
            return None if known else Is(asked.path, "is", {"status": word})
        target = beyond(kind, actor=self.actor)
        status = target.field("status") if isinstance(target, RecordType) else None
        if not (isinstance(target, RecordType) and isinstance(status, Choice) and word in status.choices()):
            return None
        return None if target.named(word, actor=self.actor).exists() else Is((*asked.path, "status"), "is", word)

    def literal(self, kind: Kind, typed: Typed) -> Json:
        if not typed.quoted and (found := PARAMETER.fullmatch(typed.text)):
            return {"param": found[1]}
        try:
            return kind.operand(self.sound(typed.text, typed.start), actor=self.actor)
        except ValidationError as problem:
            self.fail(" ".join(problem.messages), typed.start, typed.end)


def alike(found: list[Node]) -> Node:
    """Conditions that differ only in their values as one condition with a list."""
    first = found[0]
    if len(found) > 1 and isinstance(first, Is) and first.operator != "empty":
        values = [node.literal for node in found if node == replace(first, literal=getattr(node, "literal", None))]
        if len(values) == len(found):
            return replace(first, literal=values)
    return join(Or, tuple(found))


def cannot(kind: Kind) -> str:
    """What to say to somebody who asks a field for what it cannot answer."""
    ways = {"lt": "<…", "gt": ">…", "empty": ":empty", kind.default_operator: ":…"}
    able = [kind.name + ways[operator] for operator in dict.fromkeys(kind.operators) if operator in ways]
    if not able:
        return _("“%(name)s” cannot be asked for.") % {"name": kind.name}
    return _("“%(name)s” cannot be asked that way. Try %(ways)s.") % {"name": kind.name, "ways": ", ".join(able)}


def unknown_word(word: str) -> str:
    return _("“%(word)s” is not a field. To search for the words, put them in quotes.") % {"word": word}
