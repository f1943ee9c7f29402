"""The list of a record type: a question, columns, an order, a page of rows, what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, query
from bodega.kernel.kinds import Kind, Money, Show
from bodega.kernel.parts import Part
from bodega.kernel.query.page import ALWAYS_SORTABLE
from bodega.kernel.reading import Row
from bodega.kernel.record import show_rows
from bodega.lib.numbers import format_decimal
from bodega.lib.text import amid
from bodega.surfaces.html import deeds, shapes
from bodega.surfaces.html.asking import Asked
from bodega.surfaces.html.bulk import OWNER, as_seen, changeable, on_some
from bodega.surfaces.html.cells import drawing, labels, why_fixed
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.pages import TypePage
from bodega.surfaces.html.viewing import ViewedPage
from bodega.surfaces.listing import sorting
from bodega.surfaces.listing.layout import DENSITIES, FROZEN, Layout, places_of
from bodega.surfaces.listing.offering import groupings, measurings
from bodega.surfaces.listing.places import around

SIZE, MOST, FAR = 50, 10_000, 2_000
"""Rows of a page; how far rows are counted, and how far where each has to be looked for in another table."""
TURNS = frozenset({"after", "before"})
WAYS = {"": "ascending", "-": "descending"}


class ListPage(ViewedPage):
    """`?q=` asks, `sort` orders, `columns` is a layout, `view` what was saved of them; `after` and `before`
    turn the pages, `at` leads to where a record stands. A script that is given a page takes its rows alone."""

    way, template = "list", "list.html"
    """How the records are shown; a gallery shows the same otherwise."""

    def get(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        asked = Asked(request.GET.get("q", ""), self.type_, actor=self.actor)
        if at := whole(request.GET.get("at", "")):
            place = around(self.type_, asked.rows, at, sorts=self.sorts)
            return self.go(f"{self.list_url(after=place)}#r{at}")
        try:
            found = self.page_of(asked)
        except query.QuestionError:  # a cursor of another day: from the first page on
            return self.go(self.list_url(q=asked.text))
        if self.partial and TURNS & request.GET.keys():
            return self.render_part("parts/rows.html", self.stretch(found))
        return self.render(self.template, self.shape(asked, found))

    def home_url(self, **given: Any) -> str:
        return self.url(*([] if self.way == "list" else [self.way]), **given)

    # ---- what is asked for -------------------------------------------------------------------------------------

    @cached_property
    def sort_asked(self) -> str:
        """The order in the address, where there is such an order."""
        sort = self.request.GET.get("sort", "")
        return sort if sort.removeprefix("-") in (*self.type_.sortable, *ALWAYS_SORTABLE) else ""

    @cached_property
    def sort(self) -> str:
        return self.sort_asked or next(iter(self.type_.sortable), "-id")

    @cached_property
    def then(self) -> list[str]:
        """By what it is sorted where that is the same: not for more records than are counted."""
        return sorting.others(self.request.GET.get("then", ""), self.type_, first=self.sort)

    @property
    def sorts(self) -> list[str]:
        return [self.sort, *self.then]

    @cached_property
    def layout(self) -> Layout:
        """The columns asked for, or those this person chose, or those of the type."""
        own = self.request.user.preferences.get(f"columns {self.type_.key}", [])
        texts = (self.columns_asked, " ".join(own))
        return next((found for text in texts if text and (found := self.layout_of(text)).names), self.layout_of())

    def layout_of(self, text: str = "") -> Layout:
        known = {name for name, kind in self.type_.fields().items() if not isinstance(kind, Part)}
        return Layout.read(text or self.type_.columns, known, title=self.type_.title)

    @cached_property
    def kinds(self) -> list[Kind]:
        """The title first."""
        known = self.type_.fields()
        return [known[name] for name in dict.fromkeys([self.type_.title, *self.layout.names]) if name in known]

    @property
    def names(self) -> list[str]:
        """The fields that are read."""
        return [kind.name for kind in self.kinds]

    def kept(self, asked: Asked) -> dict[str, str]:
        """What a view keeps of it, beside the columns."""
        return {"question": asked.text, "sort": ",".join(self.sorts) if self.then else self.sort_asked}

    def page_of(self, asked: Asked) -> query.Page:
        turned = {turn: self.request.GET[turn] for turn in TURNS if turn in self.request.GET}
        if self.then and query.count(asked.rows, limit=MOST)[1]:
            self.then = []
        if self.then:
            return sorting.page(self.type_, asked.rows, sorts=self.sorts, names=self.names, size=SIZE, **turned)
        return query.page(self.type_, asked.rows, sort=self.sort, names=self.names, size=SIZE, **turned)

    def list_url(self, **given: Any) -> str:
        """This list with something else asked."""
        kept = {name: self.request.GET.get(name, "") for name in ("q", "columns", "view", "then")}
        return self.home_url(**{**kept, "sort": self.sort_asked, **given})

    # ---- what is shown -----------------------------------------------------------------------------------------

    def shape(self, asked: Asked, found: query.Page) -> shapes.ListPage:
        count, more = self.counted(asked, found)
        plural = str(self.type_.plural if count != 1 else self.type_.label)
        return shapes.ListPage(
            title=str(self.type_.plural),
            tabs=self.tabs(self.way, asked.text),
            acts=[*self.saving_acts(self.way, self.kept(asked)), *new_acts(self)],
            more=[*more_acts(self), *self.view_acts()],
            question=asked.shape(
                lambda text: self.list_url(q=text),
                home=self.home_url(),
                keep=[(name, self.request.GET.get(name, "")) for name in ("sort", "then", "columns", "view")],
            ),
            columns=self.columns(),
            choices=self.choices(),
            columns_url=self.url("columns", view=self.request.GET.get("view", "")),
            stay=(FROZEN, str(self.layout.frozen)),
            density=(DENSITIES, self.request.user.preferences.get("density", "")),
            rows=self.rows(found.rows),
            count=format_decimal(count, self.actor.language) + ("+" if more else ""),
            noun=amid(plural),
            sums=[] if more else self.sums(asked),
            pager=self.pager(found),
            bulk=self.bulk(),
            bulk_url=self.url("bulk"),
            seen=as_seen({row.id: row.version for row in found.rows}),
            empty=None if found.rows else asked.nothing(self.home_url(sort=self.sort_asked), new_acts(self)),
            home=self.url(),
            groupings=groupings(self.type_),
            group_url=self.url("groups"),
            measurings=measurings(self.type_),
            measure_url=self.url("measure", q=asked.text),
            measured=f"measures {self.type_.key}" in self.request.user.preferences,
        )

    def counted(self, asked: Asked, found: query.Page) -> tuple[int, bool]:
        """How many there are, and whether there are more than are counted."""
        is_all = not (found.next or found.previous) and len(found.rows) <= MOST
        return (len(found.rows), False) if is_all else query.count(asked.rows, limit=FAR if asked.is_far else MOST)

    def stretch(self, found: query.Page) -> shapes.ListPage:
        """More of the rows, for a list that is there already."""
        seen = as_seen({row.id: row.version for row in found.rows})
        rows, columns = self.rows(found.rows), self.columns()
        return shapes.ListPage(title="", rows=rows, columns=columns, seen=seen, pager=self.pager(found))

    def columns(self) -> tuple[shapes.Column, ...]:
        places, names = places_of(self.kinds), labels(self.type_)
        return tuple(
            shapes.Column(
                name=kind.name,
                label=names[kind.name],
                number=kind.align == "num",
                place=places.get(kind.name, ""),
                sort_url=self.sort_url(kind.name),
                sorted=next((way for sign, way in WAYS.items() if f"{sign}{kind.name}" in self.sorts), ""),
                rank=next(
                    (at for at, sort in enumerate(self.sorts, 1) if self.then and sort.strip("-") == kind.name), 0
                ),
                word=kind.word,
                fixed=why_fixed(kind, may_change=self.may_change),
                width=self.layout.widths.get(kind.name, 0),
                stays=at <= self.layout.frozen,
            )
            for at, kind in enumerate(self.kinds)
        )

    def sort_url(self, name: str) -> str:
        """The same list by this column; the other way round where it is sorted by it already."""
        if name not in self.type_.sortable:
            return ""
        return self.list_url(sort=f"-{name}" if self.sort == name else name, then="")

    def choices(self) -> tuple[shapes.Column, ...]:
        """What may be shown: first what is, in its order."""
        shown, names, known = [kind.name for kind in self.kinds[1:]], labels(self.type_), self.type_.fields()
        return tuple(
            shapes.Column(name=name, label=names[name], shown=name in shown)
            for name in dict.fromkeys([*shown, *known])
            if not isinstance(known[name], Part) and name != self.type_.title
        )

    def rows(self, rows: Sequence[Row]) -> list[shapes.Row]:
        show = show_rows(rows, self.kinds, actor=self.actor)
        title, drawn = self.kinds[0], [(kind.name, drawing(kind, show)) for kind in self.kinds[1:]]
        home, place = self.url(), self.list_url(sort=self.sort).partition("?")[2]
        return [
            shapes.Row(
                id=row.id,
                url=f"{home}{row.id}/?{place}",
                title=title.text(row.values[title.name], show=show) or f"#{row.id}",
                cells=[draw(row.values[name]) for name, draw in drawn],
                cell_url=f"{home}cell/{row.id}/",
                edit_url=f"{home}{row.id}/edit/" if self.may_change else "",
            )
            for row in rows
        ]

    @cached_property
    def may_change(self) -> bool:
        return bool(self.type_.form) and access.may(self.type_, self.actor, "change")

    def sums(self, asked: Asked) -> list[shapes.Sum]:
        """What the amounts in sight come to, by currency."""
        show = Show(self.actor)
        found = []
        for kind in self.kinds:
            if isinstance(kind, Money) and (amounts := query.sums(asked.rows, kind)):
                value = " · ".join(kind.text(amount, show=show) for amount in amounts.values())
                found.append(shapes.Sum(label=str(kind.label), value=value))
        return found

    def pager(self, found: query.Page) -> shapes.Pager:
        return shapes.Pager(
            first_url=self.list_url() if found.previous else "",
            previous_url=self.list_url(before=found.previous) if found.previous else "",
            next_url=self.list_url(after=found.next) if found.next else "",
        )

    def bulk(self) -> list[shapes.Act]:
        many = bool(self.type_.form) and access.may(self.type_, self.actor, "many")
        able = {verb: many and access.may(self.type_, self.actor, verb) for verb in ("change", "delete")}
        able["assign"] = (
            able["change"] and OWNER in changeable(self.type_) and access.may(self.type_, self.actor, "assign")
        )
        acts = [
            shapes.Act(label=_("Assign"), name="assign", icon="user-round-check", url=""),
            shapes.Act(label=_("Change"), name="change", icon="pencil", url=""),
            shapes.Act(label=_("Delete"), name="delete", icon="trash-2", url="", kind="danger"),
        ]
        doing = [shapes.Act(label=str(a.label), name=a.name, icon=a.icon, url="") for a in on_some(self.type_)]
        brought = deeds.offered(self.type_, actor=self.actor) if many else []
        doing = doing if able["change"] else []
        doing += [shapes.Act(label=str(deed.label), name=deed.name, icon=deed.icon, url="") for deed in brought]
        return [*doing, *(act for act in acts if able[act.name])]


def new_acts(page: TypePage) -> list[shapes.Act]:
    """What may be added, and how."""
    if not page.type_.form or not access.may(page.type_, page.actor, "create"):
        return []
    label = _("New %(type)s") % {"type": amid(page.type_.label)}
    return [shapes.Act(label=label, url=page.url("new"), icon="plus", kind="primary", shortcut="n")]


def more_acts(page: TypePage) -> list[shapes.Act]:
    found = []
    if new_acts(page) and access.may(page.type_, page.actor, "many"):
        found.append(shapes.Act(label=_("Import a file"), url=f"/import/?type={page.type_.key}", icon="upload"))
    asked = {name: page.request.GET.get(name, "") for name in ("q", "sort")}
    if access.may(page.type_, page.actor, "export"):
        found.append(shapes.Act(label=_("Export"), url=page.url("export", **asked), icon="download"))
    if page.type_.form and access.may(page.type_, page.actor, "delete"):
        found.append(shapes.Act(label=_("Trash"), url=page.url("trash"), icon="trash-2"))
    return found
