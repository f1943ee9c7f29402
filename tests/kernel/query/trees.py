"""Questions and rows of every shape, for the tests that compare two ways of answering."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from bodega.kernel.actors import Actor
from bodega.kernel.kinds import Address, Kind
from bodega.kernel.query.tree import And, Is, Node, Not, Or, Question, Related
from bodega.kernel.record import RecordType
from bodega.lib.money import Money

NOW = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
TEXTS = [
    "Anna",
    "anna berg",
    "Ünï",
    "a%b_c",
    "back\\slash",
    'say "hi"',
    "é",
    "e",
    "ZZ",
    "10",
    "empty",
    "x*",
    "a..b",
    "me",
    "{me}",
    "-30d",
    "or",
    "(x)",
    "a,b",
    " a ",
    "“q”",
]
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
text = st.sampled_from(TEXTS) | st.text(LETTERS, min_size=1, max_size=4)
day = st.sampled_from([date(2026, 11, 21) + timedelta(days=shift) for shift in (-400, -30, -1, 0, 1, 9)])
moment = st.sampled_from(
    [NOW + timedelta(hours=hours, microseconds=hours % 3) for hours in (-900, -24, -12, -1, 0, 1, 3)]
)
number = st.sampled_from([-7, 0, 1, 2, 10_000, 2**62])
fixed = st.sampled_from([Decimal(text) for text in ("-1.5", "0", "2.25", "12.5", "10000")])
money = st.builds(Money, st.sampled_from([-100, 0, 225, 1_000_000]), st.sampled_from(["EUR", "USD", "JPY"]))
address = st.builds(
    Address,
    st.sampled_from(["", "Quay 1"]),
    city=st.sampled_from(["", "Bergen", "Ås"]),
    country=st.sampled_from(["", "NO", "DE"]),
)

VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "text": text,
    "longtext": text,
    "richtext": st.sampled_from(["<p>Hei</p>", "<b>é</b>"]),
    "email": st.sampled_from(["mia@isdom.example", "jürgen@isdom.example", "a_b%@isdom.example"]),
    "phone": st.sampled_from(["+4930901820", "+4740000000;ext=12"]),
    "url": st.sampled_from(["https://Isdom.example/É", "http://x.example"]),
    "integer": number,
    "decimal": fixed,
    "percent": fixed,
    "money": money,
    "date": day,
    "datetime": moment,
    "yesno": st.booleans(),
    "choice": st.sampled_from(["red", "green"]),
    "choices": st.lists(st.sampled_from(["red", "green"]), max_size=2, unique=True),
    "tags": st.lists(st.sampled_from(["vip", "Ünï", "5", 'a"b', "%"]), max_size=2, unique=True),
    "country": st.sampled_from(["NO", "DE"]),
    "place": address.filter(lambda found: found != Address()),
    "json": st.sampled_from([{"n": 1}, [], 0, "text", False]),
}
TYPED: Mapping[str, st.SearchStrategy[str]] = {
    "text": text,
    "longtext": text,
    "richtext": st.sampled_from(["hei", "é", "<p>"]),
    "email": st.sampled_from(["MIA@isdom.example", "ürgen", "_b%"]),
    "phone": st.sampled_from(["030 901820", "+47 40 00", "12", "+"]),
    "url": st.sampled_from(["isdom", "É", "http://x.example"]),
    "integer": number.map(str),
    "decimal": fixed.map(str),
    "percent": fixed.map(lambda found: f"{found}%"),
    "money": st.sampled_from(["10k", "-1", "2.25", "2.25USD", "10000 JPY", "$-1", "€ 0"]),
    "date": st.sampled_from(["2026-11-21", "-30d", "this month", "+2w", "-400d", "last year", "today"]),
    "datetime": st.sampled_from(
        ["2026-11-21", "-12h", "-24h", "yesterday", "2026-11-21 22:30", "2026-11-22T01:30:00+01:00", "this quarter"]
    ),
    "yesno": st.sampled_from(["yes", "no"]),
    "choice": st.sampled_from(["Red", "green"]),
    "choices": st.sampled_from(["Red", "green"]),
    "tags": st.sampled_from(["vip", "Ünï", "5", 'a"b', "%", "v"]),
    "country": st.sampled_from(["Norway", "DE"]),
    "place": st.sampled_from(["bergen", "as", "Quay", "Norway", "e", "́"]),
}
REFERRING = ("reference", "references", "teams", "user", "file", "any")


def values(type_: RecordType, pointed: Mapping[str, list[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Values for a new record; `pointed` is what references may point at, by kind."""
    chosen = {
        name: st.lists(st.sampled_from(pointed[key_of(kind)]), max_size=2, unique=True)
        if kind.word in ("references", "teams")
        else st.sampled_from(pointed.get(key_of(kind), [None]))
        if kind.word in REFERRING
        else VALUES[kind.word]
        for name, kind in type_.fields().items()
        if kind.editable
        and kind.writable
        and kind.word in {*VALUES, *REFERRING}
        and name not in ("name", "external_id")
    }
    return st.fixed_dictionaries({"name": text.filter(str.strip)}, optional=chosen)


def key_of(kind: Kind) -> str:
    """Under which word `pointed` has what such a field may point at."""
    own = {"references": "reference", "teams": "teams"}.get(kind.word, kind.word)
    return "territory" if kind.name == "territory" else own


def literal(kind: Kind, pointed: Mapping[str, list[Any]], actor: Actor) -> st.SearchStrategy[Any]:
    """The literals that somebody can type for a field."""
    if kind.word == "any":
        typed = st.sampled_from([f"{key}#{pk}" for key, pk in pointed["any"]])
    elif kind.word in REFERRING:
        numbers = [f"#{pk}" for pk in pointed.get("reference", []) + pointed.get("user", [])]
        typed = st.sampled_from([*numbers, "Widget", "gadget", "Anna", "North", "Coast", "me", "my team"])
    else:
        typed = TYPED[kind.word]
    return typed.map(lambda word: kind.operand(word, actor=actor))


def condition(
    path: tuple[str, ...], kind: Kind, pointed: Mapping[str, list[Any]], actor: Actor
) -> st.SearchStrategy[Node]:
    """Everything that can be asked of one field."""
    plain = [operator for operator in kind.operators if operator != "empty"]
    found: st.SearchStrategy[Node] = st.just(Is(path, "empty"))
    if plain:
        one = literal(kind, pointed, actor)
        found |= st.builds(lambda operator, value: Is(path, operator, value), st.sampled_from(plain), one)
        several = [operator for operator in plain if operator not in ("lt", "le", "gt", "ge")]
        some = st.lists(one, min_size=1, max_size=3)
        found |= st.builds(lambda operator, given: Is(path, operator, given), st.sampled_from(several), some)
    return found


def tree(leaf: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Conditions joined and negated in every way."""

    def branch(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        rows = st.lists(inner, max_size=3).map(tuple)
        return st.builds(And, rows) | st.builds(Or, rows.filter(bool)) | st.builds(Not, inner)

    return st.recursive(leaf, branch, max_leaves=5)


def related(type_: RecordType, through: str, inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Everything that can be asked about the records of a type that point here."""
    plain = st.builds(
        lambda quantifier, item: Related(type_.key, through, quantifier, item), st.sampled_from(["any", "none"]), inner
    )
    operator = st.sampled_from(["is", "lt", "le", "gt", "ge"])
    counted = st.builds(
        lambda item, sign, many: Related(type_.key, through, "count", item, sign, many),
        inner,
        operator,
        st.integers(0, 2),
    )
    return plain | counted


def question(node: st.SearchStrategy[Node]) -> st.SearchStrategy[Question]:
    return node.map(Question)
