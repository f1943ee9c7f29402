"""SQL that both databases need and the ORM does not say: JSON values, folding, row comparison, two-valued NOT."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection, models
from django.db.models import Func, QuerySet, Subquery, Value
from django.db.models.expressions import Expression
from django.db.models.lookups import In

SAFE_KEY = "abcdefghijklmnopqrstuvwxyz0123456789_"
AT_ONCE = 1_000
"""So many records are looked up by their ids: for more, PostgreSQL would read an index of the whole type as well."""


class JsonValue(Func):
    """`custom ->> 'f7'`, typed: the very expression of a custom field's index (the ORM's look-up misses it)."""

    def __init__(self, column: Any, key: str, *, storage: str = "text") -> None:
        if not key or set(key) - set(SAFE_KEY):
            raise ValueError(f"{key!r} cannot be a key")
        self.key, self.storage = key, storage
        output: models.Field[Any, Any] = models.BigIntegerField() if storage == "integer" else models.TextField()
        super().__init__(column, output_field=output)

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:  # type: ignore[override]
        column, parameters = compiler.compile(self.source_expressions[0])
        return json_sql(connection.vendor, column, self.key, self.storage), parameters


def json_sql(vendor: str, column: str, key: str, storage: str) -> str:
    """The text of a JSON value's expression, for queries and for the index on it."""
    if vendor == "sqlite":
        return f"({column} ->> '{key}')"
    return f"(({column} ->> '{key}')::bigint)" if storage == "integer" else f"(({column} ->> '{key}') COLLATE \"C\")"


class JsonHas(Func):
    """Whether a JSON list holds a value."""

    conditional = True
    output_field = models.BooleanField()

    def __init__(self, column: Any, value: str | int, *, key: str = "") -> None:
        self.value, self.key = value, key
        if key and set(key) - set(SAFE_KEY):
            raise ValueError(f"{key!r} cannot be a key")
        super().__init__(column)

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        path = f", '$.{self.key}'" if self.key else ""
        return f"EXISTS (SELECT 1 FROM json_each({column}{path}) WHERE value = %s)", (*parameters, self.value)

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        held = f"({column} -> '{self.key}')" if self.key else column
        return f"{held} @> %s::jsonb", (*parameters, json.dumps([self.value]))


class JsonHasAny(Func):
    """Whether a JSON list of ids holds one of these rows."""

    conditional = True
    output_field = models.BooleanField()

    def __init__(self, column: Any, rows: QuerySet[Any], *, key: str = "") -> None:
        self.key = key
        super().__init__(column, Subquery(rows.order_by().values("pk")))

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        column, rows, parameters = self.sides(compiler)
        path = f", '$.{self.key}'" if self.key else ""
        return f"EXISTS (SELECT 1 FROM json_each({column}{path}) WHERE value IN {rows})", parameters

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        column, rows, parameters = self.sides(compiler)
        held = f"({column} -> '{self.key}')" if self.key else column
        items = f"jsonb_array_elements(CASE WHEN jsonb_typeof({held}) = 'array' THEN {held} ELSE '[]' END)"
        return f"EXISTS (SELECT 1 FROM {items} AS item WHERE item::bigint IN {rows})", parameters

    def sides(self, compiler: Any) -> tuple[str, str, Any]:
        column, none = compiler.compile(self.source_expressions[0])
        rows, parameters = compiler.compile(self.source_expressions[1])
        return column, rows, (*none, *parameters)


class JsonEmpty(Func):
    """Whether a JSON list is missing or has nothing in it."""

    conditional = True
    output_field = models.BooleanField()

    def __init__(self, column: Any, *, key: str = "") -> None:
        self.key = key
        super().__init__(column)

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        path = f", '$.{self.key}'" if self.key else ""
        return f"COALESCE(json_array_length({column}{path}), 0) = 0", parameters

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        held = f"({column} -> '{self.key}')" if self.key else column
        return f"CASE WHEN jsonb_typeof({held}) = 'array' THEN jsonb_array_length({held}) = 0 ELSE TRUE END", parameters


class Fold(Func):
    """Text without case and accents, as `lib.text.fold` gives it."""

    function = "bodega_fold"
    output_field = models.TextField()


class ByCode(Func):
    """Text that compares by code point, whatever the locale of the server."""

    template = "%(expressions)s"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template='(%(expressions)s COLLATE "C")')


class IsFilled(Func):
    """Whether a text is not empty, said as partial indexes say it: SQLite uses them only for a literal."""

    template = "NOT (%(expressions)s = '')"
    conditional = True
    output_field = models.BooleanField()


class IsNotTrue(Func):
    """NOT as people mean it: what is unknown is not so. (SQL's NOT drops the rows where the column is NULL.)"""

    conditional = True
    output_field = models.BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **options: Any) -> tuple[str, Any]:  # type: ignore[override]
        """Django tells of conditions that no row or every row meets by raising; they are turned round too."""
        try:
            sql, parameters = compiler.compile(self.source_expressions[0])
        except EmptyResultSet:
            raise FullResultSet from None
        except FullResultSet:
            raise EmptyResultSet from None
        return f"({sql}) IS NOT TRUE", parameters


class InList(Func):
    """Membership in a list that is one literal of the statement, so that the planner sees it whole; texts are one
    parameter. `hidden` keeps SQLite's planner from an index of the column."""

    conditional = True
    output_field = models.BooleanField()

    def __init__(self, column: Any, values: Sequence[int] | Sequence[str] | Value, *, hidden: bool = False) -> None:
        self.values, self.hidden = values if isinstance(values, Value) else tuple(sorted({*values})), hidden
        self.texts = isinstance(self.values, tuple) and isinstance(next(iter(self.values), None), str)
        super().__init__(column)

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        held, given = self.held(compiler, "'[{}]'", json.dumps)
        sign = "+" if self.hidden else ""
        return f"{sign}{column} IN (SELECT value FROM json_each({held}))", (*parameters, *given)

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        column, parameters = compiler.compile(self.source_expressions[0])
        held, given = self.held(compiler, "'{{{}}}'", list)
        return f"{column} = ANY({held}::{'text' if self.texts else 'bigint'}[])", (*parameters, *given)

    def held(self, compiler: Any, brackets: str, pack: Callable[[Any], Any]) -> tuple[str, Any]:
        """The list in the statement, or the place in it where one will be given."""
        if isinstance(self.values, Value):
            return compiler.compile(self.values)  # type: ignore[no-any-return]
        if self.texts:
            return "%s", (pack(self.values),)
        return brackets.format(",".join(map(str, self.values))), ()


def some_at_once(ids: Iterable[int]) -> Iterator[list[int]]:
    listed = [*ids]
    return (listed[at : at + AT_ONCE] for at in range(0, len(listed), AT_ONCE))


def one_of_ids(column: str, ids: Iterable[int]) -> str:
    """The SQL of membership in a literal list of ids."""
    held = ",".join(str(int(one)) for one in sorted(ids))
    if connection.vendor == "postgresql":
        return f"{column} = ANY('{{{held}}}'::bigint[])"
    return f"{column} IN (SELECT value FROM json_each('[{held}]'))"


class EitherWay(Func):
    """One condition in three forms. Where rows are sorted SQLite walks along the index of the order, if `walk` says so,
    instead of collecting all rows to sort them, or collects them by their ids. PostgreSQL sees what is in a list and
    chooses for itself."""

    conditional = True
    output_field = models.BooleanField()

    def __init__(self, plain: Any, walking: Any, collecting: Any, *, walk: Callable[[], bool]) -> None:
        self.walk = walk
        super().__init__(plain, walking, collecting)

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        plain, walking, collecting = self.source_expressions
        if not compiler.query.order_by:
            return compiler.compile(plain)  # type: ignore[no-any-return]
        return compiler.compile(walking if self.walk() else collecting)  # type: ignore[no-any-return]

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        return compiler.compile(self.source_expressions[0])  # type: ignore[no-any-return]


def one_of(column: Any, values: Iterable[Any]) -> models.Q:
    """Membership in a list of any values that can be compared with the column."""
    known = [*values]
    return models.Q((InList if all(isinstance(value, str) for value in known) else In)(column, known))


class RowCompare(Expression):
    """`(a, b) > (x, y)`: what keyset paging asks, in the form that both databases answer from one index."""

    conditional = True

    def __init__(self, left: Sequence[Any], operator: str, right: Sequence[Value]) -> None:
        super().__init__(output_field=models.BooleanField())
        self.left, self.operator, self.right = [*left], operator, [*right]

    def get_source_expressions(self) -> list[Any]:
        return [*self.left, *self.right]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.left, self.right = [*exprs[: len(self.left)]], [*exprs[len(self.left) :]]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sides, parameters = [], []
        for side in (self.left, self.right):
            parts = [compiler.compile(expression) for expression in side]
            sides.append("(" + ", ".join(sql for sql, _ in parts) + ")")
            parameters += [value for _, values in parts for value in values]
        return f"{sides[0]} {self.operator} {sides[1]}", parameters


class FirstDay(Func):
    """The first day of the week, month, … of a day. On SQLite by its own functions: Django's is Python, row by row."""

    output_field = models.DateField()
    SQLITE: ClassVar[Mapping[str, str]] = {
        "day": "{0}",
        "week": "date({0}, 'weekday 0', '-6 days')",
        "month": "substr({0}, 1, 7) || '-01'",
        "quarter": "substr({0}, 1, 5) || substr('010101040404070707101010', 2 * substr({0}, 6, 2) - 1, 2) || '-01'",
        "year": "substr({0}, 1, 4) || '-01-01'",
    }

    def __init__(self, day: Any, period: str) -> None:
        self.period = period
        super().__init__(day)

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        day, parameters = compiler.compile(self.source_expressions[0])
        form = self.SQLITE[self.period]
        return f"({form.format(day)})", (*parameters,) * form.count("{0}")

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        day, parameters = compiler.compile(self.source_expressions[0])
        return f"date_trunc('{self.period}', ({day})::timestamp)::date", parameters


class AsTime(Func):
    """A day or a moment that is held as ISO text in JSON, as the database's own."""

    template = "%(expressions)s"

    def __init__(self, column: Any, *, is_moment: bool) -> None:
        super().__init__(column, output_field=models.DateTimeField() if is_moment else models.DateField())

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        is_moment = isinstance(self.output_field, models.DateTimeField)
        own = "replace(substr(%(expressions)s, 1, 26), 'T', ' ')" if is_moment else self.template
        return self.as_sql(compiler, connection, template=own)

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        own = "timestamptz" if isinstance(self.output_field, models.DateTimeField) else "date"
        return self.as_sql(compiler, connection, template=f"(%(expressions)s)::{own}")
