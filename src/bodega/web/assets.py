"""Static files as they lie in the packages: no collecting step, and addresses that a browser may keep for ever.

All addresses carry one digest of all files (`/static/<digest>/bodega/base.css`). A new release changes the digest, so
everything may be cached without end, and modules and style sheets may name each other by relative address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import StaticFilesStorage

BUNDLES = {
    "bodega/css/all.css": [
        f"bodega/css/{name}.css" for name in "tokens base shell components pages listing people record".split()
    ],
    "bodega/css/maps.css": ["leaflet/leaflet.css", "bodega/css/map.css"],
    "bodega/js/maps.js": ["leaflet/leaflet.js", "bodega/js/map.js"],
    "bodega/js/all.js": [f"bodega/js/{name}.js" for name in "page keys palette select".split()],
}
"""What every page needs, or a map, sent as one file: each request more is a wait more where the network is slow."""


@cache
def files() -> Mapping[str, Path]:
    """Every static file by its name (`bodega/base.css`); what is not in here is not served."""
    found: dict[str, Path] = {}
    for finder in get_finders():
        for name, storage in finder.list([]):
            known = Path(getattr(storage, "prefix", None) or "", name).as_posix()
            found.setdefault(known, Path(storage.path(name)))
    return MappingProxyType(found)


def content(name: str) -> bytes | None:
    """The bytes of a file or a bundle; None for a name that is not in the list."""
    paths = [files().get(part) for part in BUNDLES.get(name, [name])]
    if not all(paths):
        return None
    parts = [path.read_bytes() for path in paths if path]
    if name in BUNDLES and name.endswith(".js"):
        parts = [b"{\n%s\n}" % part for part in parts]  # each keeps its names to itself
    return b"\n".join(parts)


@cache
def version() -> str:
    """Twelve characters that change with any byte of any static file."""
    digest = hashlib.sha256()
    for name, path in sorted(files().items()):
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


class VersionedFiles(StaticFilesStorage):
    """Gives `{% static %}` the addresses; `bodega.web.asgi` serves them."""

    def url(self, name: str | None) -> str:
        return f"{settings.STATIC_URL}{version()}/{name or ''}"
