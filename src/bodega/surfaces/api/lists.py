"""Many records: those that a question means, page by page; those in the trash; groups of them with their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, change, query
from bodega.kernel.kinds.base import Json
from bodega.kernel.kinds.numbers import plain
from bodega.kernel.query.page import Order
from bodega.lib.money import Money
from bodega.surfaces.api.calls import TypeCall
from bodega.surfaces.api.rows import Written, usual_fields
from bodega.surfaces.api.values import read_values, writable

SIZE, COUNTED, GROUPS = 50, 10_000, 10_000
"""Rows of a page; how far is counted; groups of a report, at most."""


class Asking(TypeCall):
    """A call with a question: `q` as people type it, or `where` as JSON."""

    def asked_rows(self) -> QuerySet[Any]:
        access.require(self.type_, self.actor, "view")
        return query.ask(self.type_, self.question(), actor=self.actor)

    def question(self) -> query.Question:
        text, where = self.asked("q"), self.asked("where")
        if text and where:
            raise self.bad("where", _("Ask by q or by where, not by both."))
        if not where:
            return query.parse(text, self.type_, actor=self.actor)
        try:
            return query.Question.from_json(orjson.loads(where))
        except orjson.JSONDecodeError as wrong:
            raise self.bad("where", _("This is not JSON: %(problem)s.") % {"problem": wrong}) from None


class Listing(Asking):
    """Pages of rows."""

    def page(self, rows: QuerySet[Any], *, usual_sort: str) -> HttpResponse:
        names, sort = self.names(), self.asked("sort") or usual_sort
        size = self.limit(SIZE)
        turned = {turn: self.cursor(turn, sort) for turn in ("after", "before") if self.asked(turn)}
        if len(turned) > 1:
            raise self.bad("before", _("Turn the pages by after or by before, not by both."))
        found = query.page(self.type_, rows, sort=sort, names=names, size=size, **turned)
        kinds = [self.type_.fields()[name] for name in names]
        written = Written(kinds, actor=self.actor, with_names=self.asked_flag("names"))
        body: dict[str, Json] = {"data": written.rows(found.rows), "next": found.next, "previous": found.previous}
        if written.with_names:
            body["names"] = written.names()
        if self.asked_flag("count"):
            number, more = query.count(rows, limit=COUNTED)
            body["count"] = {"number": number, "more": more}
        return self.told(body)

    def names(self) -> list[str]:
        """The fields asked for. One that is hidden and one that is not there get the same answer."""
        names, known = self.asked_names("fields"), self.type_.fields()
        for name in names:
            if name not in known:
                raise self.bad("fields", _("There is no field “%(name)s”.") % {"name": name[:60]})
        return [*dict.fromkeys(names)] or usual_fields(self.type_)

    def cursor(self, turn: str, sort: str) -> str:
        """A cursor belongs to one order; with another it would begin anew, and who follows it go on for ever."""
        mark = self.asked(turn)
        if Order(self.type_, sort).cursor(mark) is None:
            raise self.bad(turn, _("This cursor is of a list in another order."))
        return mark


PAGING = ("fields", "sort", "after", "before", "limit", "count", "names")


class Records(Listing):
    """The records of a type, and a new one."""

    takes = ("q", "where", *PAGING)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.asked_rows(), usual_sort=next(iter(self.type_.sortable), "-id"))

    def post(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "create")
        values = read_values(writable(self.type_), self.sent(), actor=self.actor)
        made = change.create(self.type_, values, actor=self.actor)
        return self.told_new(made.pk)


class Trash(Listing):
    """What was deleted and may be restored."""

    takes = PAGING

    def get(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "delete")
        return self.page(self.type_.trash(self.actor), usual_sort="-id")


class Report(Asking):
    """Groups of records with their number, sums and averages: `by=stage,owner,closed_on.month&sum=amount`."""

    takes = ("q", "where", "by", "sum", "average")

    def get(self, request: HttpRequest) -> HttpResponse:
        by = self.asked_names("by")
        measures = ["count", *(f"{way} {name}" for way in ("sum", "average") for name in self.asked_names(way))]
        if len(by) > 5 or len(measures) > 10:
            raise self.bad("by", _("A report has at most 5 fields to group by and 10 measures."))
        groups = query.report(
            self.type_, self.asked_rows(), by=by, measures=measures, actor=self.actor, limit=GROUPS + 1
        )
        told = [group_of(group, measures) for group in groups[:GROUPS]]
        return self.told({"by": by, "measures": measures, "groups": told, "more": len(groups) > GROUPS})


def group_of(group: query.Group, measures: Sequence[str]) -> dict[str, Json]:
    values = {words: measured(value) for words, value in zip(measures, group.measures, strict=True)}
    return {"keys": [key_of(key) for key in group.keys], "labels": [*group.labels], "measures": values}


def key_of(key: Any) -> Json:
    """A key as text: days and numbers as elsewhere, an id by its digits."""
    return key if key is None or isinstance(key, str | bool) else str(key)


def measured(value: Any) -> Json:
    if isinstance(value, Mapping):
        return {unit: measured(amount) for unit, amount in value.items()}
    if isinstance(value, Money):
        return f"{value.decimal:f}"
    return plain(value) if isinstance(value, Decimal) else value
