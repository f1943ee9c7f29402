"""Static files over HTTP: from memory, compressed once, to be kept for ever under an address with the right version."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings

from bodega.web import assets

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# Our own table, since the system's differ and browsers refuse scripts and styles of another type.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
PLAIN = {
    "content-type": "text/plain; charset=utf-8",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "script-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
}
"""What every file is sent with; its policy is for who opens it by itself."""
if settings.SESSION_COOKIE_SECURE:
    PLAIN["strict-transport-security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
PACKED = frozenset({".css", ".html", ".js", ".json", ".map", ".mjs", ".svg", ".txt", ".webmanifest"})


@dataclass(frozen=True)
class Asset:
    """A file as it is sent, with its gzip form if that is smaller."""

    body: bytes
    packed: bytes | None
    type: str
    tag: str


@cache
def asset(name: str) -> Asset | None:
    """The file of that name in the list of files; names are looked up, never joined to a folder."""
    body, ending = assets.content(name), PurePosixPath(name).suffix.lower()
    if body is None:
        return None
    packed = gzip.compress(body, 9, mtime=0) if ending in PACKED else body
    tag = hashlib.sha256(body).hexdigest()[:20]
    return Asset(body, packed if len(packed) < len(body) else None, TYPES.get(ending, "application/octet-stream"), tag)


async def static_file(scope: Scope, _receive: Receive, send: Send) -> None:
    """Answers a request for `/static/<version>/<name>`."""
    version, _slash, name = scope["path"].removeprefix(settings.STATIC_URL).partition("/")
    if scope["method"] not in ("GET", "HEAD"):
        return await _answer(scope, send, 405, b"Only GET and HEAD.\n", {"allow": "GET, HEAD"})
    # Only a name that is known is looked up: the memory that answers are kept in can't be filled from outside.
    found = asset(name) if name in assets.files() or name in assets.BUNDLES else None
    if found is None:
        return await _answer(scope, send, 404, b"There is no such file.\n")
    asked = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
    body, headers = _chosen(found, asked)
    # A page of the version before may still ask: it gets the file there is, to be asked for again.
    headers["cache-control"] = "public, max-age=31536000, immutable" if version == assets.version() else "no-cache"
    if _is_known(asked.get("if-none-match", ""), headers["etag"]):
        return await _answer(scope, send, 304, b"", headers)
    return await _answer(scope, send, 200, body, {"content-type": found.type} | headers)


def _chosen(found: Asset, asked: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
    if found.packed is None:
        return found.body, {"etag": f'"{found.tag}"'}
    if takes_gzip(asked.get("accept-encoding", "")):
        return found.packed, {"etag": f'"{found.tag}-gz"', "content-encoding": "gzip", "vary": "accept-encoding"}
    return found.body, {"etag": f'"{found.tag}"', "vary": "accept-encoding"}


def takes_gzip(accepted: str) -> bool:
    """What a browser says it takes, in its header Accept-Encoding."""
    for part in accepted.lower().split(","):
        coding, _semicolon, quality = (word.strip() for word in part.partition(";"))
        if coding == "gzip":
            return quality.removeprefix("q=").strip("0.") != "" or quality == ""
    return False


def _is_known(tags: str, tag: str) -> bool:
    return tag in [known.strip().removeprefix("W/") for known in tags.split(",")]


async def _answer(scope: Scope, send: Send, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
    sent = PLAIN | dict(headers or {})
    if status == 304:
        del sent["content-type"]
    else:
        sent["content-length"] = str(len(body))
    lines = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
