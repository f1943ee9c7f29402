"""Who is looking on in this process, and the thread that tells them: asleep as long as nothing happens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from time import perf_counter
from typing import Any, NamedTuple
from uuid import uuid4

import orjson
from django.db import connection

from bodega.kernel.actors import Actor, User, actor_of
from bodega.kernel.events import head
from bodega.kernel.registry import type_of
from bodega.kernel.scope import scope
from bodega.lib.text import initials
from bodega.platform import news
from bodega.platform.accounts import staying
from bodega.platform.bell import Listener
from bodega.platform.neighbours import Neighbours
from bodega.platform.notifications import reading
from bodega.surfaces.html.components import face_tone
from bodega.surfaces.live.watching import Sight, Told, Watch, told

logger = logging.getLogger(__name__)
MOST = 2_000
"""Open pages that one process tells; further ones are simply not live."""
REST = 0.25
"""Seconds between two looks, so that a busy hour is told in few words; or as many as the last one took."""
RECOVERY = 5.0
"""Seconds after an error: a database that is away is not asked, and written about, four times a second."""


@dataclass(eq=False)
class Stream:
    """One open page. `position` is how far it was told, `unread` what its reader's notifications stood at."""

    user: User
    session: str
    watch: Watch | None
    position: int
    id: str = field(default_factory=lambda: uuid4().hex)
    unread: tuple[int, int] = (0, 0)
    send: Callable[[bytes], None] = lambda _said: None
    end: Callable[[], None] = lambda: None

    def say(self, event: str, data: Any) -> None:
        self.send(said(event, data, position=self.position))


def said(event: str, data: Any, *, position: int) -> bytes:
    """One message of server-sent events; who comes back after a break names the position."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (position, event.encode(), orjson.dumps(data))


class Present(NamedTuple):
    """Somebody who has a record open."""

    user: int
    name: str
    is_editing: bool


class Hub:
    """The streams of a process. The thread lives as long as there are any."""

    def __init__(self) -> None:
        self.streams: dict[str, Stream] = {}
        self.waiting: dict[str, Stream] = {}
        self.lock = Lock()
        self.woken = Event()
        self.stirred: set[tuple[str, int]] = set()
        """The records to whose pages somebody has come, or from which somebody went."""
        self.thread: Thread | None = None
        self.neighbours = Neighbours(self.stir_by)

    # ---- coming and going, from any thread ---------------------------------------------------------------------------

    def expect(self, stream: Stream) -> bool:
        """A page may come for this stream (`join`); False where there are too many."""
        with self.lock:
            if len(self.waiting) + len(self.streams) >= MOST:
                self.waiting.clear()
                return False
            self.waiting[stream.id] = stream
        return True

    def join(self, stream_id: str, send: Callable[[bytes], None], end: Callable[[], None]) -> Stream | None:
        with self.lock:
            stream = self.waiting.pop(stream_id, None)
            if stream is None:
                return None
            stream.send, stream.end = send, end
            self.streams[stream.id] = stream
            self.stir(stream)
            self.neighbours.open()
            if self.thread is None or not self.thread.is_alive():
                self.thread = Thread(target=self.run, name="live", daemon=True)
                self.thread.start()
        return stream

    def leave(self, stream: Stream) -> None:
        with self.lock:
            self.streams.pop(stream.id, None)
            self.stir(stream)

    def stir(self, stream: Stream) -> None:
        if stream.watch and stream.watch.pk:
            self.stirred.add((stream.watch.type, stream.watch.pk))
            self.woken.set()

    def stir_by(self, subject: str) -> None:
        """Another process has told of this record."""
        with self.lock:
            if self.streams:
                type_, _, pk = subject.partition(" ")
                self.stirred.add((type_, int(pk)))
                self.woken.set()

    def close(self) -> None:
        """The process ends: so do all streams; browsers come again to the next one."""
        for stream in [*self.streams.values()]:
            stream.end()

    # ---- the thread --------------------------------------------------------------------------------------------------

    def run(self) -> None:
        listener = Listener()
        while self.goes_on():
            try:
                if listener.wait(self.woken) or self.woken.is_set():
                    self.woken.clear()
                    began = perf_counter()
                    with scope():
                        self.pass_on()
                    self.pause(perf_counter() - began)
            except Exception:  # whatever the database says, it is asked again
                logger.exception("live goes on after an error")
                connection.close()
                listener = Listener()  # one that has seen nothing: what was not told yet is told after the error
                self.pause(RECOVERY)
        connection.close()

    def goes_on(self) -> bool:
        """Whether anybody looks on. If nobody, a page that comes from here on begins another thread."""
        with self.lock:
            if not self.streams and not self.stirred:
                self.thread = None
            return self.thread is not None

    def pause(self, seconds: float) -> None:
        Event().wait(max(REST, seconds))

    def pass_on(self) -> None:
        """What has happened since each was told. People and their rights are read anew every time."""
        streams, shared = self.standing(), dict[Hashable, set[int]]()
        actors = {stream.user.pk: actor_of(stream.user, surface="live") for stream in streams}
        sights = {pk: Sight(shared, actor=actor) for pk, actor in actors.items()}
        self.tell_news(streams, sights)
        self.tell_unread(streams, actors)
        self.tell_presence(streams, sights)

    def standing(self) -> list[Stream]:
        """Those whose session still is one; the others end."""
        found, streams = [], [*self.streams.values()]
        alive = staying.alive({stream.session for stream in streams})
        for stream in streams:
            user = alive.get(stream.session)
            if user is None or user.pk != stream.user.pk or staying.stamp(user) != staying.stamp(stream.user):
                stream.end()
            else:
                stream.user = user
                found.append(stream)
        return found

    def tell_news(self, streams: Iterable[Stream], sights: dict[int, Sight]) -> None:
        end = head()
        behind = [stream for stream in streams if stream.position < end]
        if not behind:
            return
        acts = news.since(min(stream.position for stream in behind))
        reached = acts[-1].position if len(acts) == news.MOST else end
        for stream in behind:
            fresh = [act for act in acts if act.position > stream.position]
            stream.position = max(reached, stream.position)
            found = told(stream.watch, fresh, sights[stream.user.pk]) if stream.watch and fresh else None
            if found:
                stream.say("news", found)
        if reached < end:
            self.woken.set()

    def tell_unread(self, streams: Iterable[Stream], actors: dict[int, Actor]) -> None:
        """How many are unread, to those to whom one came or who have read one."""
        stands, counts = reading.standing(actors), dict[int, int]()
        for stream in streams:
            pk = stream.user.pk
            stand = stands.get(pk, (0, 0))
            if stream.unread != stand:
                stream.unread = stand
                if pk not in counts:
                    counts[pk] = reading.unread(actor=actors[pk]) if stand[0] else 0
                stream.say("unread", counts[pk])

    def tell_presence(self, streams: Iterable[Stream], sights: dict[int, Sight]) -> None:
        """Who else has the same record open, where somebody has come or gone."""
        with self.lock:
            stirred, self.stirred = self.stirred, set()
        for type_, pk in stirred:
            here = [one for one in streams if one.watch and (one.watch.type, one.watch.pk) == (type_, pk)]
            here = [one for one in here if sights[one.user.pk].of(type_of(type_), [pk])]
            own = [Present(one.user.pk, one.user.name, one.watch.is_editing) for one in here if one.watch]
            self.neighbours.say(f"{type_} {pk}", [*map(list, own)])
            everybody = own + [Present(*one) for one in self.neighbours.said(f"{type_} {pk}")]
            for stream in here:
                stream.say("here", people(one for one in everybody if one.user != stream.user.pk))


def people(others: Iterable[Present]) -> list[Told]:
    """Each once."""
    found: dict[int, Told] = {}
    for one in others:
        known = found.setdefault(one.user, {"name": one.name, "editing": False})
        known["editing"] |= one.is_editing
    return [one | {"sign": initials(one["name"]), "tone": face_tone(one["name"])} for one in found.values()]


HUB = Hub()
