"""Panels of records that belong to another one: filtered and sorted where they stand, and the way to all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bodega.kernel import access, query
from bodega.kernel.drafts import Gone
from bodega.lib.markup import format_html
from bodega.surfaces.html import panels
from bodega.surfaces.html.asking import Asked
from bodega.surfaces.html.cells import labels
from bodega.surfaces.html.pages import TypePage
from bodega.surfaces.html.shapes import Narrow
from bodega.surfaces.record import layouts

if TYPE_CHECKING:
    from bodega.kernel.reading import Row
    from bodega.kernel.record import RecordType


@dataclass(frozen=True)
class Found:
    rows: Sequence[Row] = ()
    more: bool = False
    error: str = ""


def found(
    visit: panels.Visit, type_: RecordType, question: str, names: Sequence[str], *, most: int, sort: str = "-id"
) -> Found:
    """Of the records that the question is about, those asked for in the panel, sorted as there."""
    type_ = type_.for_(visit.actor)
    for text in (visit.q, together(question, visit.q)):  # alone first: its brackets may not end those around it
        asked = Asked(text, type_, actor=visit.actor)
        if asked.error:
            return Found(error=str(asked.error.message))
    try:
        page = query.page(type_, asked.rows, sort=visit.sort or sort, names=names, size=most)
    except query.QuestionError as problem:
        return Found(error=str(problem))
    return Found(page.rows, page.next is not None)


def together(question: str, more: str) -> str:
    return f"{question} ({more.strip()})" if more.strip() else question


def narrow(visit: panels.Visit, type_: RecordType, question: str, *, name: str, error: str = "") -> Narrow:
    """The means to ask for fewer of them."""
    type_ = type_.for_(visit.actor)
    words = labels(type_)
    sorts = [
        (f"{dash}{sort}", f"{words[sort]} {arrow}")
        for sort in type_.sortable
        for dash, arrow in (("", "↑"), ("-", "↓"))
    ]
    asked = {"q": together(question, visit.q), "sort": visit.sort}
    return Narrow(
        name=f"narrow-{name.replace('.', '-')}",
        url=f"{visit.url}panel/{name}/",
        question=visit.q,
        sort=visit.sort,
        sorts=sorts,
        all_url=f"/{type_.slug}/?{urlencode({key: text for key, text in asked.items() if text})}",
        error=error,
    )


def rest(narrow: Narrow, *, more: bool = True) -> SafeString:
    """The way to all of them, where a panel does not show them."""
    if not more:
        return SafeString("")
    return format_html('<p class="rest"><a href="{}">{}</a></p>', narrow.all_url, _("All of them"))


class PanelPage(TypePage):
    """One panel of a record's page, narrowed by `q` and sorted by `sort`."""

    def get(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        record = self.type_.one(pk, actor=self.actor)
        if record is None:
            raise Gone(_("It may not be there, or not be yours to see."))
        places = layouts.places_for(self.type_, actor=self.actor)
        known = {one.name: one for one in panels.brought_to(self.type_)}
        if name not in known or places.side(name, known[name].side) == layouts.HIDDEN:
            raise Http404
        q, sort = (request.GET.get(key, "")[:500] for key in ("q", "sort"))
        visit = panels.Visit(self.type_, record, self.actor, token=get_token(request), q=q, sort=sort)
        if not self.partial:
            return self.go(visit.url)
        return self.render_part("parts/panel.html", None, panel=panels.tabbed(known[name], visit))
