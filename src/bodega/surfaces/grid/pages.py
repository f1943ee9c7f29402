"""What a list asks for the cells of it: their values, as texts to copy; and to have a block of them put in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.kernel import access
from bodega.kernel.kinds import Kind
from bodega.kernel.parts import Part
from bodega.kernel.reading import Row
from bodega.kernel.record import show_rows
from bodega.surfaces.grid.block import Block, Put, put
from bodega.surfaces.grid.texts import pair
from bodega.surfaces.html.cells import drawing
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.pages import TypePage
from bodega.surfaces.html.trash import undo_url

MOST = 5_000
"""Records whose values are told at once."""


class Cells(TypePage):
    """The values of the records `ids` in `columns`, as texts; with `drawn`, as they look in the list, too."""

    def get(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        asked = {name: request.GET.get(name, "") for name in ("ids", "columns")}
        return JsonResponse(self.told(**asked, drawn="drawn" in request.GET))

    def told(self, *, ids: str, columns: str, drawn: bool) -> dict[str, Any]:
        kinds = self.kinds(columns)
        rows = self.rows(ids, kinds)
        show = show_rows(rows, kinds, actor=self.actor)
        found: dict[str, Any] = {
            "columns": [kind.name for kind in kinds],
            "versions": {row.id: row.version for row in rows},
            "texts": {row.id: [pair(kind, row.values[kind.name], show=show) for kind in kinds] for row in rows},
        }
        if drawn:
            draws = [(kind.name, drawing(kind, show)) for kind in kinds]
            found["html"] = {row.id: [draw(row.values[name]) for name, draw in draws] for row in rows}
        return found

    def kinds(self, names: str) -> list[Kind]:
        known = {name: kind for name, kind in self.type_.fields().items() if not isinstance(kind, Part)}
        return [known[name] for name in dict.fromkeys(names.split()) if name in known]

    def rows(self, ids: str, kinds: Sequence[Kind]) -> list[Row]:
        wanted = [pk for text in ids.split()[:MOST] if (pk := whole(text))]
        return self.type_.read(self.type_.rows(self.actor).filter(pk__in=wanted), [kind.name for kind in kinds])


class PutPage(Cells):
    """Puts a `block` into the list, and tells how the rows look now that have `shown` columns."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            sent = json.loads(request.POST.get("block", ""))
            block, left_out = Block.of(sent), int(sent.get("left_out", 0))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            raise ValidationError(_("This is no block of cells.")) from None
        done = put(self.type_, block, actor=self.actor)
        ids = " ".join(map(str, block.versions))
        told = self.told(ids=ids, columns=request.POST.get("shown", ""), drawn=True)
        wrong = [(pk, name, why) for (pk, name), why in done.wrong.items()]
        return JsonResponse(told | {"wrong": wrong, "said": said(done, left_out), "undo": undo_url(done.outcome)})


def said(done: Put, left_out: int) -> str:
    """What became of it, in a sentence or three."""
    n, bad = len(done.outcome.changed), len(done.wrong)
    told = [ngettext("%(n)s record was changed.", "%(n)s records were changed.", n) % {"n": n}]
    if bad:
        text = ngettext("%(n)s cell was not taken: it is marked.", "%(n)s cells were not taken: they are marked.", bad)
        told.append(text % {"n": bad})
    if left_out:
        text = ngettext("%(n)s value did not fit into the list.", "%(n)s values did not fit into the list.", left_out)
        told.append(text % {"n": left_out})
    return " ".join(told)
