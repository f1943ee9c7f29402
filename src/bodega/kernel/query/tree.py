"""A question as data: which records are meant, in a form that can be stored, checked and compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel.kinds.texts import storable

Json = Any
VERSION = 1
MOST, DEEPEST, LONGEST = 300, 20, 5_000
"""Conditions and values, conditions within conditions, characters of one text: what every database still takes."""
TOO_DEEP = gettext_lazy("The conditions are nested too deeply.")
PLAIN, COMPARISONS = frozenset({"is", "has", "contains", "starts"}), frozenset({"lt", "le", "gt", "ge"})


class QuestionError(ValueError):
    """What is wrong with a question, and where: from `start` to `end` in its text, or at `path` in its JSON form."""

    def __init__(self, message: str | Promise, *, start: int = 0, end: int = 0, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else str(message))
        self.message, self.start, self.end, self.path = str(message), start, end, path


@dataclass(frozen=True)
class And:
    """All of these; with no items, everything."""

    items: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Or:
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """Whatever `item` is not true of, those among them of which it is unknown."""

    item: Node


@dataclass(frozen=True)
class Is:
    """`path operator literal`: the keys of references, the last one of a field. A list as literal means any of them."""

    path: tuple[str, ...]
    operator: str
    literal: Json = None

    @property
    def literals(self) -> list[Json]:
        if self.operator == "empty":
            return []
        return self.literal if isinstance(self.literal, list) else [self.literal]


@dataclass(frozen=True)
class Related:
    """Any, none or a number (`operator number`) of the records of `type` whose field `through` points here."""

    type: str
    through: str
    quantifier: str
    item: Node = field(default_factory=And)
    operator: str = ""
    number: int = 0


@dataclass(frozen=True)
class Was:
    """True before the change; only a change can be asked."""

    item: Node


@dataclass(frozen=True)
class Changed:
    """The change gave the field another value; only a change can be asked."""

    key: str


@dataclass(frozen=True)
class Words:
    """The text stands in one of the fields that the type is searched by."""

    text: str


Node = And | Or | Not | Is | Related | Was | Changed | Words


@dataclass(frozen=True)
class Question:
    """Which records: a condition that is not larger than a database takes (QuestionError)."""

    where: Node = field(default_factory=And)

    def __post_init__(self) -> None:
        if depth(self.where) > DEEPEST:
            raise QuestionError(TOO_DEEP)
        if sum(len(node.literals) if isinstance(node, Is) else not within(node) for node in nodes(self.where)) > MOST:
            raise QuestionError(_("A question may have at most %(most)s conditions.") % {"most": MOST})

    @property
    def is_everything(self) -> bool:
        return normal(self.where) == And()

    def given(self, **values: Json) -> Question:
        """With literals in the place of the parameters of these names."""
        return Question(rebuilt(self.where, lambda node: fill(node, values) if isinstance(node, Is) else node))

    def to_json(self) -> dict[str, Json]:
        return {"v": VERSION, "where": to_json(self.where)}

    @classmethod
    def from_json(cls, given: Json) -> Question:
        """Raises QuestionError with the path of what is wrong. Fields are checked when the question is asked."""
        if not isinstance(given, Mapping) or given.keys() != {"v", "where"}:
            raise QuestionError(_("A question looks like {“v”: 1, “where”: …}."))
        if given["v"] is not VERSION:
            wrong(
                _("Questions of version %(version)s cannot be read; this is version 1.") % {"version": given["v"]}, "v"
            )
        check_texts(given["where"], "where", 0)
        return cls(read(given["where"], "where"))


# ---- the tree as a whole ---------------------------------------------------------------------------------------------


def within(node: Node) -> tuple[Node, ...]:
    match node:
        case And(items) | Or(items):
            return items
        case Not(item) | Was(item) | Related(item=item):
            return (item,)
    return ()


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for item in within(node):
        yield from nodes(item)


def depth(node: Node) -> int:
    """How deep the SQL will be nested; a sub-query weighs more."""
    own = 3 * len(node.path) - 2 if isinstance(node, Is) else 4 if isinstance(node, Related) else 1
    return own + max(map(depth, within(node)), default=0)


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with every node changed, the inner ones first."""
    match node:
        case And(items) | Or(items):
            node = replace(node, items=tuple(rebuilt(item, change) for item in items))
        case Not(item) | Was(item) | Related(item=item):
            node = replace(node, item=rebuilt(item, change))
    return change(node)


def fill(node: Is, values: Mapping[str, Json]) -> Is:
    filled = [values.get(parameter(literal), literal) for literal in node.literals]
    return replace(node, literal=filled if isinstance(node.literal, list) else filled[0]) if filled else node


def parameter(literal: Json) -> str:
    """The name of the parameter that stands for a value; empty where it is a value."""
    return str(literal["param"]) if isinstance(literal, dict) and literal.keys() == {"param"} else ""


def normal(node: Node) -> Node:
    """The same without groups in groups of their own sort, groups of one and lists of one: what its text reads as."""
    return rebuilt(node, flat)


def flat(node: Node) -> Node:
    if isinstance(node, And | Or):
        return join(type(node), node.items)
    return replace(node, literal=node.literals[0]) if isinstance(node, Is) and len(node.literals) == 1 else node


def join(group: type[And] | type[Or], items: tuple[Node, ...]) -> Node:
    """The items as one node."""
    found: list[Node] = []
    for item in items:
        found += item.items if isinstance(item, group) else (item,)
    return found[0] if len(found) == 1 else group(tuple(found))


# ---- JSON ----------------------------------------------------------------------------------------------------------


def to_json(node: Node) -> Json:
    match node:
        case And(items):
            return {"and": [to_json(item) for item in items]}
        case Or(items):
            return {"or": [to_json(item) for item in items]}
        case Not(item):
            return {"not": to_json(item)}
        case Was(item):
            return {"was": to_json(item)}
        case Changed(key):
            return {"changed": key}
        case Words(text):
            return {"words": text}
        case Is(path, operator, literal):
            return {"path": [*path], "op": operator} | ({} if operator == "empty" else {"value": literal})
        case Related():
            counted = {"op": node.operator, "number": node.number} if node.quantifier == "count" else {}
            head = {"related": node.type, "through": node.through, "quantifier": node.quantifier}
            return head | counted | {"where": to_json(node.item)}


def read(given: Json, at: str) -> Node:
    """A condition from its JSON form; `at` is where it stands."""
    return read_group(given, at) or read_leaf(given, at) or wrong(FORMS, at)


def read_group(given: Json, at: str) -> Node | None:
    match given:
        case {"and": list(items)} if len(given) == 1:
            return And(read_all(items, f"{at}.and"))
        case {"or": [_first, *_others] as items} if len(given) == 1:
            return Or(read_all(items, f"{at}.or"))
        case {"not": item} if len(given) == 1:
            return Not(read(item, f"{at}.not"))
        case {"was": item} if len(given) == 1:
            return Was(read(item, f"{at}.was"))
        case {"related": str(), "through": str(), "quantifier": str(), "where": where}:
            return read_related(given, read(where, f"{at}.where"), at)
    return None


def read_leaf(given: Json, at: str) -> Node | None:
    match given:
        case {"changed": str(key)} if len(given) == 1:
            return Changed(key)
        case {"words": str(text)} if len(given) == 1:
            return Words(text)
        case {"path": [_first, *_others] as path, "op": "empty"} if len(given) == 2 and are_texts(path):
            return Is(tuple(path), "empty")
        case {"path": [_first, *_others] as path, "op": str(operator), "value": value} if len(given) == 3 and are_texts(
            path
        ):
            return read_value(tuple(path), operator, value, at)
    return None


FORMS = gettext_lazy(
    "This is not a condition. One looks like {“path”: [“stage”], “op”: “is”, “value”: “won”}; "
    "others begin with “and”, “or”, “not”, “words”, “related”, “was” or “changed”."
)


def wrong(message: str | Promise, at: str) -> NoReturn:
    raise QuestionError(message, path=at)


def are_texts(given: list[Json]) -> bool:
    return all(isinstance(part, str) for part in given)


def read_all(given: list[Json], at: str) -> tuple[Node, ...]:
    return tuple(read(item, f"{at}[{number}]") for number, item in enumerate(given))


def read_value(path: tuple[str, ...], operator: str, value: Json, at: str) -> Node:
    if operator not in PLAIN | COMPARISONS:
        words = ", ".join(sorted(PLAIN | COMPARISONS | {"empty"}))
        wrong(_("“%(word)s” is not one of %(words)s.") % {"word": operator, "words": words}, f"{at}.op")
    several = value if isinstance(value, list) and operator in PLAIN else [value]
    if not several or any(one is None or isinstance(one, list) for one in several):
        wrong(_("Expected a value; to ask for what has none, use the operator “empty”."), f"{at}.value")
    return Is(path, operator, value)


def read_related(given: Mapping[str, Json], item: Node, at: str) -> Node:
    match dict(given):
        case {"related": type_, "through": through, "quantifier": "any" | "none" as quantifier} if len(given) == 4:
            return Related(type_, through, quantifier, item)
        case {
            "related": type_,
            "through": through,
            "quantifier": "count",
            "op": str(operator),
            "number": int(number),
        } if len(given) == 6 and operator in COMPARISONS | {"is"} and number >= 0 and not isinstance(number, bool):
            return Related(type_, through, "count", item, operator, number)
    wrong(
        _("Expected the quantifier “any” or “none”, or “count” with an operator (is, lt, le, gt, ge) and a number."), at
    )


def check_texts(given: Json, at: str, deep: int) -> None:
    """Refuse texts that no database holds, and what is nested so deeply that reading it would fail."""
    if deep > 5 * DEEPEST:
        wrong(TOO_DEEP, at)
    if isinstance(given, str):
        try:
            if not 0 < len(storable(given)) <= LONGEST:
                wrong(_("Expected a text of 1 to %(most)s characters.") % {"most": LONGEST}, at)
        except ValidationError as problem:
            wrong(problem.messages[0], at)
    inner = given.items() if isinstance(given, Mapping) else enumerate(given) if isinstance(given, list) else ()
    for key, part in inner:
        check_texts(part, f"{at}.{key}" if isinstance(given, Mapping) else f"{at}[{key}]", deep + 1)
