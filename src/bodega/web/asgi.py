"""The web server's entrance: static files at once, pages in threads.

Django's own ASGI handler takes three to four times the CPU for pages like ours, so they go through WSGI.
"""

from __future__ import annotations

import gc

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from bodega.web import assets
from bodega.web.delivery import Receive, Scope, Send, static_file

THREADS = 8

pages = WSGIMiddleware(get_wsgi_application(), workers=THREADS)  # type: ignore[arg-type]
assets.version()  # read every file now rather than during the first request
gc.collect()
gc.freeze()  # what is loaded stays: nobody needs to look through it for garbage while a page is made
gc.set_threshold(10_000, 10, 10)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        raise ValueError(f"{scope['type']} is not served here")
    if scope["path"].startswith(settings.STATIC_URL):
        await static_file(scope, receive, send)
    else:
        await pages(scope, receive, send)  # type: ignore[arg-type]
