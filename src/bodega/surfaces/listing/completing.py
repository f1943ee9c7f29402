"""What may stand where somebody is typing a question: fields, ways to compare, values; as far as they may see them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bodega.kernel import access
from bodega.kernel.kinds import AnyReference, Facet, FileReference, Kind, Reference
from bodega.kernel.query.fields import Source, beyond, fields, named, relations
from bodega.kernel.query.text import BARE
from bodega.kernel.query.tree import QuestionError
from bodega.kernel.query.write import quote
from bodega.kernel.record import RecordType
from bodega.lib.text import fold
from bodega.surfaces.html.choosing import Options, links_of, parts_of
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.shapes import Link
from bodega.surfaces.listing.filtering import options

MOST = 10
TERM = re.compile(r'-?([^\s:=<>!()"]+)(!=|<=|>=|[:=<>])(.*)', re.DOTALL)
PERIODS = ("today", "yesterday", "tomorrow", "this week", "last week", "this month", "last month", "this year")


class Place(NamedTuple):
    """Where in the text something is typed: the term begins at `start`, and is about records of `source`."""

    source: Source | None
    start: int


class CompletePage(Options):
    """`q` is what was typed, `at` where the cursor stands. Each answer is the whole text with the choice in it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        access.require(self.type_, self.actor, "view")
        return super().get(request)

    def links(self) -> list[Link]:
        at = whole(self.request.GET.get("at", ""))
        head = self.text if at is None else self.text[:at]
        tail = self.text[len(head) :]
        try:
            found = [*self.offered(head)][:MOST]
        except QuestionError:  # a type or a field that is gone
            found = []
        return [
            Link(label=one.label, url=head[: one.start] + one.text + tail, note=one.note, icon=one.icon)
            for one in found
        ]

    def offered(self, head: str) -> Iterator[Offer]:
        place = place_of(head, self.type_, self)
        if place.source is None:
            return
        term = TERM.fullmatch(head, place.start)
        if term is None:
            yield from names(head, place, self)
        elif (kind := self.kind_of(place.source, term[1])) is not None:
            yield from self.values(kind, head, term)

    def kind_of(self, source: Source | None, path: str) -> Kind | None:
        kind = None
        for word in path.split("."):
            found = named(source, word) if source is not None else None
            if found is None:
                return None
            kind = found[1]
            source = beyond(kind, actor=self.actor)
        return kind

    def values(self, kind: Kind, head: str, term: re.Match[str]) -> Iterator[Offer]:
        """After the sign: the last of several values is the one that is being typed."""
        start = term.start(3) + len(term[3]) - len(re.split(r"[,(]\s*", term[3])[-1])
        typed = head[start:].strip('"“„')
        if term[2] == ":" and not term[3]:
            yield from ways(kind, head, term.start(2))
        known = self.known(kind, typed) if term[2] in (":", "=", "!=") else moments(kind, typed)
        for text, label, note, icon in known:
            yield Offer(text if BARE.fullmatch(text) else quote(text), label, note, icon, start)

    def known(self, kind: Kind, typed: str) -> Iterator[tuple[str, str, str, str]]:
        wanted = fold(typed)
        for key, name in options(kind):
            if wanted in fold(name) or key.startswith(wanted):
                yield key, name, "", "circle-dot"
        if isinstance(kind, Reference) and not isinstance(kind, AnyReference | FileReference):
            yield from ((word, _(word), "", "user") for word in mine(kind) if word.startswith(wanted))
            for target in parts_of(kind.target):
                for link in links_of(target, typed, self, most=MOST):
                    yield link.label, link.label, link.note, link.icon
        yield from moments(kind, typed)
        if "empty" in kind.operators and "empty".startswith(wanted):
            yield "empty", _("nothing"), "", "circle-dashed"


class Offer(NamedTuple):
    """A text that may stand from `start` on, and how it is told of."""

    text: str
    label: str
    note: str
    icon: str
    start: int


def place_of(head: str, type_: RecordType, page: Options) -> Place:
    """Which records the term at the end is about, and where it begins. Parentheses that hold values are part of it."""
    around: list[Source | None] = []
    source: Source | None = type_
    start, at, listing = 0, 0, 0
    while at < len(head):
        sign = head[at]
        if sign in '"“„':
            closing = re.compile(r'(?:[^"”\\]|\\.)*["”]').match(head, at + 1)
            at = closing.end() if closing else len(head)
            continue
        if sign == "(" and at and head[at - 1] in ":=":
            listing += 1
        elif sign == ")" and listing:
            listing -= 1
        elif sign == "(":
            around.append(source)
            source = inside(head[start:at].lstrip("-"), source, page)
            start = at + 1
        elif sign == ")":
            source = around.pop() if around else source
            start = at + 1
        elif sign.isspace() and not listing and head[at - 1 : at] != ",":
            start = at + 1
        at += 1
    return Place(source, start)


def inside(word: str, source: Source | None, page: Options) -> Source | None:
    """What a parenthesis behind a word asks about: what refers here by that name, or the same records."""
    if source is None or word.lower() in ("", "not", "was"):
        return source
    way = relations(source, actor=page.actor).get(word.lower())
    return way.of if way else None


def names(head: str, place: Place, page: Options) -> Iterator[Offer]:
    """Fields, of what is referred to after each dot; then what refers here."""
    typed = head[place.start :].removeprefix("-")
    path, dot, last = typed.rpartition(".")
    source = place.source
    for word in path.split(".") if dot else []:
        found = named(source, word) if source is not None else None
        source = beyond(found[1], actor=page.actor) if found else None
    if source is None:
        return
    start = len(head) - len(last)
    for name, kind in matching(fields(source), last, first=source.columns if isinstance(source, RecordType) else ""):
        if kind.operators or isinstance(kind, Facet):
            sign = "." if isinstance(kind, Facet) else ":"
            yield Offer(f"{name}{sign}", str(kind.label or name), name, "list-filter", start)
    for name, way in relations(source, actor=page.actor).items() if not dot and last else []:
        if "." not in name and fold(last) in fold(f"{name} {way.plural}"):
            yield Offer(f"{name}(", way.plural, _("has …"), "link", start)


def matching(known: Mapping[str, Kind], typed: str, *, first: str) -> list[tuple[str, Kind]]:
    """Those called so: the ones that begin so first, of those the columns that lists show."""
    wanted, shown = fold(typed), first.split()
    found = [(name, kind) for name, kind in known.items() if wanted in fold(f"{name} {kind.label}")]

    def rank(one: tuple[str, Kind]) -> tuple[bool, bool]:
        begins = any(fold(text).startswith(wanted) for text in (one[0], str(one[1].label)))
        return not begins, one[0] not in shown

    return sorted(found, key=rank)


def ways(kind: Kind, head: str, start: int) -> Iterator[Offer]:
    """Other signs than the colon."""
    if "gt" in kind.operators:
        more, less = (_("more than"), _("less than")) if kind.align == "num" else (_("after"), _("before"))
        yield Offer(">", more, f"{kind.name}>", "chevron-right", start)
        yield Offer("<", less, f"{kind.name}<", "chevron-left", start)


def moments(kind: Kind, typed: str) -> Iterator[tuple[str, str, str, str]]:
    """Days and periods that have a name."""
    if kind.word in ("date", "datetime"):
        yield from ((word, _(word), "", "calendar") for word in PERIODS if fold(typed) in word)


def mine(kind: Reference) -> Iterable[str]:
    return ("me", "my team") if kind.to == "kernel.user" else ()
