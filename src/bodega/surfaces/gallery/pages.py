"""The gallery of a record type: what its list shows, on cards; and images in small."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from django.utils.safestring import SafeString

from bodega.kernel.kinds import Kind, Show
from bodega.kernel.reading import Row
from bodega.kernel.record import show_rows
from bodega.lib.markup import format_html, format_html_join
from bodega.platform.files.small import is_image
from bodega.surfaces.gallery.pictures import attached, pictures_of
from bodega.surfaces.html import shapes
from bodega.surfaces.html.cells import drawing, labels
from bodega.surfaces.html.components import face
from bodega.surfaces.html.lists import ListPage

FACTS = 4
"""Fields on a card, beside its title."""
FACT = "<div><dt>{}</dt><dd>{}</dd></div>"
IMAGE = '<img src="/files/{}/small/" alt="" loading="lazy" decoding="async">'


class GalleryPage(ListPage):
    """A row's cells are the picture and the facts of its card."""

    way, template = "gallery", "gallery.html"

    @cached_property
    def pictures(self) -> list[Kind]:
        return pictures_of(self.type_)

    @property
    def names(self) -> list[str]:
        return [*dict.fromkeys([*super().names, *(kind.name for kind in self.pictures)])]

    def rows(self, rows: Sequence[Row]) -> list[shapes.Row]:
        title, *facts = self.kinds
        show, names = show_rows(rows, [*self.kinds, *self.pictures], actor=self.actor), labels(self.type_)
        drawn = [(kind, names[kind.name], drawing(kind, show)) for kind in facts if kind not in self.pictures][:FACTS]
        home, place = self.url(), self.list_url(sort=self.sort).partition("?")[2]
        found, images = [], attached(self.type_, [row.id for row in rows], actor=self.actor)
        for row in rows:
            name = title.text(row.values[title.name], show=show) or f"#{row.id}"
            told = [(label, draw(row.values[kind.name])) for kind, label, draw in drawn if has(kind, row)]
            cells = [self.picture(row, name, show, images.get(row.id)), format_html_join("", FACT, told)]
            found.append(shapes.Row(id=row.id, url=f"{home}{row.id}/?{place}", title=name, cells=cells))
        return found

    def picture(self, row: Row, name: str, show: Show, attached: int | None) -> SafeString:
        """The image in one of its fields, or the first among the files about it, or its initials."""
        for kind in self.pictures:
            pk = row.values[kind.name]
            if pk and is_image(show.label("files.file", pk).text):
                return format_html(IMAGE, pk)
        return format_html(IMAGE, attached) if attached else face(name, size="large", square=self.type_.face != "round")


def has(kind: Kind, row: Row) -> bool:
    return not kind.is_empty(row.values[kind.name])
