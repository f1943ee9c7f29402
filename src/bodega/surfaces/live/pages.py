"""Where an open page listens: what it has missed at once, then what happens, as long as it stays."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from bodega.kernel.events import head
from bodega.lib import clock
from bodega.platform import news
from bodega.platform.notifications import reading
from bodega.surfaces.html.forms import whole
from bodega.surfaces.html.pages import Page
from bodega.surfaces.html.request import looking_of
from bodega.surfaces.live.hub import HUB, Stream, said
from bodega.surfaces.live.watching import Sight, told, watch_of

SERVED = secrets.token_hex(16)
"""What the server says of itself, so that nobody else is taken for one that holds the answer open."""
OLDEST = 24 * 3600
"""Seconds that a page may have been open; what is older is asked for anew anyway."""


class Live(Page):
    """`at` and `q` are the address and the question of the page, `age` how many milliseconds ago it was asked for,
    `editing` whether a form is open in it. Who comes back after a break says how far it was told."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if looking_of(request) is not None or request.session.session_key is None:
            return HttpResponse(status=204)  # which tells a browser not to ask again
        given = request.GET
        watch = watch_of(given.get("at", ""), given.get("q", ""), editing=bool(given.get("editing")), actor=self.actor)
        stream = Stream(self.request.user, request.session.session_key, watch, head())
        stream.unread = reading.standing([stream.user.pk]).get(stream.user.pk, (0, 0))
        answer = HttpResponse(self.missed(stream), content_type="text/event-stream")
        if request.META.get("HTTP_X_SERVED") == SERVED:
            if not HUB.expect(stream):
                return HttpResponse(status=204)
            answer.headers["X-Stream"] = stream.id
        return answer

    def missed(self, stream: Stream) -> bytes:
        """How many are unread, and what has happened since the page was drawn, or was last told."""
        parts = [said("unread", reading.unread(actor=self.actor), position=stream.position)]
        acts = news.since(self.began(stream.position))
        if stream.watch and acts:
            found = told(stream.watch, acts, Sight(actor=self.actor))
            parts += [said("news", found, position=stream.position)] if found else []
        return b"".join(parts)

    def began(self, now: int) -> int:
        """How far the page was told: of very much that it has missed, it is told the newest."""
        last = whole(self.request.headers.get("Last-Event-ID", ""))
        if last is not None:
            return max(last, now - news.MOST)
        age = min(whole(self.request.GET.get("age", "")) or 0, OLDEST * 1000)
        return news.begin_at(clock.now() - timedelta(milliseconds=age))
