"""Records for an export: some thousand at a time, column by column, all of them as they were at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Cast

from bodega.kernel.columns import FixedField
from bodega.kernel.kinds import Computed, Kind, References, Show
from bodega.kernel.kinds.references import is_type
from bodega.kernel.parts import Part
from bodega.kernel.query.page import Order, Way
from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType
from bodega.kernel.registry import type_of

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

CELLS, MOST, REMEMBERED = 50_000, 4_000, 50_000
"""What is in memory at once: so many values, never more than so many records, and names of so many others."""
Values = Sequence[Any]


@dataclass(frozen=True)
class Slice:
    """Some records by column: `values` by field name, one for each id; `names` of what they refer to, by type."""

    ids: Sequence[int]
    versions: Sequence[int]
    values: Mapping[str, Values]
    show: Show
    names: Mapping[str, Mapping[int, str]]


@contextmanager
def one_moment() -> Iterator[None]:
    """What is read inside is all of one moment, however long it takes. Writers are not kept waiting."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            say("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        say("BEGIN DEFERRED")
        try:
            yield
        finally:
            say("ROLLBACK")


def say(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def slices(
    type_: RecordType, rows: QuerySet[Any], kinds: Sequence[Kind], *, sort: str, size: int, actor: Actor
) -> Iterator[Slice]:
    """The rows by `sort` (a field, with a dash for falling; those without a value come last), `size` at a time."""
    order, stored, known = Order(type_, sort), type_.stored_kinds(kinds), Known(actor)
    columns = ["id", "version", *dict.fromkeys(c for kind in stored if not kind.custom for c in kind.columns)]
    columns += ["custom"] if any(kind.custom for kind in stored) else []
    for filled in (True, False) if order.has_gaps else (True,):
        stretch = order.stretch(rows, Way(filled, order.falling, behind=False))
        found = iter(stretch.values_list(*map(partial(quickly, type_.model), columns)).iterator(chunk_size=size))
        while some := [*islice(found, size)]:
            raw = dict(zip(columns, zip(*some, strict=True), strict=True))
            yield sliced(type_, raw, kinds, known)


def quickly(model: type[models.Model], name: str) -> Any:
    """A column; of SQLite, moments as text, which becomes a moment ten times faster here than by way of Django."""
    is_moment = isinstance(columns_of(model)[name], models.DateTimeField)
    return Cast(F(name), models.TextField()) if is_moment and connection.vendor == "sqlite" else F(name)


@dataclass
class Known:
    """What the records are called that others refer to: asked once, as long as they are not too many."""

    actor: Actor
    names: dict[str, dict[int, str | None]] = field(default_factory=dict)

    def of(self, key: str, ids: set[int]) -> dict[int, str]:
        known = self.names.setdefault(key, {})
        if len(known) > REMEMBERED:
            known.clear()
        if new := ids - known.keys():
            known |= dict.fromkeys(new) | names_in(type_of(key), new, actor=self.actor)
        return {pk: name for pk in ids if (name := known[pk]) is not None}


def sliced(type_: RecordType, raw: Mapping[str, Values], kinds: Sequence[Kind], known: Known) -> Slice:
    values = {kind.name: values_of(type_, raw, kind) for kind in kinds}
    wanted: dict[str, set[int]] = {}
    for kind in kinds:
        for type_key, pk in pointed(kind, values[kind.name]):
            wanted.setdefault(type_key, set()).add(pk)
    names = {key: known.of(key, ids) for key, ids in wanted.items() if is_type(key)}
    return Slice(raw["id"], raw["version"], values, Show(known.actor), names)


def pointed(kind: Kind, values: Values) -> Iterable[tuple[str, int]]:
    if type(kind).points_at is Kind.points_at:
        return ()
    each = values if isinstance(kind, Part | References) else {*values}
    return (target for value in each if value for target in kind.points_at(value))


def names_in(type_: RecordType, ids: Iterable[int], *, actor: Actor) -> dict[int, str]:
    """What these records are called, but for those that one may not see."""
    if type_.covers:
        found = [names_in(type_of(key), ids, actor=actor) for key in type_.covers.split()]
        return {pk: name for names in found for pk, name in names.items()}
    return {pk: str(title) or f"#{pk}" for pk, title in type_.raw(ids, ["pk", type_.title], actor=actor)}


def values_of(type_: RecordType, raw: Mapping[str, Values], kind: Kind) -> Values:
    """The values of one field, for all records of a slice."""
    if isinstance(kind, Part):
        lines = kind.stored(raw["id"])
        return [lines.get(pk, []) for pk in raw["id"]]
    if isinstance(kind, Computed):
        needed = [values_of(type_, raw, need) for need in type_.named_fields(" ".join(kind.needs))]
        return [kind.compute(*values) for values in zip(*needed, strict=True)]
    held = [raw_column(type_.model, raw, kind, column) for column in kind.columns]
    if kind.is_plain:
        return held[0]
    return [kind.unpack(values) for values in zip(*held, strict=True)]


def raw_column(model: type[models.Model], raw: Mapping[str, Values], kind: Kind, name: str) -> Values:
    if kind.custom:
        return [(held or {}).get(name) for held in raw["custom"]]
    field = columns_of(model)[name]
    if isinstance(field, models.DateTimeField) and connection.vendor == "sqlite":
        return [text and datetime.fromisoformat(text).replace(tzinfo=UTC) for text in raw[name]]
    return [field.get_prep_value(value) for value in raw[name]] if isinstance(field, FixedField) else raw[name]


def most_lines(part: Part, rows: QuerySet[Any]) -> int:
    """How many lines the record with the most has (one query)."""
    parent = f"{part.parent}_id"
    lines = part.rows.filter(**{f"{parent}__in": rows.order_by().values("pk")}).order_by()
    counted = lines.values(parent).annotate(many=models.Count("pk"))
    return int(counted.aggregate(most=models.Max("many"))["most"] or 0)
