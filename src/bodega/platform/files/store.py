"""Where the bytes of uploaded files are: in the data folder, under the digest of their content, taken in with care."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bodega.kernel import access, change
from bodega.platform.files import content, images
from bodega.platform.files.models import File
from bodega.platform.files.records import file

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

LARGEST = 100 * 2**20


def folder() -> Path:
    return Path(settings.BODEGA_DATA_DIR) / "files"


def path_of(sha256: str) -> Path:
    return folder() / sha256[:2] / sha256


def keep(chunks: Iterable[bytes], *, most: int = LARGEST) -> tuple[str, int]:
    """Store bytes and return their digest and size. The file appears whole or not at all."""
    folder().mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder(), delete=False) as held:
        try:
            for chunk in within(chunks, most):
                size += len(chunk)
                digest.update(chunk)
                held.write(chunk)
            held.flush()
            os.fsync(held.fileno())
            target = path_of(digest.hexdigest())
            target.parent.mkdir(exist_ok=True)
            Path(held.name).replace(target)
        except BaseException:
            Path(held.name).unlink(missing_ok=True)
            raise
    return digest.hexdigest(), size


def within(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    """The chunks, as long as they have no more bytes together. Raises ValidationError."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise ValidationError(_("The file is larger than %(most)s MB.") % {"most": most // 2**20})
        yield chunk


def upload(chunks: Iterable[bytes], name: str, *, about: tuple[str, int] | None = None, actor: Actor) -> File:
    """Store an uploaded file and the record that tells of it, about another record where one is named.

    Raises PermissionDenied, and ValidationError where it is too large, not what its name says, or an image that cannot
    be drawn.
    """
    access.require(file, actor, "create")
    pieces = iter(chunks)
    head = b""
    while len(head) < content.HEAD and (piece := next(pieces, b"")):
        head += piece
    found = content.media_type(head)
    called = content.fitting_name(name, found)
    pieces = chain([head], pieces)
    if found in content.IMAGES:
        pieces = iter([images.redrawn(b"".join(within(pieces, images.LARGEST)), found)])
    sha256, size = keep(pieces)
    made: File = change.create(file, {"name": called, "size": size, "sha256": sha256, "about": about}, actor=actor)
    return made


def opened(held: File) -> BinaryIO:
    return path_of(held.sha256).open("rb")


def is_attached(sha256: str) -> bool:
    """Whether a record tells of a file with this content, whoever may see it."""
    return File.objects.filter(sha256=sha256).exists()


def beginning(held: File, most: int) -> bytes:
    """So many of its first bytes."""
    with opened(held) as file:
        return file.read(most)


def media_type_of(held: File) -> str:
    """By its bytes; neither its name nor who sent it is believed."""
    return content.media_type(beginning(held, content.HEAD))
