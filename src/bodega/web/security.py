"""What a browser may do with our pages, what it may keep of them, and how much it may send."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse

from bodega.platform.files import store as files
from bodega.surfaces.html.problems import answer
from bodega.surfaces.html.request import OPEN_TO_ALL
from bodega.surfaces.transfer import store as imports

TILES = urlsplit(settings.BODEGA_TILES)
IMAGES = f"'self' data: {TILES.scheme}://{TILES.netloc}" if TILES.netloc else "'self' data:"
POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {IMAGES}; connect-src 'self'; "
    "font-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'"
)
UNUSED = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": UNUSED,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What every answer says that does not say otherwise itself."""
Answer = Callable[[HttpRequest], HttpResponse]


class Headers:
    """Nothing from elsewhere, no inline script or style, no frame around us, no copy kept of what customers told."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class Limited:
    """Refuses by its announced length what is too large, before any of it is read: it would fill the disk first."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length", "")
        is_number = length.isascii() and length.isdigit()
        if is_number and int(length[:20]) > most_bytes(request.path):
            return answer(request, "413.html", 413)
        return self.get_response(request)


def most_bytes(path: str) -> int:
    """Of a body: that of an import, of a form with a file, or of what anybody may send without having signed in."""
    fields: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if path.startswith(OPEN_TO_ALL):
        return fields
    return fields + (imports.LARGEST if path == "/import/" else files.LARGEST)


class MessageCookie(CookieStorage):
    cookie_name = f"{settings.BODEGA_COOKIE_PREFIX}messages"


class Messages(FallbackStorage):
    """In a cookie, so that no session is written; in the session where they are too long for one."""

    storage_classes = (MessageCookie, SessionStorage)
