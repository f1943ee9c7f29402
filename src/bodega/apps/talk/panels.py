"""What colleagues say to each other beside the page of a record: open threads first, resolved ones folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bodega.apps.talk import queries
from bodega.apps.talk.queries import COMMENT, MOST, Thread
from bodega.kernel import access
from bodega.kernel.kinds import Moment, Show
from bodega.kernel.reading import Row
from bodega.kernel.record import load_labels, with_ids
from bodega.kernel.registry import type_of
from bodega.lib.markup import format_html
from bodega.lib.text import shorten
from bodega.platform.notifications import mentions
from bodega.surfaces.html import panels
from bodega.surfaces.html.components import prose
from bodega.surfaces.html.panels import Visit
from bodega.surfaces.html.shapes import Act, Panel

SHOWN = 5
"""Threads of each sort that a page shows; the others are in the list."""
LINE = 120
AT = Moment(name="at")


def comments(visit: Visit) -> Panel | None:
    """The threads about a record, and where to begin one."""
    type_ = type_of(COMMENT)
    if (
        not queries.is_talked_of(visit.type)
        or visit.type.key == queries.TEAM
        or not type_.knows(" ".join(queries.NAMES), visit.actor)
    ):
        return None
    firsts = queries.threads(visit.type, visit.record.pk, actor=visit.actor)
    opened = [row for row in firsts if not row.values["resolved"]]
    settled = firsts[len(opened) :]
    may_write = access.may(type_, visit.actor, "create")
    if not firsts and not may_write:
        return None
    found = queries.answered(opened[:SHOWN], actor=visit.actor)
    drawing = Drawing(visit, [*found, *map(Thread, settled[:SHOWN])], f"{visit.url}#comments", may_write=may_write)
    shown = {
        "threads": [drawing.thread(one) for one in found],
        "settled": [drawing.settled(row) for row in settled[:SHOWN]],
        "settled_label": settled_label(settled, len(firsts)),
        "all_url": all_url(f"about:{visit.name} thread:empty") if len(firsts) > len(found) else "",
        "url": drawing.new_url() if may_write else "",
        "mentions": mentions.offered(),
        "csrf_token": visit.token,
    }
    html = format_html("{}", render_to_string("parts/talk.html", shown))
    return Panel(title=_("Comments"), note=open_label(opened), html=html)


def open_label(opened: Sequence[Row]) -> str:
    if not opened:
        return ""
    many = f"{MOST - 1}+" if len(opened) == MOST else str(len(opened))
    return ngettext("%(n)s open", "%(n)s open", len(opened)) % {"n": many}


def settled_label(settled: Sequence[Row], read: int) -> str:
    """How many are resolved; not said where more than these may be."""
    if read == MOST:
        return _("Resolved")
    return ngettext("%(n)s resolved", "%(n)s resolved", len(settled)) % {"n": len(settled)}


def all_url(question: str) -> str:
    return f"/{type_of(COMMENT).slug}/?{urlencode({'q': question})}"


def whole_thread(visit: Visit) -> Panel | None:
    """All that was said with a comment, on its own page."""
    type_ = type_of(COMMENT)
    if not type_.knows(" ".join(queries.NAMES), visit.actor):
        return None
    first = visit.record.thread_id or visit.record.pk
    rows = type_.ask(with_ids, queries.NAMES, actor=visit.actor, ids=[first])
    if not rows:
        return None
    [thread] = queries.answered(rows, actor=visit.actor)
    may_write = access.may(type_, visit.actor, "create")
    drawing = Drawing(visit, [thread], visit.url, may_write=may_write)
    shown = {"threads": [drawing.thread(thread)], "mentions": mentions.offered(), "csrf_token": visit.token}
    return Panel(title=_("Thread"), html=format_html("{}", render_to_string("parts/talk.html", shown)))


@dataclass
class Drawing:
    """The comments of one page, with the names of who wrote them; what one does leads back to `here`."""

    visit: Visit
    threads: Sequence[Thread]
    here: str
    may_write: bool
    show: Show = field(init=False)

    def __post_init__(self) -> None:
        rows = [row for one in self.threads for row in (one.first, *one.answers)]
        users = {row.values[name] for row in rows for name in ("author", "resolved_by")} - {None}
        self.show = load_labels(Show(self.visit.actor), (("kernel.user", pk) for pk in users))
        self.show.labels |= mentions.known_in((row.values["text"] for row in rows), actor=self.visit.actor)

    def new_url(self, **given: str) -> str:
        return f"/comments/new/?{urlencode({'about': self.visit.name, 'next': self.here, **given})}"

    def thread(self, one: Thread) -> dict[str, Any]:
        about = "{}#{}".format(*one.first.values["about"])
        return {
            "said": [self.said(row, one) for row in (one.first, *one.answers)],
            "earlier_url": all_url(f"thread:#{one.first.id}") if one.earlier else "",
            "url": self.new_url(about=about, thread=f"#{one.first.id}") if self.may_write else "",
            "id": one.first.id,
            "resolved": one.is_resolved,
        }

    def said(self, row: Row, one: Thread) -> dict[str, Any]:
        return {
            "id": row.id,
            "who": self.name(row.values["author"]),
            "at": row.values["created_at"],
            "when": AT.text(row.values["created_at"], show=self.show),
            "edited": AT.text(row.values["edited_at"], show=self.show) if row.values["edited_at"] else "",
            "html": prose(row.values["text"], actor=self.visit.actor, known=self.show.labels),
            "acts": [*self.acts(row, one)] if self.may_write else [],
        }

    def name(self, pk: int | None) -> str:
        return self.show.label("kernel.user", pk).text if pk else _("Nobody")

    def acts(self, row: Row, one: Thread) -> Iterator[SafeString]:
        mine = row.values["author"] == self.visit.actor.user_id
        if row is one.first:
            yield (
                self.act(row, _("Open again"), "rotate-ccw", "do/reopen_thread")
                if one.is_resolved
                else self.act(row, _("Resolve"), "check", "do/resolve_thread")
            )
        if mine:
            yield self.act(row, _("Edit"), "pencil", "edit", post=False, dialog=True)
        if (mine or self.visit.actor.is_admin) and not (row is one.first and one.answers):
            yield self.act(row, _("Delete"), "trash-2", "delete")

    def act(self, row: Row, label: str, icon: str, verb: str, *, post: bool = True, dialog: bool = False) -> SafeString:
        url = f"/comments/{row.id}/{verb}/?{urlencode({'next': self.here})}"
        return self.visit.act(Act(label=label, url=url, icon=icon, kind="bare small", post=post, dialog=dialog))

    def settled(self, row: Row) -> dict[str, Any]:
        """A resolved thread in one line."""
        who = {"who": self.name(row.values["author"]), "by": self.name(row.values["resolved_by"])}
        field_ = type_of(COMMENT).fields()["text"]
        return {
            "url": f"/comments/{row.id}/",
            "text": shorten(field_.text(row.values["text"], show=self.show), LINE),
            "told": _("%(who)s, resolved by %(by)s") % who,
            "act": self.act(row, _("Open again"), "rotate-ccw", "do/reopen_thread") if self.may_write else "",
        }


panels.add(panels.EVERY, comments, label=gettext_lazy("Comments"))
panels.add(COMMENT, whole_thread, label=gettext_lazy("Thread"), side="main")
