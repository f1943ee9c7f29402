"""Images in small, for pages that show many: made when one is first asked for, and again whenever it is missing."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from django.conf import settings

from bodega.platform.files import content, store
from bodega.platform.files.images import FORMATS, UNREADABLE, one_at_a_time
from bodega.platform.files.models import File

WIDTH, HEIGHT = 480, 320
"""The most that it has, in points."""
QUALITY = 80


def small(held: File) -> bytes:
    """A WebP. Raises ValueError for what is no image."""
    place = Path(settings.BODEGA_DATA_DIR) / "small" / held.sha256[:2] / held.sha256
    if not place.exists():
        made = drawn(held)
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
            file.write(made)
        Path(file.name).replace(place)
    return place.read_bytes()


def drawn(held: File) -> bytes:
    from PIL import Image  # late: takes 30 ms, and most processes never see an image

    kind = store.media_type_of(held)
    if kind not in content.IMAGES:
        raise ValueError(kind)
    kept = io.BytesIO()
    try:
        with one_at_a_time, store.opened(held) as source, Image.open(source, formats=[FORMATS[kind]]) as image:
            image.thumbnail((WIDTH, HEIGHT))
            image.convert("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB").save(
                kept, "WEBP", quality=QUALITY
            )
    except UNREADABLE as broken:
        raise ValueError(str(broken)) from None
    return kept.getvalue()


def is_image(name: str) -> bool:
    """By its name, which an upload makes fit what the file is."""
    return Path(name).suffix.lower() in content.PROMISED and not name.lower().endswith(".pdf")
