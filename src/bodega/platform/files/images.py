"""Images are drawn anew: of what was sent only the points of colour stay, nothing that hides behind or between them."""

from __future__ import annotations

import io
import struct
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bodega.platform.files.content import GIF, JPEG, PNG, WEBP

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = {PNG: "PNG", JPEG: "JPEG", GIF: "GIF", WEBP: "WEBP"}
LARGEST = 40 * 2**20
MOST_POINTS = 64_000_000
"""Of all frames together; each takes four bytes while it is drawn."""
QUALITY = 92
UNREADABLE = (OSError, SyntaxError, ValueError, TypeError, LookupError, OverflowError, EOFError, struct.error)
"""What the readers of formats raise where the bytes are not what they should be."""
one_at_a_time = Lock()
"""In a process: eight threads with an image each would take 2 GB."""


def redrawn(source: bytes, media_type: str) -> bytes:
    """The same image in the same format, upright, without its metadata. Raises ValidationError for what is none."""
    from PIL import Image  # late: takes 30 ms, and most processes never see an image

    floods = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        with one_at_a_time, Image.open(io.BytesIO(source), formats=[FORMATS[media_type]]) as image:
            if image.width * image.height * frames_of(image) > MOST_POINTS:
                raise flood()
            return saved(frames_drawn(image), FORMATS[media_type], loop=image.info.get("loop"))
    except floods:
        raise flood() from None
    except UNREADABLE:
        raise ValidationError(_("The image is damaged. Open it, save it again, and send that.")) from None


def flood() -> ValidationError:
    return ValidationError(
        _("The image has more than %(most)s million points. Make it smaller and send that.")
        % {"most": MOST_POINTS // 1_000_000}
    )


def frames_of(image: Image) -> int:
    """How many pictures follow each other; what a camera puts behind a JPEG (a thumbnail, a second view) is left."""
    return 1 if image.format in ("JPEG", "MPO") else int(getattr(image, "n_frames", 1))


def frames_drawn(image: Image) -> list[Image]:
    from PIL import ImageOps  # late, as above

    found = []
    for number in range(frames_of(image)):
        image.seek(number)
        frame = ImageOps.exif_transpose(image).copy()
        frame.info = {name: image.info[name] for name in ("transparency", "duration") if name in image.info}
        found.append(frame)
    return found


def saved(frames: list[Image], format: str, *, loop: int | None) -> bytes:  # noqa: A002  (that is what it is called)
    more: dict[str, Any] = {}
    if len(frames) > 1:
        durations = [int(frame.info.get("duration", 100)) for frame in frames]
        more = {"save_all": True, "append_images": frames[1:], "duration": durations}
        more |= {} if loop is None else {"loop": loop}
    kept = io.BytesIO()
    frames[0].save(kept, format, quality=QUALITY, **more)
    return kept.getvalue()
