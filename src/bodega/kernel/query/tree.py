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
MOST, DEEPEST, LONGEST = 300, 30, 5_000
"""Items side by side, conditions within conditions, characters of one literal: what every database still takes."""
TOO_DEEP = gettext_lazy("The conditions are nested too deeply.")
OPERATORS = frozenset("is has contains starts lt le gt ge empty".split())
COMPARISONS = frozenset("lt le gt ge".split())


class QuestionError(ValueError):
    """What is wrong with a question, and where: from `start` to `end` in its text, or at `path` in its JSON form."""

    def __init__(self, message: str | Promise, *, start: int = 0, end: int = 0, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else str(message))
        self.message, self.start, self.end, self.path = str(message), start, end, path


@dataclass(frozen=True)
class And:
    """All of these; with no items, everything."""

    items: tuple[Node, ...] = ()

    def __post_init__(self) -> None:
        limit(self.items)


@dataclass(frozen=True)
class Or:
    items: tuple[Node, ...]

    def __post_init__(self) -> None:
        limit(self.items)


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

    def __post_init__(self) -> None:
        limit(self.literal if isinstance(self.literal, list) else ())


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
    where: Node = field(default_factory=And)

    def __post_init__(self) -> None:
        if depth(self.where) > DEEPEST:
            raise QuestionError(TOO_DEEP)

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
            wrong(_("A question looks like {“v”: 1, “where”: …}."), "")
        if given["v"] != VERSION or isinstance(given["v"], bool):
            wrong(
                _("Questions of version %(version)s cannot be read; this is version 1.") % {"version": given["v"]}, "v"
            )
        return cls(read(given["where"], "where", 0))


def depth(node: Node) -> int:
    match node:
        case And(items) | Or(items):
            return 1 + max(map(depth, items), default=0)
        case Not(item) | Was(item) | Related(item=item):
            return 1 + depth(item)
    return 1


def limit(items: Any) -> None:
    if len(items) > MOST:
        raise QuestionError(_("A question may have at most %(most)s conditions side by side.") % {"most": MOST})


def fill(node: Is, values: Mapping[str, Json]) -> Is:
    held = node.literal if isinstance(node.literal, list) else [node.literal]
    filled = [values.get(parameter(literal), literal) for literal in held]
    return replace(node, literal=filled if isinstance(node.literal, list) else filled[0])


def parameter(literal: Json) -> str:
    """The name of the parameter that stands for a value; empty where it is a value."""
    return str(literal["param"]) if isinstance(literal, dict) and literal.keys() == {"param"} else ""


# ---- one form for what means the same ------------------------------------------------------------------------------


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with every node changed, the inner ones first."""
    match node:
        case And(items) | Or(items):
            node = replace(node, items=tuple(rebuilt(item, change) for item in items))
        case Not(item) | Was(item) | Related(item=item):
            node = replace(node, item=rebuilt(item, change))
    return change(node)


def normal(node: Node) -> Node:
    """The same without groups in groups of their own sort, groups of one and lists of one: what its text reads as."""
    return rebuilt(node, flat)


def flat(node: Node) -> Node:
    if isinstance(node, And | Or):
        return join(type(node), node.items)
    if isinstance(node, Is) and isinstance(node.literal, list) and len(node.literal) == 1:
        return replace(node, literal=node.literal[0])
    return node


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
            number = {"op": node.operator, "number": node.number} if node.quantifier == "count" else {}
            head = {"related": node.type, "through": node.through, "quantifier": node.quantifier}
            return head | number | {"where": to_json(node.item)}


def wrong(message: str | Promise, at: str) -> NoReturn:
    raise QuestionError(message, path=at)


def read(given: Json, at: str, deep: int) -> Node:
    """A condition from its JSON form; `at` is where it stands."""
    form = next((form for form in FORMS if isinstance(given, Mapping) and form in given), "")
    if not form:
        wrong(_("Expected a condition: an object with one of %(forms)s.") % {"forms": ", ".join(FORMS)}, at)
    if deep >= DEEPEST:
        wrong(TOO_DEEP, at)
    if unknown := sorted(given.keys() - {form, *FORMS[form]}):
        wrong(_("“%(key)s” has no meaning here.") % {"key": unknown[0]}, at)
    try:
        return READERS[form](given, at, deep + 1)
    except QuestionError as problem:
        raise problem if problem.path else QuestionError(problem.message, path=at) from None


FORMS: Mapping[str, tuple[str, ...]] = {
    "and": (), "or": (), "not": (), "was": (), "changed": (), "words": (), "path": ("op", "value"),
    "related": ("through", "quantifier", "op", "number", "where"),
}  # fmt: skip


def read_items(given: Json, at: str, deep: int) -> tuple[Node, ...]:
    if not isinstance(given, list):
        wrong(_("Expected a list of conditions."), at)
    return tuple(read(item, f"{at}[{number}]", deep) for number, item in enumerate(given))


def read_or(given: Json, at: str, deep: int) -> Node:
    return Or(read_items(given["or"] or None, f"{at}.or", deep))


def read_is(given: Json, at: str, deep: int) -> Node:
    path, operator, literal = given["path"], given.get("op"), given.get("value")
    if not (isinstance(path, list) and path):
        wrong(_("Expected a list of field names."), f"{at}.path")
    if operator not in OPERATORS:
        wrong(
            _("“%(word)s” is not one of %(words)s.") % {"word": operator, "words": ", ".join(sorted(OPERATORS))},
            f"{at}.op",
        )
    several = isinstance(literal, list) and operator not in COMPARISONS
    for part in literal if several else [literal] if operator != "empty" else []:
        check_literal(part, f"{at}.value")
    if (operator == "empty" and "value" in given) or (several and not literal):
        wrong(_("Expected a value for every operator but “empty”."), f"{at}.value")
    return Is(tuple(word(key, f"{at}.path") for key in path), str(operator), literal)


def check_literal(literal: Json, at: str) -> None:
    if literal in (None, "") or isinstance(literal, list):
        wrong(_("Expected a value; to ask for what has none, use the operator “empty”."), at)
    for part in texts_in(literal):
        word(part, at)


def texts_in(literal: Json) -> Iterator[str]:
    if isinstance(literal, str):
        yield literal
    for part in literal.values() if isinstance(literal, dict) else ():
        yield from texts_in(part)


def word(given: Json, at: str) -> str:
    """A text that every database can hold."""
    if not isinstance(given, str) or not given or len(given) > LONGEST:
        wrong(_("Expected a text of 1 to %(most)s characters.") % {"most": LONGEST}, at)
    try:
        return storable(given)
    except ValidationError as problem:
        wrong(problem.messages[0], at)


def read_related(given: Json, at: str, deep: int) -> Node:
    quantifier, operator, number = given.get("quantifier"), given.get("op", ""), given.get("number", 0)
    counts = quantifier == "count"
    if quantifier not in ("any", "none", "count"):
        wrong(
            _("“%(word)s” is not one of %(words)s.") % {"word": quantifier, "words": "any, none, count"},
            f"{at}.quantifier",
        )
    if operator not in ({"is", *COMPARISONS} if counts else {""}):
        wrong(_("Only a count has an operator: %(words)s.") % {"words": "is, lt, le, gt, ge"}, f"{at}.op")
    if not isinstance(number, int) or isinstance(number, bool) or number < 0 or (number and not counts):
        wrong(_("Only a count has a number: 0 or more."), f"{at}.number")
    item = read(given.get("where"), f"{at}.where", deep)
    through = word(given.get("through"), f"{at}.through")
    return Related(word(given["related"], f"{at}.related"), through, str(quantifier), item, operator, number)


READERS: Mapping[str, Callable[[Json, str, int], Node]] = {
    "and": lambda given, at, deep: And(read_items(given["and"], f"{at}.and", deep)),
    "or": read_or,
    "not": lambda given, at, deep: Not(read(given["not"], f"{at}.not", deep)),
    "was": lambda given, at, deep: Was(read(given["was"], f"{at}.was", deep)),
    "changed": lambda given, at, _deep: Changed(word(given["changed"], f"{at}.changed")),
    "words": lambda given, at, _deep: Words(word(given["words"], f"{at}.words")),
    "path": read_is,
    "related": read_related,
}
