"""The stream of a team, on its page: what it writes to itself, and what its members logged and finished lately."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.activity import panels as timelines
from bodega.apps.activity.queries import Line
from bodega.apps.talk import queries
from bodega.apps.talk.panels import Drawing
from bodega.apps.talk.queries import COMMENT, PAGE, Thread
from bodega.kernel import access
from bodega.kernel.kinds import Show
from bodega.kernel.kinds.numbers import LARGEST
from bodega.kernel.reading import Row
from bodega.kernel.record import load_labels
from bodega.kernel.registry import type_of
from bodega.lib.markup import format_html
from bodega.platform import lately
from bodega.platform.notifications import mentions
from bodega.surfaces.html import panels
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.panels import Visit
from bodega.surfaces.html.shapes import Empty, Entry, Panel

POSTS = "posts"
"""What is asked of a stream, as `kind` in the address, to leave out what members did."""


class Place(NamedTuple):
    """Where a page of a stream begins: behind this act, and behind this post."""

    act: int
    post: int

    @classmethod
    def of(cls, text: str) -> Place:
        """The beginning, for anything that was not written by us."""
        act, _mark, post = text.partition("_")
        newest = lately.newest_act() + 1
        return cls(min(whole(act) or newest, newest), whole(post) or LARGEST)


class Item(NamedTuple):
    at: datetime
    post: Row | None = None
    line: Line | None = None


def stream(visit: Visit) -> Panel | None:
    """A page of it, and where to write to the team."""
    type_ = type_of(COMMENT)
    if not type_.knows(" ".join(queries.NAMES), visit.actor) or not access.may(type_, visit.actor, "view"):
        return None
    place, only_posts = Place.of(visit.before), visit.told.get("kind") == POSTS
    found = items(visit, place, only_posts=only_posts)
    shown, may_write = found[: PAGE - 1], access.may(type_, visit.actor, "create")
    given = {
        "items": [*drawn(shown, visit, may_write=may_write)],
        "kinds": [(_("All"), visit.url, not only_posts), (_("Posts"), f"{visit.url}?kind={POSTS}", only_posts)],
        "more_url": more_url(visit, shown, place) if len(found) > len(shown) else "",
        "empty": Empty(title=_("Nothing yet"), text=_("Write to your team, or log what you do."), icon="users"),
        "url": f"/comments/new/?{urlencode({'about': visit.name, 'next': visit.url})}" if may_write else "",
        "mentions": mentions.offered(),
        "csrf_token": visit.token,
    }
    return Panel(title=_("Stream"), html=format_html("{}", render_to_string("parts/stream.html", given)))


def items(visit: Visit, place: Place, *, only_posts: bool) -> list[Item]:
    """What stands behind that place, the newest first: a page of it, and one more."""
    team = visit.record.pk
    posts = queries.posts(team, before=place.post, actor=visit.actor)
    found = [Item(row.values["created_at"], post=row) for row in posts]
    if not only_posts:
        acts = islice(queries.acts(team, before=place.act, actor=visit.actor), PAGE)
        found += [Item(at, line=line) for at, line in acts]
    return sorted(found, key=lambda one: one.at, reverse=True)[:PAGE]


def more_url(visit: Visit, shown: Sequence[Item], place: Place) -> str:
    act = min((one.line.entry.change_id for one in shown if one.line), default=place.act)
    post = min((one.post.id for one in shown if one.post), default=place.post)
    kept = {"kind": POSTS} if visit.told.get("kind") == POSTS else {}
    return f"{visit.url}?{urlencode({'before': f'{act}_{post}', **kept})}"


def drawn(shown: Sequence[Item], visit: Visit, *, may_write: bool) -> Iterator[dict[str, Any]]:
    """Each as a thread, or as a line of a timeline that says what it is about (a query for each type that occurs)."""
    posts = [one.post for one in shown if one.post]
    threads = {one.first.id: one for one in queries.answered(posts, actor=visit.actor)}
    drawing = Drawing(visit, [*threads.values()], visit.url, may_write=may_write)
    lines = [one.line for one in shown if one.line]
    show = load_labels(Show(visit.actor), (target for line in lines for target in pointed(line, visit)))
    for one in shown:
        if one.post:
            yield {"thread": drawing.thread(threads.get(one.post.id, Thread(one.post)))}
        elif one.line:
            yield {"entries": [told(one.line, visit, show)]}


def pointed(line: Line, visit: Visit) -> Iterator[tuple[str, int]]:
    yield from timelines.pointed(line, actor=visit.actor)
    if about := line.details.get("about"):
        yield about


def told(line: Line, visit: Visit, show: Show) -> Entry:
    entry, about = timelines.drawn(line, visit, show), line.details.get("about")
    label = show.label(*about) if about else None
    if label is None or label.hidden:
        return entry
    return Entry(
        title=format_html('{} · <a href="{}">{}</a>', entry.title, label.url, label.text),
        icon=entry.icon, tone=entry.tone, text=entry.text, at=entry.at, when=entry.when,
    )  # fmt: skip


panels.add(queries.TEAM, stream, label=gettext_lazy("Stream"), side="main")
