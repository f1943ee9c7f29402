"""What the records of a list come to: sums, averages, the smallest and the largest, for whoever wants to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import BigIntegerField, Max, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, query
from bodega.kernel.actors import system
from bodega.kernel.kinds import Asking, Kind, Money, Show
from bodega.kernel.query.report import Measure
from bodega.lib.numbers import format_decimal
from bodega.platform.accounts import preferences
from bodega.surfaces.html import shapes
from bodega.surfaces.html.asking import Asked
from bodega.surfaces.html.pages import TypePage
from bodega.surfaces.listing.offering import measurings

MOST = 100_000
"""Records that are looked at for a measure, and no more: nobody waits for a million."""
AT_ONCE = 6
"""Measures that one keeps below a list."""


class MeasurePage(TypePage):
    """The measures that a person keeps, of the records that `q` asks for; POST `measure` keeps one or lets it go."""

    def get(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        asked = Asked(request.GET.get("q", ""), self.type_, actor=self.actor)
        names = dict(measurings(self.type_))
        kept = [words for words in self.kept if words in names]
        values = self.values(asked, kept)
        sums = [
            shapes.Sum(label=names[words], value=value, name=words) for words, value in zip(kept, values, strict=True)
        ]
        back = self.url(q=asked.text)
        if not (sums or self.partial):
            return self.go(back)
        page = shapes.Measured(title=_("Measures"), crumbs=[self.home], sums=sums, url=self.url("measure", next=back))
        if self.partial:
            return self.render_part("parts/measures.html", page)
        return self.render("measures.html", page)

    def post(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        words = request.POST.get("measure", "")
        if words not in dict(measurings(self.type_)):
            raise Http404
        kept = [one for one in self.kept if one != words]
        kept = kept if words in self.kept else [*kept, words][-AT_ONCE:]
        preferences.keep(self.request.user, f"measures {self.type_.key}", kept)
        return self.go(self.next_url(self.url()))

    @property
    def kept(self) -> list[str]:
        found: list[str] = self.request.user.preferences.get(f"measures {self.type_.key}", [])
        return found

    def values(self, asked: Asked, kept: list[str]) -> list[str]:
        if not kept:
            return []
        if query.count(asked.rows, limit=MOST)[1]:
            number = format_decimal(MOST, self.actor.language)
            return [_("more than %(number)s records") % {"number": number}] * len(kept)
        known = self.type_.fields()
        return [self.value(asked.rows, words, known) for words in kept]

    def value(self, rows: QuerySet[Any], words: str, known: Mapping[str, Kind]) -> str:
        way, name = words.split(" ", 1)
        kind, show = known[name], Show(self.actor)
        if way in ("sum", "average"):
            (group,) = query.report(self.type_, rows, measures=[words], actor=self.actor)
            found = group.measures[0]
        else:
            Measure.of(self.type_, f"sum {name}")  # what is marked is written down when it is looked at
            found = outermost(rows, kind, Min if way == "least" else Max)
        held = [*found.values()] if isinstance(found, dict) else [found]
        return " · ".join(kind.text(one, show=show) for one in held if one is not None) or "–"


def outermost(rows: QuerySet[Any], kind: Kind, end: type[Min | Max]) -> Any:
    """The smallest or largest value; of amounts by currency."""
    asking = Asking(system("measure"))
    value = end(kind.expression(asking), output_field=BigIntegerField())
    if isinstance(kind, Money):
        found = rows.order_by().values(unit=kind.expression(asking, "_currency", "text")).annotate(value=value)
        pairs = found.values_list("unit", "value")
        return {unit: kind.unpack([int(raw), unit]) for unit, raw in sorted(pairs) if raw is not None and unit}
    raw = rows.order_by().aggregate(value=value)["value"]
    return None if raw is None else kind.unpack([int(raw)])
