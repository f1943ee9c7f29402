"""Questions asked of one record in Python: of values at hand, which the stored row may have left behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BigIntegerField, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from bodega.kernel.kinds import Asking, Kind, Place, References
from bodega.kernel.kinds.base import Json
from bodega.kernel.parts import Part
from bodega.kernel.query.ask import NUMBERS, along_path, guarded, literals, pointers, rows_of
from bodega.kernel.query.fields import beyond, field
from bodega.kernel.query.tree import And, Changed, Is, Node, Not, Or, Question, QuestionError, Related, Was, Words
from bodega.kernel.record import RecordType

Image = Mapping[str, Any]
"""The values of a record by the stable keys of its fields, and its `id`; a key that is missing has no value."""


def holds(question: Question, image: Image, type_: RecordType, *, asking: Asking, old: Image | None = None) -> bool:
    """Whether the question means this record: the answer that `ask` gives for a row with these values.

    `old` is the image before a change, empty for a record that the change made. Records referred to are looked up as
    they are now. Raises QuestionError for words to search for, and for what was before where there is no `old`.
    """
    return Holding(type_.for_(asking.actor), image, asking, old).of(question.where)


class Holding:
    """One record and what it is asked against."""

    def __init__(self, type_: RecordType, image: Image, asking: Asking, old: Image | None) -> None:
        self.type, self.image, self.asking, self.old = type_, image, asking, old

    def of(self, node: Node) -> bool:
        match node:
            case And(items):
                return all(self.of(item) for item in items)
            case Or(items):
                return any(self.of(item) for item in items)
            case Not(item):
                return not self.of(item)
            case Is():
                return self.is_so(node)
            case Related():
                return self.related(node)
            case Was(item):
                return bool(self.before) and Holding(self.type, self.before, self.asking, None).of(item)
            case Changed(key):
                return self.changed(field(self.type, key))
            case Words():
                raise QuestionError(_("Words can only be searched for among stored records; name a field."))

    @property
    def before(self) -> Image:
        if self.old is None:
            raise QuestionError(_("What was before a change can only be asked of a change."))
        return self.old

    def changed(self, kind: Kind) -> bool:
        before, after = self.before.get(kind.key), self.image.get(kind.key)
        return bool(before != after) and not (kind.is_empty(before) and kind.is_empty(after))

    def is_so(self, node: Is) -> bool:
        kind = field(self.type, node.path[0])
        value = self.image.get(kind.key)
        if len(node.path) == 1:
            return holds_any(kind, node.operator, value, node.literal, self.asking)
        target = beyond(kind, actor=self.asking.actor)
        if isinstance(target, Place):
            part = field(target, node.path[1])
            return holds_any(part, node.operator, getattr(value, node.path[1], ""), node.literal, self.asking)
        if target is None:
            raise QuestionError(_("“%(name)s” has no fields of its own.") % {"name": kind.name})
        if isinstance(target, Mapping):
            known = along_path(node.path, node.operator, node.literal, self.type, self.asking)
            return self.type.every().filter(known, pk=self.image["id"]).exists()
        inner = along_path(node.path[1:], node.operator, node.literal, target, self.asking)
        return rows_of(target, self.asking).filter(inner).filter(**self.pointed(kind, value)).exists()

    def pointed(self, kind: Kind, value: Any) -> Mapping[str, Any]:
        """Which rows the field points at, as a filter."""
        if isinstance(kind, Part):
            return {f"{kind.parent}_id": self.image["id"]}
        ids: Iterable[int] = (value or ()) if isinstance(kind, References) else () if value is None else (value,)
        return {"pk__in": [*ids]}

    def related(self, node: Related) -> bool:
        rows, column = pointers(node, self.type, self.asking)
        rows = rows.filter(Exact(column, Value(self.image["id"], BigIntegerField())))
        if node.quantifier == "count":
            return NUMBERS[node.operator](rows.count(), node.number)
        return rows.exists() == (node.quantifier == "any")


def holds_any(kind: Kind, operator: str, value: Any, literal: Json, asking: Asking) -> bool:
    meant = literals(kind, operator, literal)
    return any(guarded(kind.holds, operator, value, one, asking=asking) for one in meant)
