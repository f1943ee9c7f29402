"""What a reference may point at, as somebody types: the answers for `<b-select>`."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from bodega.kernel import access, registry
from bodega.kernel.kinds.texts import storable
from bodega.kernel.raw import columns_of
from bodega.kernel.record import RecordType, show_rows
from bodega.lib.text import fold
from bodega.platform.sparing import TookLongError, sparing
from bodega.surfaces.html.pages import Page, TypePage
from bodega.surfaces.html.shapes import Link

MOST, MOST_OF_ANY = 10, 4


@dataclass(frozen=True)
class Choices:
    """What `options.html` is given; the `url` of a link is the value that is chosen."""

    links: list[Link]
    prefix: str


class Options(TypePage):
    """The records of a type whose name begins with, or else contains, what was typed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        self.text = request.GET.get("q", "")
        return self.render_part("options.html", Choices(self.links(), request.GET.get("prefix", "options")))

    def links(self) -> list[Link]:
        return [link for found in parts_of(self.type_) for link in links_of(found, self.text, self, most=MOST)][:MOST]


class AnyOptions(Options):
    """Records of every type that people work with, each with its type."""

    def links(self) -> list[Link]:
        known = [type_ for type_ in registry.every_type() if type_.listed and not type_.admin]
        return [
            replace(link, url=f"{type_.key}{link.url}", note=str(type_.label))
            for type_ in known
            for link in links_of(type_, self.text, self, most=MOST_OF_ANY)
        ]


def parts_of(type_: RecordType) -> Iterable[RecordType]:
    """The type, or those that it stands for."""
    return [registry.type_of(key) for key in type_.covers.split()] or [type_]


def links_of(type_: RecordType, text: str, page: Page, *, most: int) -> list[Link]:
    """By name, those that begin with the text first: two queries at most. Raises ValidationError."""
    type_ = type_.for_(page.actor)
    if not access.may(type_, page.actor, "view"):
        return []
    key, wanted = type_.title_key, fold(storable(text.strip()))
    others = [type_.path] if type_.path else [name for name in type_.search.split() if "." not in name]
    kinds = type_.named_fields(" ".join(dict.fromkeys([type_.title, *others])))[:2]
    names = [kind.name for kind in kinds]
    ordered = [*([type_.path] if type_.path else []), "order"] if "order" in columns_of(type_.model) else [key]
    rows = type_.rows(page.actor).order_by(*ordered, "pk")
    starts = Q(**{f"{key}__gte": wanted, f"{key}__lt": wanted + "\U0010ffff"}) if wanted else Q()
    found = type_.read(rows.filter(starts)[:most], names)
    if wanted and len(found) < most:
        inside = rows.filter(**{f"{key}__contains": wanted}).exclude(starts)
        with suppress(TookLongError), sparing():  # where nobody is named so, all of them would be looked through
            found += type_.read(inside[: most - len(found)], names)
    show = show_rows(found, kinds, actor=page.actor)
    texts = [[kind.text(row.values[kind.name], show=show) for kind in kinds] for row in found]
    return [
        Link(label=name or f"#{row.id}", url=f"#{row.id}", note=" ".join(rest), icon="" if type_.face else type_.icon)
        for row, (name, *rest) in zip(found, texts, strict=True)
    ]
