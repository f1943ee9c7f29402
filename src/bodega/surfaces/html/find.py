"""Find anything: records of all types by name, pages, and what can be done; as a page and as the palette's answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, registry
from bodega.kernel.record import RecordType
from bodega.lib.text import fold
from bodega.surfaces.html.choosing import links_of
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.shapes import Link, Section
from bodega.surfaces.html.sheets import FindPage
from bodega.surfaces.html.shell import may_import, sections

MOST, MOST_PLACES = 5, 6
SHORTEST = 2
"""Letters below which records are not looked for: too many begin so."""


class Find(Page):
    """Two queries at most for each type, five records of each."""

    def get(self, request: HttpRequest) -> HttpResponse:
        text = " ".join(request.GET.get("q", "").replace("\0", "").split())
        groups = [*self.records(text), self.places(text), self.doings(text)]
        page = FindPage(title=_("Find"), text=text, groups=[group for group in groups if group.links])
        if self.partial:
            return self.render_part("parts/hits.html", page)
        return self.render("find.html", page)

    def records(self, text: str) -> Iterable[Section]:
        types = sorted(filter(is_found, registry.every_type()), key=lambda type_: type_.admin)
        for type_ in types if len(text) >= SHORTEST else ():
            found = links_of(type_, text, self, most=MOST)
            links = [replace(one, url=type_.url(int(one.url.removeprefix("#")))) for one in found]
            yield Section(title=str(type_.plural), links=links)

    def places(self, text: str) -> Section:
        places = [link for section in sections(actor=self.actor, path="") for link in section.links]
        places.append(Link(label=_("Your settings"), url="/me/", icon="settings"))
        return Section(title=_("Pages"), links=fitting(places, text))

    def doings(self, text: str) -> Section:
        acts = [
            Link(label=_("New %(type)s") % {"type": str(type_.label).lower()}, url=f"/{type_.slug}/new/", icon="plus")
            for type_ in registry.every_type()
            if type_.form and type_.listed and access.may(type_, self.actor, "create")
        ]
        if may_import(actor=self.actor):
            acts.append(Link(label=_("Import a file"), url="/import/", icon="file-up"))
        return Section(title=_("Do"), links=fitting(acts, text))


def is_found(type_: RecordType) -> bool:
    """What has a name of its own to be found by, and a page to go to."""
    is_named = type_.title_key != type_.title and type_.title in type_.search.split()
    return is_named and not type_.covers and (not type_.admin or type_.key == "kernel.user")


def fitting(links: Iterable[Link], text: str) -> list[Link]:
    """Those in which each word of the text begins a word."""
    wanted = fold(text).split()
    return [link for link in links if all(begins(link.label, word) for word in wanted)][:MOST_PLACES]


def begins(label: str, word: str) -> bool:
    return any(part.startswith(word) for part in fold(label).split())
