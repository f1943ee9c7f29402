"""A list in groups, each with its count and sums, all by one query; the rows of a group come when it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, query
from bodega.kernel.actors import Actor
from bodega.kernel.kinds import Kind, Money, Reference, Show
from bodega.kernel.query import tree
from bodega.kernel.query.report import HIDDEN, Grouping, Measure, in_tally
from bodega.kernel.query.tree import And, Is, Node
from bodega.kernel.raw import columns_of
from bodega.lib.numbers import format_decimal
from bodega.surfaces.html import lists, shapes
from bodega.surfaces.html.asking import Asked
from bodega.surfaces.listing.offering import PERIODS, groupings

MOST = 200
"""Groups of one list."""
LINES = 4 * MOST
"""An amount in another currency is a line of its own."""


class GroupsPage(lists.ListPage):
    """`by` says what by. Beyond as many records as are counted, it says so, unless a roll-up has the numbers."""

    number = (0, False)
    """As it was counted for the page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        asked = Asked(request.GET.get("q", ""), self.type_, actor=self.actor)
        if self.by not in dict(groupings(self.type_)):
            return self.go(super().list_url(q=asked.text))
        return self.render("list.html", self.shape(asked, query.Page([], None, None)))

    @cached_property
    def by(self) -> str:
        return self.request.GET.get("by", "")

    @cached_property
    def grouping(self) -> Grouping:
        return Grouping.of(self.type_, self.by, actor=self.actor)

    def list_url(self, **given: Any) -> str:
        path, _mark, asked = super().list_url(**given, by=self.by).partition("?")
        return f"{path}groups/?{asked}"

    def kept(self, asked: Asked) -> dict[str, str]:
        return {**super().kept(asked), "by": self.by}

    def counted(self, asked: Asked, found: query.Page) -> tuple[int, bool]:
        self.number = query.count(asked.rows, limit=lists.MOST)
        return self.number

    def shape(self, asked: Asked, found: query.Page) -> shapes.ListPage:
        page = super().shape(asked, found)
        groups = self.groups(asked)
        keep = [(name, self.request.GET.get(name, "")) for name in ("by", "sort", "then", "columns", "view")]
        again = asked.shape(lambda text: self.list_url(q=text), home=self.url("groups"), keep=keep)
        return replace(
            page,
            question=again,
            grouped=dict(groupings(self.type_))[self.by],
            groups=(groups or ())[:MOST],
            grouped_note=_("The first %(number)s groups") % {"number": MOST} if len(groups or ()) > MOST else "",
            ungroup_url=super().list_url(),
            empty=self.too_many(asked) if groups is None else None if groups else page.empty,
        )

    def too_many(self, asked: Asked) -> shapes.Empty:
        number = format_decimal(lists.MOST, self.actor.language)
        back = shapes.Act(label=_("Show them without groups"), url=super().list_url(), icon="rows-3")
        return shapes.Empty(
            title=_("More than can be grouped by this"),
            text=_("Up to %(number)s records are grouped at once. Ask for fewer of them.") % {"number": number},
            icon="group",
            acts=[back],
        )

    # ---- the groups --------------------------------------------------------------------------------------------

    def groups(self, asked: Asked) -> list[shapes.Group] | None:
        """None where there are too many records to look at each of them."""
        sums = [kind for kind in self.kinds if isinstance(kind, Money)]
        measures = ["count", *(f"sum {kind.name}" for kind in sums)]
        if self.number[1]:
            measured = [Measure.of(self.type_, words) for words in measures]
            if in_tally(self.type_, asked.rows, [self.grouping], measured) is None:
                return None
        found = query.report(self.type_, asked.rows, by=[self.by], measures=measures, actor=self.actor, limit=LINES)
        ranks = in_order(self.grouping.kind, actor=self.actor)
        found.sort(key=lambda one: ranks.get(one.keys[0], len(ranks)))
        return [self.group(asked, one, sums) for one in found]

    def group(self, asked: Asked, found: query.Group, sums: Sequence[Kind]) -> shapes.Group:
        show, (count, *amounts) = Show(self.actor), found.measures
        text = self.text_of(asked, found.keys[0])
        return shapes.Group(
            label=found.labels[0] or _("without"),
            count=format_decimal(count, self.actor.language),
            number=count,
            sums=[kind.text(one, show=show) for kind, held in zip(sums, amounts, strict=True) for one in held.values()],
            url="" if text is None else super().list_url(q=text),
        )

    def text_of(self, asked: Asked, value: Any) -> str | None:
        """The question of one group; None for that of all records one may not see, which cannot be asked for."""
        grouping = self.grouping
        if value == HIDDEN and isinstance(grouping.kind, Reference):
            return None
        joined = tree.join(And, (asked.question.where, condition(grouping, value, actor=self.actor)))
        return query.write(query.Question(joined), self.type_, show=Show(self.actor))


def in_order(kind: Kind, *, actor: Actor) -> dict[Any, int]:
    """Where the few records stand that administrators have put in order: stages, and what has an order like them."""
    if not isinstance(kind, Reference) or not kind.target.admin or "order" not in columns_of(kind.target.model):
        return {}
    target = kind.target
    ordered = target.rows(actor).order_by(*([target.path] if target.path else []), "order", "pk")
    return {pk: at for at, pk in enumerate(ordered.values_list("pk", flat=True))}


def condition(grouping: Grouping, value: Any, *, actor: Actor) -> Node:
    kind, path = grouping.kind, grouping.path
    if kind.is_empty(value):
        return Is(path, "empty")
    if not grouping.period:
        return Is(path, kind.default_operator, kind.to_json(value))
    begins = Is(path, "ge", kind.operand(value.isoformat(), actor=actor))
    ends = following(value, grouping.period)
    return And((begins, *([Is(path, "lt", kind.operand(ends.isoformat(), actor=actor))] if ends else [])))


def following(first: date, period: str) -> date | None:
    """The first day of the next period; None at the end of the calendar."""
    days = PERIODS[period][1]
    if date.max - first < timedelta(days):
        return None
    found = first + timedelta(days)
    return found if days < 31 else found.replace(day=1)
