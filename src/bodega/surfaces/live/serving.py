"""Holding an answer open: what `Live` gives is sent at once, and from then on whatever the hub has to say."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from bodega.surfaces.live.hub import HUB
from bodega.surfaces.live.pages import SERVED

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Ask = Callable[[Message, Receive, Send], Awaitable[None]]
BEAT = 25.0
"""Seconds after which a silent stream says that it is still there: what lies between would cut it off."""
DROPPED = (b"content-length", b"x-stream")
ENOUGH = 100
"""Messages that may wait for a browser; one that takes none any more comes again by itself."""


async def serve(ask: Ask, scope: Message, receive: Receive, send: Send) -> None:
    """`ask` answers the request as that of any page; only who may listen gets a stream by it."""
    told: list[Message] = []

    async def keep(message: Message) -> None:
        told.append(message)

    headers = [one for one in scope["headers"] if one[0] != b"x-served"]
    await ask(dict(scope) | {"headers": [*headers, (b"x-served", SERVED.encode())]}, receive, keep)
    stream_id = next((value for name, value in told[0]["headers"] if name.lower() == b"x-stream"), b"")
    queue: asyncio.Queue[bytes] = asyncio.Queue(ENOUGH)
    stream = Joining(queue).join(stream_id.decode()) if stream_id else None
    if stream is None:
        for message in told:
            await send(message)
        return
    try:
        head = [one for one in told[0]["headers"] if one[0].lower() not in DROPPED]
        await send({**told[0], "headers": [*head, (b"x-accel-buffering", b"no")]})
        for message in told[1:]:
            await send({**message, "more_body": True})
        await until_gone(queue, receive, send)
    finally:
        HUB.leave(stream)


class Joining:
    """The hub speaks from its thread; what it says is sent by the loop of the server."""

    def __init__(self, queue: asyncio.Queue[bytes]) -> None:
        self.queue, self.loop = queue, asyncio.get_running_loop()

    def join(self, stream_id: str) -> Any:
        return HUB.join(stream_id, self.send, self.end)

    def send(self, said: bytes) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            self.loop.call_soon_threadsafe(self.put, said)

    def end(self) -> None:
        self.send(b"")

    def put(self, said: bytes) -> None:
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            said = b""
        self.queue.put_nowait(said)


async def until_gone(queue: asyncio.Queue[bytes], receive: Receive, send: Send) -> None:
    """Until the browser goes, or the hub ends it by saying nothing."""
    gone, said = asyncio.ensure_future(left(receive)), asyncio.ensure_future(queue.get())
    try:
        while not gone.done():
            await asyncio.wait({said, gone}, timeout=BEAT, return_when=asyncio.FIRST_COMPLETED)
            body = b":\n\n"
            if said.done():
                body, said = said.result(), asyncio.ensure_future(queue.get())
            if not gone.done():
                await send({"type": "http.response.body", "body": body, "more_body": bool(body)})
            if not body:
                break
    finally:
        gone.cancel()
        said.cancel()


async def left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
