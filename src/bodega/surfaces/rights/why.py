"""The page that says who can see a record, and why; and who cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bodega.kernel import access
from bodega.kernel.actors import Actor
from bodega.kernel.drafts import Gone
from bodega.kernel.kinds import Show
from bodega.kernel.record import RecordType, load_labels
from bodega.lib.markup import conditional_escape, format_html, format_html_join
from bodega.platform.administration.reasons import Person, Reason, Told, deciding, reasons, verbs_of
from bodega.surfaces.html.components import who
from bodega.surfaces.html.pages import TypePage
from bodega.surfaces.html.shapes import Column, Link
from bodega.surfaces.html.sheets import Line, Table, TablesPage

MOST = 200
"""How many people are listed, those first who stand nearest to the record."""


@dataclass
class Entry:
    """A person, with the verbs that each reason is about."""

    person: Person
    why: dict[Reason, list[str]]

    @property
    def verbs(self) -> list[str]:
        return [*dict.fromkeys(verb for verbs in self.why.values() for verb in verbs)]


class AccessPage(TypePage):
    """For administrators, and for who may change the record: they decide who shall see it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.type_.admin or self.type_.covers:
            raise Http404
        record = self.type_.one(pk, actor=self.actor)
        if record is None:
            raise Gone(_("It may not be there, or not be yours to see."))
        if not may_ask(self.type_.whole, record, actor=self.actor):
            raise PermissionDenied(_("Who may change this record can look at who sees it."))
        return self.render("tables.html", self.shape(record, reasons(self.type_.whole, record)))

    def shape(self, record: Any, told: Sequence[Told]) -> TablesPage:
        able = [entry for entry in entries(one for one in told if one.reason.may) if "view" in entry.verbs]
        out = entries(one for one in told if one.verb == "view" and not one.reason.may)
        show = named([*able, *out], actor=self.actor)
        name = self.type_.labels([record.pk], self.actor)[record.pk].text
        return TablesPage(
            title=_("Who can see this"),
            crumbs=[self.home, Link(label=name, url=self.url(record.pk))],
            intro=self.intro(record),
            tables=[
                self.table(_("Who can see it"), able, show),
                *([self.table(_("Who cannot see it"), out, show, folded=True)] if out else []),
            ],
        )

    def intro(self, record: Any) -> str:
        """What decides: the record itself, or the one that it belongs to."""
        decides = deciding(self.type_.whole, record)
        if decides is None or decides[1] is record:
            told = _("It is private: whatever roles say, its owner, administrators and whom it is shared with see it.")
            return told if decides and record.private else ""
        type_, parent = decides
        names = type_.labels([parent.pk], self.actor)
        told = _("It is seen by way of %(name)s: the reasons are about that.")
        return told % {"name": names[parent.pk].text} if parent.pk in names else ""

    def table(self, title: str, found: Sequence[Entry], show: Show, *, folded: bool = False) -> Table:
        shown = found[:MOST]
        people = ngettext("%(n)s person", "%(n)s people", len(found)) % {"n": f"{len(found):,}"}
        more = _("%(people)s; the first %(n)s are listed") % {"people": people, "n": MOST}
        every = verbs_of(self.type_)
        return Table(
            title=title,
            folded=folded,
            note=people if len(shown) == len(found) else more,
            columns=[Column(name=name, label=name) for name in (_("Person"), _("May"), _("Because the person"))],
            lines=[Line(cells=cells(entry, every, show)) for entry in shown],
        )


def may_ask(type_: RecordType, record: Any, *, actor: Actor) -> bool:
    """Administrators, and who may change the record: they decide who shall see it. But for those from whom a field is
    hidden: who sees it may follow from that field."""
    if actor.is_admin:
        return True
    decides = deciding(type_, record)
    known = (
        one.for_(actor).fields().keys() == one.fields().keys() for one in (type_, decides[0] if decides else type_)
    )
    return all(known) and access.allows(type_, record, actor, "change")


def entries(told: Iterable[Told]) -> list[Entry]:
    """Those first who may do most for the fewest reasons, as its owner does; administrators, who may do it everywhere,
    last."""
    found: dict[int, Entry] = {}
    for person, verb, reason in told:
        found.setdefault(person.pk, Entry(person, {})).why.setdefault(reason, []).append(verb)
    return sorted(found.values(), key=lambda entry: (entry.person.is_admin, -len(entry.verbs), len(entry.why)))


def named(found: Sequence[Entry], *, actor: Actor) -> Show:
    """What the records that the reasons point at are called."""
    about = (value for entry in found for reason in entry.why for _name, value in reason.about)
    return load_labels(Show(actor), {value for value in about if not isinstance(value, str)})


def cells(entry: Entry, every: Sequence[str], show: Show) -> list[SafeString]:
    """The person, what they may do, and the reasons, each with what it is for where it is not for all of that."""
    words = verb_words()
    may = [words[verb] for verb in every if any(reason.may and verb in some for reason, some in entry.why.items())]
    lines = (
        (
            "" if len(verbs) == len(entry.verbs) else ", ".join(words[verb] for verb in verbs) + ": ",
            sentence(reason, show),
        )
        for reason, verbs in entry.why.items()
    )
    why = format_html_join("", '<p><span class="quiet">{}</span>{}</p>', lines)
    return [who(entry.person.name, href=f"/users/{entry.person.pk}/"), conditional_escape(", ".join(may) or "–"), why]


def sentence(reason: Reason, show: Show) -> SafeString:
    """The reason with links to what it is about, as far as one may see that."""
    return format_html(
        conditional_escape(reason.words),
        **{name: value if isinstance(value, str) else link(show, value) for name, value in reason.about},
    )


def link(show: Show, about: tuple[str, int]) -> SafeString:
    label = show.label(*about)
    return format_html('<a href="{}">{}</a>', label.url, label.text) if label.url else conditional_escape(label.text)


def verb_words() -> Mapping[str, str]:
    return {"view": _("see"), "create": _("create"), "change": _("change"), "delete": _("delete")}
