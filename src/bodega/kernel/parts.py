"""Parts: the ordered rows that a record owns (lines, contact points), read and written with it as one value."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.kernel.kinds import Kind, Reference, Show, kind_of
from bodega.kernel.kinds.base import Json
from bodega.kernel.kinds.others import refuse_constant
from bodega.kernel.raw import Slot, Statement
from bodega.lib.expressions import InList
from bodega.lib.markup import format_html_join

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

Line = dict[str, Any]
"""One part: values by field name, and `id` when it is stored already."""


@dataclass(frozen=True, kw_only=True)
class Part(Kind):
    """A list of lines as a field of their parent. `model` has a foreign key `parent` (or only its column), an integer
    `order`, and in the columns of `where` these values."""

    word: ClassVar[str] = "parts"
    operators: ClassVar[tuple[str, ...]] = ()
    suffixes: ClassVar[tuple[str, ...]] = ()
    sortable: ClassVar[bool] = False

    model: type[models.Model]
    parent: str
    fields: str
    where: Mapping[str, Any] = field(default_factory=dict)
    references: Mapping[str, str] | None = None
    extra: tuple[Kind, ...] = ()
    search: str = ""
    """The fields by whose words the parent is found."""
    tells: str = ""
    """The fields of the parent that can be read out of the lines: who may not see or set one of them has no lines."""

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        extra = {kind.name: kind for kind in self.extra}
        return {name: extra.get(name) or self.kind(name) for name in self.fields.split()}

    def kind(self, name: str) -> Kind:
        columns = {column.name: column for column in self.model._meta.concrete_fields}
        return kind_of(columns[name], type_of_model=(self.references or {}).get(name, ""))

    @cached_property
    def to_jsons(self) -> Sequence[tuple[str, Callable[[Any], Json] | None]]:
        """How each field becomes JSON; None for those that are JSON as they are."""
        return [(name, None if kind.is_json else kind.to_json) for name, kind in self.kinds.items()]

    @cached_property
    def pointing(self) -> Sequence[Kind]:
        return [kind for kind in self.kinds.values() if isinstance(kind, Reference)]

    @cached_property
    def demanding(self) -> Sequence[Kind]:
        return [kind for kind in self.kinds.values() if kind.required]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for kind in self.kinds.values() for column in kind.columns)

    @property
    def rows(self) -> models.QuerySet[Any]:
        return self.model._base_manager.filter(**self.where)

    @cached_property
    def statement(self) -> Statement:
        parent = f"{self.parent}_id"
        rows = self.rows.filter(InList(F(parent), Slot("parents"))).order_by(parent, "order", "id")
        return Statement(rows, [parent, "id", *self.columns])

    def stored(self, parents: Iterable[int]) -> dict[int, list[Line]]:
        """The lines of each parent, in order (one query)."""
        found: dict[int, list[Line]] = {}
        for parent, pk, *raw in self.statement.ask(parents=[*parents]):
            found.setdefault(parent, []).append({"id": pk, **self.unpack_line(raw)})
        return found

    def unpack_line(self, raw: Sequence[Any]) -> Line:
        line, at = {}, 0
        for name, kind in self.kinds.items():
            width = len(kind.columns)
            line[name] = kind.unpack(raw[at : at + width])
            at += width
        return line

    def pack_line(self, line: Line) -> list[Any]:
        packed: list[Any] = []
        for kind in self.kinds.values():
            value = line.get(kind.name)
            packed += kind.pack(kind.or_default(value) if value is None else value)
        return packed

    def get(self, record: models.Model) -> list[Line]:
        return self.stored([record.pk]).get(record.pk, [])

    def to_json(self, value: Any) -> Json:
        """Without the ids: history compares and restores what the lines say, not which rows hold them."""
        return [
            {name: to_json(line.get(name)) if to_json else line.get(name) for name, to_json in self.to_jsons}
            for line in value or ()
        ]

    def from_json(self, value: Json) -> list[Line]:
        return [
            ({"id": int(line["id"])} if line.get("id") else {})
            | {name: kind.from_json(line.get(name)) for name, kind in self.kinds.items()}
            for line in value or ()
        ]

    def points_at(self, value: Any) -> Iterable[tuple[str, int]]:
        named = ((kind, line.get(kind.name)) for line in value or () for kind in self.pointing)
        return (target for kind, held in named for target in kind.points_at(held))

    def check(self, value: Any) -> None:
        super().check(value)
        for number, line in enumerate(value or (), start=1):
            for kind in self.demanding:
                try:
                    kind.check(line.get(kind.name))
                except ValidationError as problem:
                    raise ValidationError(
                        _("Line %(number)s: %(problem)s") % {"number": number, "problem": problem.messages[0]}
                    ) from None

    def text(self, value: Any, *, show: Show) -> str:
        return "; ".join(self.line_text(line, show=show) for line in value or ())

    def line_text(self, line: Line, *, show: Show) -> str:
        shown = (kind.text(line.get(name), show=show) for name, kind in self.kinds.items())
        return " · ".join(text for text in shown if text)

    def cell(self, value: Any, *, show: Show) -> SafeString:
        return format_html_join("", "<div>{}</div>", ((self.line_text(line, show=show),) for line in value or ()))

    def parse(self, text: Any, *, actor: Actor) -> list[Line]:
        """JSON, as the API and the export write it."""
        if not str(text).strip():
            return []
        try:
            found = json.loads(str(text), parse_constant=refuse_constant)
            return self.from_json(found)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ValidationError(_("“%(text)s” is not a list of lines.") % {"text": str(text)[:60]}) from None

    def export(self, value: Any, *, show: Show) -> str:
        return json.dumps(self.to_json(value), ensure_ascii=False) if value else ""
