"""What every kind answers: how one sort of value is stored, read, shown, entered, asked for, sorted and added up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.expressions import BaseExpression
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.kernel.columns import FOLDED
from bodega.kernel.raw import raw_of
from bodega.lib import clock
from bodega.lib.expressions import JsonValue
from bodega.lib.markup import conditional_escape
from bodega.lib.text import fold

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

type_of_text = str | Promise
Json = Any
Expected = TypeVar("Expected")
Condition = Q | BaseExpression
UNSEEN = "#0"
COMPARE = {"lt": LessThan, "le": LessThanOrEqual, "gt": GreaterThan, "ge": GreaterThanOrEqual}


@dataclass(frozen=True)
class Asking:
    """Who asks and when: what `me`, `my team` and relative dates are resolved against."""

    actor: Actor
    now: datetime = field(default_factory=clock.now)
    alias: str = ""
    """The prefix under which the row's columns stand in the query (`old__` for the image before a change)."""


@dataclass(frozen=True)
class Label:
    """What stands for a record elsewhere."""

    text: str
    url: str = ""
    hidden: bool = False
    tone: str | None = None
    """Its colour, where records of its type have one (stages): then it is drawn as a tag."""


@dataclass
class Show:
    """For whom values are shown, and the names of the records they point at (filled once for a whole page)."""

    actor: Actor
    labels: dict[tuple[str, int], Label] = field(default_factory=dict)
    now: datetime = field(default_factory=clock.now)

    @cached_property
    def today(self) -> date:
        """The day it is where the actor is."""
        return self.now.astimezone(self.actor.zone).date()

    def label(self, type_key: str, pk: int) -> Label:
        return self.labels.get((type_key, pk)) or Label(_("not visible to you"), hidden=True)

    def mark(self, type_key: str, pk: int) -> str:
        """What a form holds for a record and gets back, `#12`: not even the number of one that may not be seen."""
        return UNSEEN if self.label(type_key, pk).hidden else f"#{pk}"


@dataclass(frozen=True)
class Input:
    """One control of a form: surfaces draw it, `Kind.read` takes back what was entered under `suffix`."""

    type: str
    value: str | Sequence[str] = ""
    suffix: str = ""
    label: str = ""
    options: Sequence[tuple[str, str]] = ()
    source: str = ""
    """For references: the type key in which to look."""
    hint: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One field of one record type. `name` is what people write; `key` is stable, `columns` are where it is stored."""

    word: ClassVar[str] = ""
    operators: ClassVar[tuple[str, ...]] = ("is", "empty")
    default_operator: ClassVar[str] = "is"
    suffixes: ClassVar[tuple[str, ...]] = ("",)
    nothing: ClassVar[Any] = None
    """The value where there is none."""
    storage: ClassVar[str] = "text"
    """How a custom value compares in SQL: text or integer."""
    json_schema: ClassVar[Mapping[str, Json]] = {"type": "string"}
    align: ClassVar[str] = ""
    sortable: ClassVar[bool] = True
    groupable: ClassVar[bool] = False
    measurable: ClassVar[bool] = False
    writable: ClassVar[bool] = True

    name: str
    label: type_of_text = ""
    required: bool = False
    help: type_of_text = ""
    unique: bool = False
    indexed: bool = False
    """A custom field with an index, by which lists may be sorted."""
    editable: bool = True
    locked: bool = False
    """The roles of whoever looks let them read it only."""
    custom: str = ""
    """The key in the row's `custom` column, for a field that an administrator made."""
    sort_column: str = ""
    """The folded or otherwise comparable column beside it, if there is one."""
    source: models.Field[Any, Any] | None = field(default=None, compare=False, repr=False)

    # ---- storage -----------------------------------------------------------------------------------------------

    @cached_property
    def key(self) -> str:
        return self.custom or self.name

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns it occupies; for a custom field, the keys within `custom`."""
        return tuple((self.custom or self.column) + suffix for suffix in self.suffixes)

    @property
    def entered(self) -> bool:
        """Whether people set it, and who looks may."""
        return self.writable and self.editable and not self.locked

    @property
    def column(self) -> str:
        return str(self.source.attname) if self.source is not None and self.source.concrete else self.name

    def pack(self, value: Any) -> tuple[Any, ...]:
        """The raw values of `columns`: what the database or the `custom` JSON holds."""
        return (self.nothing if value is None else value,)

    def unpack(self, raw: Sequence[Any]) -> Any:
        return self.nothing if raw[0] is None else raw[0]

    @cached_property
    def is_packed(self) -> bool:
        """Whether its one column takes a value as it is; not so where there is none."""
        return type(self).pack is Kind.pack and not self.custom

    @property
    def is_plain(self) -> bool:
        """Whether its one column holds the value as it is, so that nothing has to be unpacked."""
        filled = self.nothing is None or (self.source is not None and not self.source.null and not self.custom)
        return filled and type(self).unpack is Kind.unpack

    def or_default(self, value: Any) -> Any:
        """The value, or the column's default where the column cannot be empty."""
        source = self.source
        if value is None and source is not None and source.concrete and not source.null and source.has_default():
            return source.get_default()
        return value

    def get(self, record: models.Model) -> Any:
        """The value in a model instance."""
        if self.custom:
            held: Mapping[str, Any] = record.custom  # type: ignore[attr-defined]
            return self.unpack([held.get(column) for column in self.columns])
        return self.unpack([raw_of(record, column) for column in self.columns])

    def same(self, value: Any) -> Any:
        """The raw value by which a record is found again: the folded one where there is a column for it."""
        return fold(str(value))[:FOLDED] if self.sort_column else self.pack(value)[0]

    def is_empty(self, value: Any) -> bool:
        return value is None or value == "" or value == []

    # ---- wire --------------------------------------------------------------------------------------------------

    @cached_property
    def is_json(self) -> bool:
        """Whether a value is its own JSON, so that nobody needs to ask for it a million times."""
        return type(self).to_json is Kind.to_json

    def to_json(self, value: Any) -> Json:
        """The canonical JSON form: in history, in questions, over the API."""
        return value

    def from_json(self, value: Json) -> Any:
        """Raises ValueError, TypeError, KeyError, ArithmeticError or ValidationError for what is not of this kind."""
        return value

    def schema(self) -> dict[str, Json]:
        return dict(self.json_schema)

    # ---- people ------------------------------------------------------------------------------------------------

    def parse(self, text: Any, *, actor: Actor) -> Any:
        """The value a person or a file means. Raises ValidationError with a sentence; an empty text is no value."""
        return str(text).strip() or None

    def text(self, value: Any, *, show: Show) -> str:
        return "" if value is None else str(value)

    def export(self, value: Any, *, show: Show) -> str:
        """The text that `parse` turns back into the same value."""
        return self.text(value, show=show)

    def cell(self, value: Any, *, show: Show) -> SafeString:
        return conditional_escape(self.text(value, show=show))

    def points_at(self, value: Any) -> Iterable[tuple[str, int]]:
        """The records whose labels `text` and `cell` need."""
        return ()

    def inputs(self, value: Any, *, show: Show) -> list[Input]:
        return [Input("text", "" if value is None else str(value))]

    def read(self, given: Mapping[str, Sequence[str]], *, actor: Actor) -> Any:
        """The value entered in `inputs`: texts by suffix."""
        return self.parse(next(iter(given.get("", [])), ""), actor=actor)

    def check(self, value: Any) -> None:
        """Refuse a missing required value."""
        if self.required and self.is_empty(value):
            raise ValidationError(_("%(field)s is missing.") % {"field": self.label or self.name}, code="required")

    def sound(self, values: Collection[Any]) -> bool:
        """Whether one look at all of them tells that each passes `check`."""
        return not values

    # ---- questions ---------------------------------------------------------------------------------------------

    def operand(self, text: str, *, actor: Actor) -> Json:
        """The literal a question holds for what was typed: canonical JSON, relative things left unresolved."""
        return self.to_json(self.parse(text, actor=actor))

    def operand_text(self, literal: Json, *, show: Show) -> str:
        """How the literal is typed, so that a question can be written back as text."""
        return self.export(self.from_json(literal), show=show)

    def operand_sentence(self, literal: Json, *, show: Show) -> str:
        return self.text(self.from_json(literal), show=show)

    def operand_points_at(self, literal: Json) -> Iterable[tuple[str, int]]:
        """The records whose labels `operand_sentence` needs."""
        return ()

    def expression(self, asking: Asking, suffix: str = "", storage: str = "") -> BaseExpression | F:
        """What compares in SQL. `storage` is that of the suffix's column where it differs from the kind's own."""
        if self.custom:
            return JsonValue(F(f"{asking.alias}custom"), self.custom + suffix, storage=storage or self.storage)
        return F(f"{asking.alias}{self.column}{suffix}")

    def list_column(self, asking: Asking) -> tuple[F, str]:
        """Where a JSON list is held: the column and, for a custom field, the key in it."""
        return (F(f"{asking.alias}custom"), self.custom) if self.custom else (F(f"{asking.alias}{self.column}"), "")

    def sort_expression(self, asking: Asking) -> BaseExpression | F:
        return F(f"{asking.alias}{self.sort_column}") if self.sort_column else self.expression(asking)

    def bind(self, raw: Any) -> Value:
        """A raw value as a parameter beside `expression`."""
        if self.custom:
            return Value(
                raw, output_field=models.BigIntegerField() if self.storage == "integer" else models.TextField()
            )
        return Value(raw, output_field=self.bind_field())

    def bind_field(self) -> models.Field[Any, Any]:
        return models.TextField()

    def comparable(self, value: Any) -> Any:
        """The raw value that `expression` is compared with; the same order in Python as in SQL."""
        return self.pack(value)[0]

    def condition(self, operator: str, literal: Json, *, asking: Asking) -> Condition:
        """The SQL of `field operator literal`; may be NULL where the field is, never wrong."""
        if operator == "empty":
            return Q(is_null(self.expression(asking)))
        value = self.comparable(self.from_json(literal))
        if operator == "is":
            return Exact(self.expression(asking), self.bind(value))
        return COMPARE[operator](self.sort_or_plain(asking), self.bind(value))

    def sort_or_plain(self, asking: Asking) -> BaseExpression | F:
        return self.expression(asking)

    def holds(self, operator: str, value: Any, literal: Json, *, asking: Asking) -> bool:
        """The same in Python, over a value: `condition` and `holds` must never differ."""
        if operator == "empty":
            return self.is_empty(value)
        if self.is_empty(value):
            return False
        mine, theirs = self.comparable(value), self.comparable(self.from_json(literal))
        return compare(operator, mine, theirs)

    def replace(self, **change: Any) -> Self:
        return replace(self, **change)


@dataclass(frozen=True, kw_only=True)
class Spanning(Kind):
    """A kind of which a literal means a stretch of raw values rather than one: a day, for points in time."""

    operators = ("is", "lt", "le", "gt", "ge", "empty")

    def edges(self, literal: Json, *, asking: Asking) -> tuple[Any, Any]:
        """The first raw value of what is named, and the first after it."""
        raise NotImplementedError

    def condition(self, operator: str, literal: Json, *, asking: Asking) -> Condition:
        if operator == "empty":
            return super().condition(operator, literal, asking=asking)
        column = self.expression(asking)
        first, after = (self.bind(edge) for edge in self.edges(literal, asking=asking))
        made: dict[str, Condition] = {
            "is": Q(GreaterThanOrEqual(column, first)) & Q(LessThan(column, after)),
            "lt": LessThan(column, first),
            "ge": GreaterThanOrEqual(column, first),
            "le": LessThan(column, after),
            "gt": GreaterThanOrEqual(column, after),
        }
        return made[operator]

    def holds(self, operator: str, value: Any, literal: Json, *, asking: Asking) -> bool:
        if operator == "empty" or value is None:
            return operator == "empty" and value is None
        first, after = self.edges(literal, asking=asking)
        mine = self.pack(value)[0]
        made = {
            "is": first <= mine < after,
            "lt": mine < first,
            "ge": mine >= first,
            "le": mine < after,
            "gt": mine >= after,
        }
        return bool(made[operator])


def is_null(expression: Any) -> BaseExpression:
    return IsNull(expression, True)


def expect(value: Json, sort: type[Expected]) -> Expected:
    """JSON from outside that has to be of one sort. Raises ValueError."""
    if not isinstance(value, sort) or (isinstance(value, bool) and sort is not bool):
        raise ValueError(value)
    return value


def compare(operator: str, mine: Any, theirs: Any) -> bool:
    if operator == "is":
        return bool(mine == theirs)
    if mine is None or theirs is None:
        return False
    checks: dict[str, Callable[[], bool]] = {
        "lt": lambda: mine < theirs,
        "le": lambda: mine <= theirs,
        "gt": lambda: mine > theirs,
        "ge": lambda: mine >= theirs,
    }
    return bool(checks[operator]())
