"""Questions back into words: the text that reads as the same question, a sentence, and the chips of a list's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel.kinds import Kind, Reference, Show
from bodega.kernel.kinds.base import Json
from bodega.kernel.query import tree
from bodega.kernel.query.ask import guarded
from bodega.kernel.query.fields import Source, along, relation
from bodega.kernel.query.text import BARE, COMPARISONS, KEYWORD, PARAMETER, WORD
from bodega.kernel.query.tree import And, Changed, Is, Node, Not, Or, Question, Related, Was, Words
from bodega.kernel.record import RecordType, load_labels
from bodega.lib.text import amid, has_capital_nouns

SIGNS = {operator: sign for sign, operator in COMPARISONS.items()}


@dataclass(frozen=True)
class Chip:
    """One condition of a question: `text` is the question without it."""

    field: str
    word: str
    value: str
    text: str


def write(question: Question, type_: RecordType, *, show: Show) -> str:
    """The text that `parse` turns into this question again. Raises QuestionError where it names what is gone."""
    return Writing(type_, show).text(tree.normal(question.where))


def sentence(question: Question, type_: RecordType, *, show: Show) -> str:
    """What the question means, for people: “stage is open, amount over 10,000 € and owner is me”."""
    where = tree.normal(question.where)
    return Writing(type_, show).sentence(where)


def chips(question: Question, type_: RecordType, *, show: Show) -> list[Chip]:
    """The conditions of a question, each of which may be left out."""
    where = tree.normal(question.where)
    items = where.items if isinstance(where, And) else (where,)
    writing = Writing(type_, show)
    others = [tree.join(And, items[:at] + items[at + 1 :]) for at in range(len(items))]
    return [Chip(*writing.parts(item), writing.text(rest)) for item, rest in zip(items, others, strict=True)]


# ---- text ----------------------------------------------------------------------------------------------------------


class Writing:
    """Writes conditions on records of one type."""

    def __init__(self, type_: Source, show: Show) -> None:
        self.type, self.show = type_.for_(show.actor) if isinstance(type_, RecordType) else type_, show

    def along(self, path: Sequence[str]) -> list[tuple[str, Kind]]:
        return along(self.type, path, actor=self.show.actor)

    def named(self, path: Sequence[str]) -> str:
        return ".".join(name for name, _kind in self.along(path))

    def labels(self, path: Sequence[str]) -> str:
        first, *rest = (str(kind.label or name) for name, kind in self.along(path))
        return " ".join([first, *map(uncapped, rest)])

    def text(self, node: Node) -> str:
        match node:
            case And(items):
                return " ".join(f"({self.text(item)})" if isinstance(item, Or) else self.text(item) for item in items)
            case Or(items):
                return " or ".join(self.text(item) or "()" for item in items)
            case Not(item):
                simple = isinstance(item, Is | Words | Was | Changed) or (
                    isinstance(item, Related) and item.quantifier == "any"
                )
                return f"-{self.text(item)}" if simple else f"-({self.text(item)})"
            case Was(item):
                return f"was({self.text(item)})"
            case Changed(key):
                return f"changed({self.named((key,))})"
            case Words(text):
                return (
                    text
                    if WORD.fullmatch(text) and not KEYWORD.fullmatch(text) and text.strip(",;-") == text
                    else quote(text)
                )
            case Is():
                return self.field_text(node)
            case Related():
                return self.related_text(node)

    def field_text(self, node: Is) -> str:
        name, kind = self.named(node.path), self.along(node.path)[-1][1]
        values = node.literals
        if not values:
            return f"{name}:empty"
        if node.operator in SIGNS:
            return f"{name}{SIGNS[node.operator]}{self.value(kind, node.literal)}"
        by_letter = any(self.is_by_letter(kind, value) for value in values)
        sign = "=" if by_letter or (node.operator == "is" and kind.default_operator != "is") else ":"
        star = "*" if node.operator == "starts" else ""
        texts = [self.value(kind, value, quoted=by_letter) + star for value in values]
        return f"{name}{sign}{texts[0] if len(texts) == 1 else '(' + ', '.join(texts) + ')'}"

    def is_by_letter(self, kind: Kind, literal: Json) -> bool:
        """Whether a record's name reads as something else: a number, `me`."""
        if not (isinstance(kind, Reference) and isinstance(literal, dict) and "name" in literal):
            return False
        return bool(guarded(kind.operand, literal["name"], actor=self.show.actor) != literal)

    def value(self, kind: Kind, literal: Json, *, quoted: bool = False) -> str:
        if name := tree.parameter(literal):
            return f"{{{name}}}"
        text = guarded(kind.operand_text, literal, show=self.show)
        quoted = quoted or (isinstance(literal, dict) and "name" in literal) or not BARE.fullmatch(text)
        reads_otherwise = text.lower() == "empty" or text.endswith("*") or ".." in text or PARAMETER.fullmatch(text)
        return quote(text) if quoted or reads_otherwise or any(sign in text for sign in '"“„') else text

    def related_text(self, node: Related) -> str:
        name, way = relation(node, self.type, actor=self.show.actor)
        inner = Writing(way.of, self.show).text(node.item)
        if node.quantifier == "count":
            return f"count({name}{' ' if inner else ''}{inner}){SIGNS.get(node.operator, '=')}{node.number}"
        return f"{'no ' if node.quantifier == 'none' else ''}{name}({inner})"

    # ---- sentences ---------------------------------------------------------------------------------------------

    def sentence(self, node: Node) -> str:
        match node:
            case And(items):
                return listed([self.within(item) for item in items], _("%(most)s and %(last)s"))
            case Or(items):
                return listed([self.within(item) for item in items], _("%(most)s or %(last)s"))
            case Not(item) if not isinstance(item, Is | Words | Changed):
                return _("not (%(condition)s)") % {"condition": self.sentence(item)}
            case Was(item):
                return _("before that %(condition)s") % {"condition": self.sentence(item)}
            case Related():
                return self.related_sentence(node)
        label, word, value = self.parts(node)
        return " ".join(part for part in (uncapped(label), word, value) if part)

    def within(self, node: Node) -> str:
        return f"({self.sentence(node)})" if isinstance(node, And | Or) else self.sentence(node)

    def parts(self, node: Node) -> tuple[str, str, str]:
        """Field, word and value of a plain condition; of any other a sentence."""
        negated, plain = isinstance(node, Not), node.item if isinstance(node, Not) else node
        match plain:
            case Words(text):
                return "", str(PHRASES["words"][negated]), f"“{text}”"
            case Changed(key):
                return self.labels((key,)), str(PHRASES["changed"][negated]), ""
            case Is(path, operator):
                kind = self.along(path)[-1][1]
                said = listed([self.said(kind, value) for value in plain.literals], _("%(most)s or %(last)s"))
                timely = operator in SIGNS and kind.align != "num"
                return self.labels(path), str(PHRASES[f"{operator} when" if timely else operator][negated]), said
        return self.sentence(node), "", ""

    def said(self, kind: Kind, literal: Json) -> str:
        if name := tree.parameter(literal):
            return f"{{{name}}}"
        load_labels(self.show, guarded(kind.operand_points_at, literal))
        return guarded(kind.operand_sentence, literal, show=self.show)

    def related_sentence(self, node: Related) -> str:
        _name, way = relation(node, self.type, actor=self.show.actor)
        inner = Writing(way.of, self.show).sentence(node.item)
        words = {"plural": amid(way.plural), "number": node.number}
        head = str(COUNTS[node.operator or node.quantifier]) % words
        return _("%(head)s (%(condition)s)") % {"head": head, "condition": inner} if inner else head


PHRASES: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "is": (gettext_lazy("is"), gettext_lazy("is not")),
    "has": (gettext_lazy("include"), gettext_lazy("do not include")),
    "contains": (gettext_lazy("contains"), gettext_lazy("does not contain")),
    "starts": (gettext_lazy("starts with"), gettext_lazy("does not start with")),
    "empty": (gettext_lazy("is empty"), gettext_lazy("is not empty")),
    "lt": (gettext_lazy("under"), gettext_lazy("not under")),
    "le": (gettext_lazy("at most"), gettext_lazy("not at most")),
    "gt": (gettext_lazy("over"), gettext_lazy("not over")),
    "ge": (gettext_lazy("at least"), gettext_lazy("not at least")),
    "lt when": (gettext_lazy("before"), gettext_lazy("not before")),
    "le when": (gettext_lazy("up to"), gettext_lazy("not up to")),
    "gt when": (gettext_lazy("after"), gettext_lazy("not after")),
    "ge when": (gettext_lazy("from"), gettext_lazy("not from")),
    "changed": (gettext_lazy("changed"), gettext_lazy("did not change")),
    "words": (gettext_lazy("with the words"), gettext_lazy("without the words")),
}
COUNTS: Mapping[str, str | Promise] = {
    "any": gettext_lazy("has %(plural)s"),
    "none": gettext_lazy("has no %(plural)s"),
    "is": gettext_lazy("has exactly %(number)s %(plural)s"),
    "lt": gettext_lazy("has fewer than %(number)s %(plural)s"),
    "le": gettext_lazy("has at most %(number)s %(plural)s"),
    "gt": gettext_lazy("has more than %(number)s %(plural)s"),
    "ge": gettext_lazy("has at least %(number)s %(plural)s"),
}


def uncapped(label: str) -> str:
    """A label as it stands within a sentence; an abbreviation stays as it is."""
    return label[:1].lower() + label[1:] if label[1:2].islower() and not has_capital_nouns() else label


def listed(parts: Sequence[str], last: str) -> str:
    """“a, b and c”, where `last` joins the end on."""
    return last % {"most": ", ".join(parts[:-1]), "last": parts[-1]} if len(parts) > 1 else "".join(parts)


def quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
