"""`bodega ask`: answers a question about the records."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bodega.kernel import query
from bodega.kernel.actors import Actor, actor_of, system
from bodega.kernel.query.page import count as count_rows
from bodega.kernel.query.page import page
from bodega.kernel.query.report import Group, report
from bodega.kernel.record import RecordType, show_rows
from bodega.kernel.scope import scope
from bodega.lib.money import Money
from bodega.platform.administration import records
from bodega.platform.audit import looks
from bodega.web.cli import Refusal
from bodega.web.commands.explain import chosen

NO_LIMIT = 1_000_000_000


def run(options: Namespace) -> int:
    with scope(), looks.looking() as seen:
        try:
            actor = asker(options.login)
            code = answer(options, actor=actor)
            looks.write(seen, actor=actor)
            return code
        except query.QuestionError as error:
            print(f"bodega: {pointed(error)}", file=sys.stderr)
            return 2


def answer(options: Namespace, *, actor: Actor) -> int:
    type_ = chosen(options.type)
    rows = query.ask(type_, read(type_, options.question, actor=actor), actor=actor)
    if not (options.count or options.sum or options.average or options.share or options.by):
        return tell_rows(type_, rows, options, actor=actor)
    by, measures = named(options.by), measures_of(options)
    groups = report(type_, rows, by=by, measures=measures, actor=actor, limit=NO_LIMIT)
    shares = shares_of(type_, rows, options, actor=actor) if options.share else {}
    found = [as_json(group, measures, shares.get(group.keys, 0) if options.share else None) for group in groups]
    if options.json:
        for one in found:
            print(json.dumps({key: value for key, value in one.items() if by or key != "group"}, ensure_ascii=False))
        return 0
    for group, one in zip(groups, found, strict=True):
        one.pop("group")
        print("\t".join([*group.labels, *(as_text(value) for value in one.values())]))
    return 0


def asker(login: str | None) -> Actor:
    """The person whose rights count; without a name the program itself, which sees everything."""
    program = system("bodega ask", surface="command")
    if login is None:
        return program
    user = records.user.rows(program).filter(login__iexact=login, is_active=True).first()
    if user is None:
        raise Refusal(f"nobody signs in as '{login}'. `bodega user list` shows who does.")
    return actor_of(user, surface="command")


def named(listed: Sequence[str] | None) -> list[str]:
    return [name.strip() for names in listed or () for name in names.split(",") if name.strip()]


def measures_of(options: Namespace) -> list[str]:
    counted = ["count"] if options.count or options.share or not (options.sum or options.average) else []
    sums, averages = named(options.sum), named(options.average)
    return [*counted, *(f"sum {name}" for name in sums), *(f"average {name}" for name in averages)]


def shares_of(type_: RecordType, rows: Any, options: Namespace, *, actor: Actor) -> dict[tuple[Any, ...], int]:
    """How many of each group answer the further question, too."""
    some = query.ask(type_, read(type_, options.share, actor=actor), actor=actor, rows=rows)
    groups = report(type_, some, by=named(options.by), measures=["count"], actor=actor, limit=NO_LIMIT)
    return {group.keys: group.measures[0] for group in groups}


def as_json(group: Group, measures: Sequence[str], sharing: int | None) -> dict[str, Any]:
    """One line: `{"group": […], "count": 4238, "sum": {"EUR": "10005534"}}`; several sums stand under their fields."""
    found: dict[str, Any] = {"group": [*group.labels]}
    for words, value in zip(measures, group.measures, strict=True):
        way, _space, name = words.partition(" ")
        alone = sum(one.startswith(way) for one in measures) == 1
        found[way if alone else f"{way} {name}"] = plain(value)
    if sharing is not None:
        found["share"] = round(sharing / found["count"], 4) if found["count"] else None
    return found


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {unit: number(amount.decimal if isinstance(amount, Money) else amount) for unit, amount in value.items()}
    return number(value) if isinstance(value, Decimal) else value


def number(value: Decimal) -> str:
    """Exactly, without an exponent and without zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{amount} {unit}" for unit, amount in value.items()) or "0"
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def tell_rows(type_: RecordType, rows: Any, options: Namespace, *, actor: Actor) -> int:
    """The records themselves, sorted by name or by number."""
    kinds = type_.named_fields(options.columns) if options.columns else type_.shown_columns
    sort = options.sort or (type_.sortable[0] if type_.sortable else "id")
    found = page(type_, rows, sort=sort, names=[kind.name for kind in kinds], size=options.limit).rows
    show = show_rows(found, kinds, actor=actor)
    for row in found:
        if options.json:
            values = {kind.name: kind.to_json(row.values[kind.name]) for kind in kinds}
            print(json.dumps({"id": str(row.id)} | values, ensure_ascii=False))
        else:
            print("\t".join([f"#{row.id}", *(kind.text(row.values[kind.name], show=show) for kind in kinds)]))
    if not options.json:
        total, more = count_rows(rows)
        print(f"{len(found):,} of {total:,}{'+' if more else ''}")
    return 0


class Misread(query.QuestionError):
    """A question that could not be read, and its text."""

    def __init__(self, text: str, error: query.QuestionError) -> None:
        super().__init__(error.message, start=error.start, end=error.end)
        self.text = text


def read(type_: RecordType, text: str, *, actor: Actor) -> query.Question:
    try:
        return query.parse(text, type_, actor=actor)
    except query.QuestionError as error:
        raise Misread(text, error) from None


def pointed(error: query.QuestionError) -> str:
    """What is wrong, with a mark below the place."""
    if not isinstance(error, Misread) or not error.text.isprintable():
        return str(error)
    return f"{error}\n  {error.text}\n  {' ' * error.start}{'^' * max(error.end - error.start, 1)}"
