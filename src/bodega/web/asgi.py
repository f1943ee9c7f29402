"""The web server's entrance: static files at once, pages in threads.

Django's own ASGI handler takes three to four times the CPU for pages like ours, so they go through WSGI.
"""

from __future__ import annotations

import asyncio
import contextvars
import gc
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from a2wsgi.wsgi import Body, WSGIResponder, build_environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from bodega.surfaces.live import serving
from bodega.web import assets
from bodega.web.delivery import Receive, Scope, Send, static_file

THREADS = 8
BODY = "http.response.body"
LIVE = "/live/"
SCHEME = urlsplit(settings.BODEGA_BASE_URL).scheme


class Answer(WSGIResponder):
    """Comes back from its thread once, with the whole of a page; what comes in several parts goes out part by part.

    As a2wsgi has it, a page goes from thread to thread and back for its head, its body and its end: 0.3 ms of CPU.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.held: list[dict[str, Any]] = []
        self.to_client = send
        # Whatever a proxy says or leaves out: people come by the address that was set.
        environ = build_environ(scope | {"scheme": SCHEME}, Body(self.loop, receive))
        run = contextvars.copy_context().run
        await self.loop.run_in_executor(self.executor, run, self.wsgi, environ, self.start_response)
        await self.pass_on(self.held)

    def send(self, message: Any) -> None:
        """Called in the thread. The last part is held back, as it may be the end."""
        last: dict[str, Any] = self.held[-1] if self.held else {"type": ""}
        if last["type"] != BODY or message["type"] != BODY:
            self.held.append(message)
        elif not message.get("more_body"):
            last["more_body"] = False
        else:
            asyncio.run_coroutine_threadsafe(self.pass_on(self.held), self.loop).result()
            self.held = [message]

    async def pass_on(self, messages: Iterable[dict[str, Any]]) -> None:
        for message in messages:
            await self.to_client(message)


pages: Any = get_wsgi_application()
threads = ThreadPoolExecutor(THREADS, "pages")
assets.version()  # read every file now rather than during the first request
gc.collect()
gc.freeze()  # what is loaded stays: nobody needs to look through it for garbage while a page is made
gc.set_threshold(10_000, 10, 10)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        raise ValueError(f"{scope['type']} is not served here")
    if scope["path"].startswith(settings.STATIC_URL):
        await static_file(scope, receive, send)
    elif scope["path"] == LIVE:
        await serving.serve(Answer(pages, threads, 1), scope, receive, send)
    else:
        await Answer(pages, threads, 1)(scope, receive, send)
