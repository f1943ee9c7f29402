"""Find anything: records of all types, pages, and what can be done; as a page and as the palette's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access, registry
from bodega.kernel.record import show_rows, with_ids
from bodega.lib.text import amid, excerpt, fold
from bodega.platform import lately
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.shapes import Link, Section
from bodega.surfaces.html.sheets import FindPage
from bodega.surfaces.html.shell import TOGETHER, may_import, sections
from bodega.surfaces.search.finding import Found, Hits, find
from bodega.surfaces.search.words import asked
from bodega.surfaces.views import saved

MOST, MOST_ON_PAGE, MOST_PLACES = 5, 20, 6
SHORTEST = 2
"""Letters below which records are not looked for: too many have them."""
LONGEST = 90
"""Letters of a hit."""
DOINGS: list[Callable[..., Iterable[Link]]] = []
"""What apps offer to do with what was typed: called with the text and `actor`."""


class Find(Page):
    """Three queries to find, and one for each type of what was found."""

    def get(self, request: HttpRequest) -> HttpResponse:
        text = " ".join(request.GET.get("q", "").replace("\0", "").split())
        words = asked(text).words
        found = find(
            text if len(text) >= SHORTEST else "", actor=self.actor, most=MOST if self.partial else MOST_ON_PAGE
        )
        records = [Section(title=str(hits.type.plural), links=self.links(hits, words)) for hits in found.groups]
        sections_ = (self.recent(text), *records, self.views(text), self.places(text), self.doings(text))
        groups = [group for group in sections_ if group.links]
        page = FindPage(title=_("Find"), text=text, words=words, groups=groups, note=note(found))
        if self.partial:
            return self.render_part("parts/hits.html", page)
        return self.render("find.html", page)

    def links(self, hits: Hits, words: Sequence[str]) -> list[Link]:
        """Records, read through the door: what has changed hands since it was indexed is not there."""
        type_ = hits.type.for_(self.actor)
        kinds = type_.named_fields(" ".join(dict.fromkeys([type_.title, *type_.search.split()])))
        rows = type_.ask(with_ids, [kind.name for kind in kinds], actor=self.actor, ids=[*hits.ids])
        show = show_rows(rows, kinds, actor=self.actor)
        texts = {row.id: [kind.text(row.values[kind.name], show=show) for kind in kinds] for row in rows}
        return [
            Link(
                label=excerpt(texts[pk][0], words, LONGEST) or f"#{pk}",
                url=type_.url(pk),
                note=excerpt(telling(texts[pk][1:], words), words, LONGEST),
                icon="" if type_.face else type_.icon,
            )
            for pk in hits.ids
            if pk in texts
        ]

    def recent(self, text: str) -> Section:
        """What one was at, for who has not typed yet."""
        found = [] if text else lately.recent(actor=self.actor, user_ids=[self.actor.user_id or 0], limit=MOST)
        links = [
            Link(label=excerpt(one.label.text, (), LONGEST), url=one.label.url, icon=one.type.icon,
                 note=str(one.type.label))
            for one in found
        ]  # fmt: skip
        return Section(title=_("You were at"), links=links)

    def views(self, text: str) -> Section:
        types = {type_.key: type_ for type_ in registry.every_type() if access.may(type_, self.actor, "view")}
        links = [
            Link(label=one.values["name"], url=f"/views/{one.id}/", icon="bookmark", note=str(type_.plural))
            for one in (saved.every_saved(actor=self.actor) if text else ())
            if (type_ := types.get(one.values["type"]))
        ]
        return Section(title=_("Views"), links=fitting(links, text))

    def places(self, text: str) -> Section:
        found = chain.from_iterable(sections(actor=self.actor, path="", homes={}))
        places = [link for section in found for link in section.links]
        if self.actor.is_admin:
            of_others = (registry.type_of(key) for key in TOGETHER)
            places += [Link(label=str(one.plural), url=f"/{one.slug}/", icon=one.icon) for one in of_others]
        own = {
            "/me/": (_("Your settings"), "settings"),
            "/me/password/": (_("Change the password"), "key-round"),
            "/me/sessions/": (_("Where you are signed in"), "monitor-smartphone"),
            "/me/tokens/": (_("Tokens for programs"), "plug"),
        }
        places += [Link(label=label, url=url, icon=icon) for url, (label, icon) in own.items()]
        return Section(title=_("Pages"), links=fitting(places, text))

    def doings(self, text: str) -> Section:
        acts = [
            Link(label=_("New %(type)s") % {"type": amid(type_.label)}, url=f"/{type_.slug}/new/", icon="plus")
            for type_ in registry.every_type()
            if type_.form and type_.listed and access.may(type_, self.actor, "create")
        ]
        if may_import(actor=self.actor):
            acts.append(Link(label=_("Import a file"), url="/import/", icon="file-up"))
        brought = chain.from_iterable(offer(text, actor=self.actor) for offer in DOINGS)
        return Section(title=_("Do"), links=[*brought, *fitting(acts, text)])


def note(found: Found) -> str:
    """What somebody should know who misses a record."""
    if not found.is_whole:
        return _("Records are still being read in: some are not found yet.")
    if found.is_part and found.groups:
        return _("There may be more. Type more letters, or another part of the name.")
    return ""


def telling(texts: Sequence[str], words: Sequence[str]) -> str:
    """Of what stands beside the name, the first that was looked for, or else the first."""
    return next((text for text in texts if any(word in fold(text) for word in words)), next(iter(texts), ""))


def fitting(links: Iterable[Link], text: str) -> list[Link]:
    """Those in which each word of the text begins a word."""
    wanted = fold(text).split()
    return [link for link in links if all(begins(link.label, word) for word in wanted)][:MOST_PLACES]


def begins(label: str, word: str) -> bool:
    return any(part.startswith(word) for part in fold(label).split())
