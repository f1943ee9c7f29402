"""Pages go out compressed to browsers that take that, without their length telling what is in them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from gzip import GzipFile
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from bodega.web.delivery import takes_gzip

LEAST = 1_000
"""Bytes below which nothing is gained."""
LEVEL = 3
"""A third of the time of the usual 6, and a tenth more bytes."""
HIDING = 64
"""Up to so many bytes more, drawn by lot: who can read lengths alone learns nothing from what a page repeats of a
question (the attack called BREACH; Django's own middleware does the same, at a level that costs more)."""


class Packed:
    """Middleware. Pages alone: files come with the form they are kept in, and the API's tags are of its bytes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or not response.headers["Content-Type"].startswith("text/html"):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if len(response.content) >= LEAST and takes_gzip(request.headers.get("Accept-Encoding", "")):
            response.content = packed(response.content)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))
        return response


def packed(body: bytes) -> bytes:
    """As gzip, with a name of some letters that nobody reads."""
    held = BytesIO()
    with GzipFile("x" * secrets.randbelow(HIDING), "wb", LEVEL, held, mtime=0) as archive:
        archive.write(body)
    return held.getvalue()
