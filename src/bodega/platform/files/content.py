"""What an uploaded file is, by its bytes, and what it may be called."""

from __future__ import annotations

import unicodedata
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

HEAD = 32
"""Bytes from the beginning of a file that tell what it is."""
UNKNOWN = "application/octet-stream"
PDF, ZIP = "application/pdf", "application/zip"
PNG, JPEG, GIF, WEBP = "image/png", "image/jpeg", "image/gif", "image/webp"
IMAGES = {PNG: ".png", JPEG: ".jpg", GIF: ".gif", WEBP: ".webp"}
"""The images that a browser draws, and the ending each has."""
BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": PNG,
    b"\xff\xd8\xff": JPEG,
    b"GIF87a": GIF,
    b"GIF89a": GIF,
    b"%PDF-": PDF,
    b"PK\x03\x04": ZIP,
}
PROMISED = dict.fromkeys([".jpg", ".jpeg", ".jpe", ".jfif"], JPEG) | {
    ".png": PNG, ".gif": GIF, ".webp": WEBP, ".pdf": PDF,
}  # fmt: skip
LONGEST = 255
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of Unicode: controls, marks of direction and of no width, halves of characters, line ends."""


def media_type(head: bytes) -> str:
    """What a file that begins like this is: one of a few harmless types, or unknown. Nothing that a browser runs is."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    return next((found for beginning, found in BEGINNINGS.items() if head.startswith(beginning)), UNKNOWN)


def plain_name(name: str) -> str:
    """The last part of a path, without what cannot be seen and without dots at its ends."""
    seen = "".join(letter for letter in name if unicodedata.category(letter) not in UNSEEN)
    last = seen.replace("\\", "/").rpartition("/")[2].strip(" .") or "file"
    ending = PurePath(last).suffix[:20]
    return last if len(last) <= LONGEST else last[: LONGEST - len(ending)] + ending


def fitting_name(name: str, found: str) -> str:
    """The name for a file of the type `found`: an image gets the ending of what it is.

    Raises ValidationError where the name promises an image or a PDF, and the file is something else.
    """
    plain = plain_name(name)
    promised = PROMISED.get(PurePath(plain).suffix.lower(), "")
    if promised in ("", found):
        return plain
    if promised in IMAGES and found in IMAGES:
        return str(PurePath(plain).with_suffix(IMAGES[found]))
    raise ValidationError(
        _("“%(name)s” is not what its name ends in. Open it in the program it was made with, and save it again.")
        % {"name": plain}
    )
