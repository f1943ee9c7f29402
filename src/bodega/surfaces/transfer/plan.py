"""A mapping bound to a record type and to the columns of a file: what is read from where, and how it is understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.kernel.kinds import (
    AnyReference,
    Choice,
    Date,
    Integer,
    JsonData,
    Kind,
    LongText,
    Moment,
    Money,
    Place,
    Reference,
    References,
    Tags,
    Text,
)
from bodega.kernel.kinds import Decimal as Decimals
from bodega.kernel.parts import Part
from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType
from bodega.kernel.registry import UnknownType, every_type, type_for
from bodega.lib import dates
from bodega.lib.money import Money as Amount
from bodega.lib.money import parse_money
from bodega.lib.numbers import parse_decimal
from bodega.lib.tables import Cell
from bodega.surfaces.transfer.mapping import DAYS, MARKS, Feed, MappingError, Step, one_of, unknown

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

NOTHING = object()
"""What an empty cell says."""
REMEMBERED = 20_000
Replaced = Mapping[str, Mapping[str, str]]
"""By column, the texts to read instead of others."""
IDENTITY: dict[str, Kind] = {
    "id": Integer(name="id", label=gettext_lazy("Number")),
    "version": Integer(name="version", label=gettext_lazy("Version")),
}
"""What an export says of a record beside its fields: which one it is, and as what it was exported."""
NUMBERED = re.compile(r"(\w+)\[([1-9]\d{0,3})\]\.(\w+)")
NAMED_COLUMN = re.compile(r"\{([^{}]+)\}")


@dataclass(eq=False)
class Line:
    """One line of the file on its way: its cells, the values they give, and what is wrong with them."""

    number: int
    cells: Sequence[Cell]
    values: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, dict[Any, Any]] = field(default_factory=dict)
    problems: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(column, value, code, message)"""
    result: str = "failed"

    def refuse(self, problem: ValidationError, *, column: str = "", value: str = "") -> None:
        self.problems += [
            (column, value, str(one.code or ""), message) for one in problem.error_list for message in one.messages
        ]


@dataclass(eq=False)
class Bound:
    """A feed that knows its field. `head` is the field's name, `tail` the part of it, if it feeds a part.

    `at` is the number of the line that it feeds, in a list of lines.
    """

    feed: Feed
    kind: Kind
    owner: Kind
    head: str
    tail: str
    read: Callable[[Sequence[Cell]], Cell]
    at: int = 0
    known: dict[Cell, Any] = field(default_factory=dict)

    @property
    def is_resolved(self) -> bool:
        """Whether its texts name records or options, which are looked up for a whole chunk."""
        return isinstance(self.kind, Reference) or self.feed.create

    def cells(self, lines: Iterable[Line]) -> list[Cell]:
        """The cell of each line, replaced as the mapping says."""
        values, default = self.feed.values, self.feed.default
        found = [cell if type(cell) is str else self.plain(cell) for cell in (self.read(line.cells) for line in lines)]
        if values:
            found = [values.get(cell.strip(), cell) if type(cell) is str else cell for cell in found]
        return [default if type(cell) is str and not cell.strip() else cell for cell in found] if default else found

    def plain(self, cell: Cell) -> Cell:
        """A cell of a workbook as text, unless it is a day and one is wanted."""
        return cell if isinstance(cell, date) and isinstance(self.kind, Date | Moment) else as_text(cell)

    def understood(self, cell: Cell, *, actor: Actor) -> Any:
        """What a cell means: a value, NOTHING or a ValidationError; remembered, as most columns repeat themselves."""
        found = self.known.get(cell, self)
        if found is self:
            if len(self.known) > REMEMBERED:
                self.known.clear()
            found = self.known[cell] = self.parse(cell, actor=actor)
        return [*found] if type(found) is list else found

    def parse(self, cell: Cell, *, actor: Actor) -> Any:
        if cell == "":
            return NOTHING
        try:
            found = self.kind.parse(self.prepared(cell, actor=actor), actor=actor)
        except ValidationError as problem:
            return problem
        except ValueError as problem:
            return ValidationError(str(problem), code="invalid")
        return NOTHING if self.kind.is_empty(found) else found

    def prepared(self, cell: Cell, *, actor: Actor) -> Any:
        """The cell as the kind reads it: dates and numbers in the format of the mapping become unmistakable."""
        if self.head == "external_id":
            return str(cell).strip()
        given, times = self.feed.format, self.feed.times
        if not (given or times) or not isinstance(cell, str) or not cell.strip():
            return cell
        if isinstance(self.kind, Moment):
            return dates.parse_moment(cell, order=given, zone=actor.zone)
        if isinstance(self.kind, Date):
            return dates.parse_date(cell, order=given)
        if isinstance(self.kind, Money) and not times:
            amount = parse_money(cell, currency=settings.BODEGA_CURRENCY, decimal_mark=given)
            return f"{amount.decimal:f} {amount.currency}"
        return f"{parse_decimal(cell, decimal_mark=given or '.') * Decimal(times or 1):f}"


@dataclass(eq=False)
class Plan:
    """All that is needed to make records of lines. `own` feeds refer to records of the same type."""

    type_: RecordType
    step: Step
    bound: list[Bound]
    match: tuple[str, ...]

    @property
    def own(self) -> list[Bound]:
        return [one for one in self.bound if is_own(one, self.type_)] if self.match else []

    @cached_property
    def owners(self) -> Mapping[str, Kind]:
        """The fields that are fed, by name."""
        return {one.head: one.owner for one in self.bound}

    @property
    def parts(self) -> set[str]:
        """The fields that are lists of lines, to which several lines of the file may add."""
        return {one.head for one in self.bound if one.tail and isinstance(one.owner, Part)}

    def tie(self) -> Plan:
        """What is left to do once all records of the file are there: to tie them to each other."""
        needed = [one for one in self.bound if one.head in self.match or is_own(one, self.type_)]
        return replace(self, step=replace(self.step, mode="update"), bound=needed)

    def column_of(self, name: str) -> str:
        """The heading (or the field) under which a problem with a field is told."""
        return next((one.feed.source for one in self.bound if one.head == name and one.feed.source), name)


def is_own(one: Bound, type_: RecordType) -> bool:
    return (
        isinstance(one.kind, Reference)
        and not isinstance(one.kind, References)
        and one.kind.to == type_.key
        and not one.tail
    )


def bind(step: Step, columns: Sequence[str], *, actor: Actor) -> Plan:
    """Raises MappingError for a type, a field or a column that is not there."""
    type_ = known_type(step.type, actor=actor)
    replaced = {feed.source: feed.values for feed in step.feeds if feed.values}
    bound = [bind_feed(type_, feed, columns, replaced, actor=actor) for feed in step.feeds]
    if not bound:
        raise MappingError("columns", _("nothing of the file goes anywhere; map at least one column."))
    return Plan(type_, step, bound, match_of(type_, step, {one.head for one in bound if not one.tail}))


def known_type(key: str, *, actor: Actor) -> RecordType:
    try:
        return type_for(key, actor=actor)
    except UnknownType:
        raise MappingError("type", unknown(key, [found.key for found in every_type()])) from None


def bind_feed(type_: RecordType, feed: Feed, columns: Sequence[str], replaced: Replaced, *, actor: Actor) -> Bound:
    head, number, tail = parted(feed.field)
    at = f"“{feed.source or feed.field}”"
    kind = kind_at(type_, head, tail, at)
    if feed.by:
        check_by(kind, feed.by, at, actor=actor)
    if feed.format or feed.times:
        check_format(kind, feed, at)
    if feed.create and not (isinstance(kind, Reference) or (isinstance(kind, Choice) and kind.set)):
        raise MappingError(at, _("only records and options can be created on the way."))
    owner = IDENTITY.get(head) or type_.fields()[head]
    return Bound(feed, kind, owner, head, tail, reader(feed, columns, replaced), number)


def parted(name: str) -> tuple[str, int, str]:
    """`address.city` is a part of a field, `lines[2].product` that of its second line."""
    if numbered := NUMBERED.fullmatch(name):
        return numbered[1], int(numbered[2]) - 1, numbered[3]
    head, _dot, tail = name.partition(".")
    return head, 0, tail


def kind_at(type_: RecordType, head: str, tail: str, at: str) -> Kind:
    """The kind of a field, or of a part of one."""
    kind = (IDENTITY | writable(type_)).get(head)
    if kind is None:
        raise MappingError(at, unknown(head, [*writable(type_)]))
    if not tail:
        return kind
    inner = inner_kinds(kind, type_)
    one_of(tail, inner, at)
    return inner[tail]


def writable(type_: RecordType) -> dict[str, Kind]:
    """What an import may write: what people may, and the lines that a record has gathered in its life."""
    return {
        name: kind
        for name, kind in type_.fields().items()
        if kind.entered or (isinstance(kind, Part) and not kind.locked)
    }


def inner_kinds(kind: Kind, type_: RecordType) -> dict[str, Kind]:
    """The parts of a field that columns can feed: of an address, of an amount, of a line."""
    if isinstance(kind, Part):
        return dict(kind.kinds)
    if isinstance(kind, Place):
        return {
            name: made
            for name in ("street", "postcode", "city", "region", "country")
            if (made := place_part(kind, name, type_))
        } | {"lat": Text(name="lat", label=_("Latitude")), "lon": Text(name="lon", label=_("Longitude"))}
    return {"currency": Text(name="currency", label=_("Currency"))} if isinstance(kind, Money) else {}


def place_part(kind: Place, name: str, type_: RecordType) -> Kind | None:
    made = kind.part(name)
    column = columns_of(type_.model).get(f"{kind.name}_{name}")
    return made.replace(length=column.max_length) if isinstance(made, Text) and column is not None else made


def check_by(kind: Kind, by: str, at: str, *, actor: Actor) -> None:
    if not isinstance(kind, Reference):
        raise MappingError(at, _("“by” is for fields that refer to records; this is a %(kind)s.") % {"kind": kind.word})
    if not isinstance(kind, AnyReference):
        one_of(by, kind.target.for_(actor).fields(), f"{at} by")


def check_format(kind: Kind, feed: Feed, at: str) -> None:
    if isinstance(kind, Date) and not feed.times:
        one_of(feed.format, DAYS, f"{at} format")
    elif isinstance(kind, Integer):
        one_of(feed.format or ".", MARKS, f"{at} format")
    else:
        raise MappingError(at, _("only dates have a format, and only numbers a decimal mark or “times”."))


def reader(feed: Feed, columns: Sequence[str], replaced: Replaced) -> Callable[[Sequence[Cell]], Cell]:
    """What takes the feed's cell from a line. A fixed text names columns as the mapping replaces their texts."""
    at = {name: number for number, name in enumerate(columns)}
    if feed.source:
        one_of(feed.source, at, _("the file’s columns"))
        number = at[feed.source]
        return itemgetter(number)
    for name in NAMED_COLUMN.findall(feed.text):
        one_of(name, at, f"“{feed.field}”")
    if not NAMED_COLUMN.search(feed.text):
        return lambda _cells: feed.text

    def filled(cells: Sequence[Cell], name: str) -> str:
        text = as_text(cells[at[name]])
        return replaced.get(name, {}).get(text.strip(), text)

    return lambda cells: " ".join(NAMED_COLUMN.sub(lambda named: filled(cells, named[1]), feed.text).split())


def as_text(cell: Cell) -> str:
    """A cell of a workbook as the text that a person sees."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def match_of(type_: RecordType, step: Step, fed: set[str]) -> tuple[str, ...]:
    """The fields by which records are found: those asked for, else the first key of the type that the file feeds."""
    if "id" in (fed if step.match is None else step.match):
        return ("id",)
    if step.match is None:
        keys = (tuple(key.split()) for key in type_.match.split(","))
        return next((key for key in keys if key and fed.issuperset(key)), ())
    for name in step.match:
        one_of(name, writable(type_), "match")
        if not can_match(type_.fields()[name]):
            raise MappingError("match", _("records cannot be found by “%(name)s”.") % {"name": name})
        if name not in fed:
            raise MappingError(
                "match", _("no column goes to “%(name)s”, by which records shall be found.") % {"name": name}
            )
    return step.match


def can_match(kind: Kind) -> bool:
    """Whether one raw value stands for the whole, the same in Python and in the database."""
    composed = isinstance(kind, Decimals | Tags | References | AnyReference | JsonData | Place | Part | LongText)
    return not composed and not isinstance(kind, Money)


def put_together(line: Line, plan: Plan, old: dict[str, Any]) -> None:
    """Turn the parts of fields into whole values, over what the record has already."""
    for head, given in line.parts.items():
        kind = plan.owners[head]
        try:
            if isinstance(kind, Part):
                line.values[head] = lines_in(given)
            elif isinstance(kind, Place):
                held = kind.to_json(old.get(head)) or {}
                line.values[head] = kind.of(held | given)
            elif line.values.get(head) is not None:
                line.values[head] = Amount.of(line.values[head].decimal, given["currency"].strip().upper())
        except (ValidationError, ValueError) as problem:
            line.refuse(
                problem if isinstance(problem, ValidationError) else ValidationError(str(problem)),
                column=plan.column_of(head),
            )


def lines_in(given: Mapping[tuple[int, str], Any]) -> list[dict[str, Any]]:
    """What was said of lines by (number, field), as lines in their order."""
    found: list[dict[str, Any]] = [{} for _line in range(1 + max(number for number, _name in given))]
    for (number, name), value in given.items():
        found[number][name] = value
    return found
