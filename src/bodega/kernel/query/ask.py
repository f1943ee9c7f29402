"""Questions become SQL: one compiler for both databases, behind the door for reading.

Two rules hold everywhere. NOT is two-valued: what is unknown is not so. And whatever lies behind a reference is looked
at through `rows(actor)` of the type referred to, so that `-account.sector:medical` means “not of an account that I may
see and that is medical”: a record with a hidden account is among them whatever that account is, so nothing is learnt.
"""

from __future__ import annotations

import operator as compare
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet
from django.db.models.expressions import BaseExpression, Exists
from django.db.models.lookups import Exact, In
from django.utils.translation import gettext as _

from bodega.kernel.kinds import AnyReference, Asking, Choice, Condition, Kind, Place, References, Teams
from bodega.kernel.kinds.base import Json
from bodega.kernel.parts import Part
from bodega.kernel.query.fields import Source, beyond, field, known_as, relation
from bodega.kernel.query.tree import And, Is, Node, Not, Or, Question, QuestionError, Related, Words, parameter
from bodega.kernel.record import RecordType
from bodega.lib import clock
from bodega.lib.expressions import IsNotTrue, JsonHasAny, JsonValue

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

Rows = QuerySet[Any]
Answer = TypeVar("Answer")
NUMBERS: Mapping[str, Callable[[int, int], bool]] = {
    "is": compare.eq, "lt": compare.lt, "le": compare.le, "gt": compare.gt, "ge": compare.ge,
}  # fmt: skip
NOTHING = Q(pk__in=[])
LOOKUPS = {"is": "exact", "lt": "lt", "le": "lte", "gt": "gt", "ge": "gte"}


def ask(
    type_: RecordType, question: Question, *, actor: Actor, rows: Rows | None = None, now: datetime | None = None
) -> Rows:
    """Those of `rows` (of all that the actor may see) that the question means. Raises QuestionError.

    `me`, `my team` and relative dates are those of the actor now.
    """
    asking = Asking(actor, now or clock.now())
    found = type_.rows(actor) if rows is None else rows
    return found if question.is_everything else found.filter(condition(question.where, type_.for_(actor), asking))


def condition(node: Node, source: Source, asking: Asking) -> Q:
    """The SQL of a condition on rows of `source`; NULL counts as no."""
    match node:
        case And(items):
            return every(condition(item, source, asking) for item in items)
        case Or(items):
            return either(condition(item, source, asking) for item in items)
        case Not(item):
            return negated(condition(item, source, asking))
        case Is(path, operator, literal):
            return along_path(path, operator, literal, source, asking)
        case Related():
            return related(node, source, asking)
        case Words(text):
            return words(text, source, asking)
    raise QuestionError(_("What was before a change can only be asked of a change."))


def every(conditions: Iterable[Condition]) -> Q:
    return reduce(compare.and_, map(Q, conditions), ~NOTHING)


def either(conditions: Iterable[Condition]) -> Q:
    return reduce(compare.or_, map(Q, conditions), NOTHING)


def negated(found: Q) -> Q:
    """What is not true, NULL included; EXISTS is never NULL, and PostgreSQL knows more ways to its opposite."""
    only: Any = found.children[0]
    return Q(~only) if isinstance(only, Exists) and len(found.children) == 1 else Q(IsNotTrue(found))


# ---- fields ----------------------------------------------------------------------------------------------------------


def along_path(path: tuple[str, ...], operator: str, literal: Json, source: Source, asking: Asking) -> Q:
    kind = field(source, path[0])
    if len(path) == 1:
        values = literals(kind, operator, literal)
        return either(guarded(kind.condition, operator, value, asking=asking) for value in values)
    target = beyond(kind, actor=asking.actor)
    if target is None:
        raise QuestionError(_("“%(name)s” has no fields of its own.") % {"name": kind.name})
    inner = along_path(path[1:], operator, literal, target, asking)
    if isinstance(target, Place | Mapping):
        return inner
    return Q(pointing(kind, rows_of(target, asking).filter(inner), asking))


def rows_of(source: RecordType | Part, asking: Asking) -> Rows:
    """The rows that may be looked at: of a type through its door, the lines of a parent that is seen already."""
    return source.rows if isinstance(source, Part) else source.rows(asking.actor)


def pointing(kind: Kind, rows: Rows, asking: Asking) -> Condition:
    """That the field refers to one of `rows` (or, of lines, that one of `rows` is a line of this record)."""
    if isinstance(kind, Part):
        return among(F("pk"), rows, F(f"{kind.parent}_id"))
    if isinstance(kind, Teams):
        return kind.one_of(rows, asking)
    if isinstance(kind, References):
        column, key = kind.list_column(asking)
        return JsonHasAny(column, rows, key=key)
    return among(kind.expression(asking), rows, F("pk"))


def among(column: BaseExpression | F, rows: Rows, key: BaseExpression | F) -> Condition:
    """That `column` is the `key` of one of `rows`.

    SQLite collects the keys once, which has no bad case. PostgreSQL turns EXISTS into whatever join is best, and also
    below a NOT, where a large IN would be searched from end to end for every row.
    """
    if connection.vendor == "sqlite":
        return In(column, rows.values(asked=key))
    return Exists(rows.filter(Exact(key, outer(column))))


def outer(column: Any) -> Any:
    """The column as a sub-query names it."""
    if isinstance(column, JsonValue):
        return JsonValue(outer(column.source_expressions[0]), column.key, storage=column.storage)
    return OuterRef(column.name)


def literals(kind: Kind, operator: str, literal: Json) -> list[Json]:
    """The values meant, any of which will do. Raises QuestionError for what the field cannot be asked."""
    if operator not in kind.operators:
        raise QuestionError(_("“%(name)s” cannot be asked that way.") % {"name": kind.name})
    return [value for part in (literal if isinstance(literal, list) else [literal]) for value in meant(kind, part)]


def meant(kind: Kind, literal: Json) -> list[Json]:
    """`{"status": "open"}` is whichever options count as open when it is asked; everything else is itself."""
    if name := parameter(literal):
        raise QuestionError(_("The question needs a value for “%(name)s”.") % {"name": name})
    if not (isinstance(kind, Choice) and isinstance(literal, dict)):
        return [literal]
    return [key for key, option in kind.choices().items() if option.status == literal.get("status")]


def guarded(make: Callable[..., Answer], *given: Any, **named: Any) -> Answer:
    """What is made of a literal. One that is none of the field's (by hand, or older than the field) is told as such."""
    try:
        return make(*given, **named)
    except (ValidationError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError):
        raise QuestionError(_("The question has a value that the field cannot have.")) from None


# ---- related records, words ------------------------------------------------------------------------------------------


def pointers(node: Related, source: Source, asking: Asking) -> tuple[Rows, Any]:
    """The related rows that are asked for, and the column in which each names its record of `source`."""
    _name, way = relation(node, source, actor=asking.actor)
    kind = way.through
    rows = rows_of(way.of, asking).filter(condition(node.item, way.of, asking))
    if isinstance(kind, Part):
        return rows, F(f"{kind.parent}_id")
    if isinstance(kind, AnyReference) and isinstance(source, RecordType):
        rows = rows.filter(In(kind.expression(asking, "_type", "text"), sorted(known_as(source))))
        return rows, kind.expression(asking, "_id")
    return rows, kind.expression(asking)


def related(node: Related, source: Source, asking: Asking) -> Q:
    rows, column = pointers(node, source, asking)
    if node.quantifier != "count":
        found = Q(among(F("pk"), rows, column))
        return found if node.quantifier == "any" else negated(found)
    counted = rows.order_by().values(asked=column).annotate(many=Count("pk")).exclude(asked=None)
    if NUMBERS[node.operator](0, node.number):
        others = counted.exclude(**{f"many__{LOOKUPS[node.operator]}": node.number})
        return Q(IsNotTrue(Q(In(F("pk"), others.values("asked")))))
    fitting = counted.filter(**{f"many__{LOOKUPS[node.operator]}": node.number})
    return Q(In(F("pk"), fitting.values("asked")))


def words(text: str, source: Source, asking: Asking) -> Q:
    """That one of the fields the type is searched by contains the text."""
    known = source.fields() if isinstance(source, RecordType) else {}
    searched = source.search.split() if isinstance(source, RecordType) else []
    paths = [path for name in searched if (path := tuple(name.split(".")))[0] in known]
    if not paths:
        raise QuestionError(_("Name a field: there is nothing here to search words in."))
    return either(along_path(path, "contains", text, source, asking) for path in paths)
