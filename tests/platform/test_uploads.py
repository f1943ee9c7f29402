"""What is sent as a file is known by its bytes, drawn anew where it is an image, and never run by a browser."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bodega.kernel import change, registry
from bodega.platform.files import content, images, store
from bodega.platform.files.models import File
from tests.personas import People
from tests.surfaces.html.visitor import Visitor

pytestmark = pytest.mark.slow

SCRIPT = b"<script>alert(1)</script>"
PAGE = b"<!doctype html><title>x</title>" + SCRIPT
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
OURS = {"PNG": content.PNG, "JPEG": content.JPEG, "GIF": content.GIF, "WEBP": content.WEBP}


def image(format_: str, *, size: tuple[int, int] = (40, 20), **more: Any) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, "red").save(kept, format_, **more)
    return kept.getvalue()


def drawn(source: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(source))
    found.load()
    return found


def bytes_of(held: File) -> bytes:
    with store.opened(held) as file:
        return file.read()


def png_that_says(width: int, height: int) -> bytes:
    """A small file that would take much room: a pixel flood."""

    def part(word: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + word + data + struct.pack(">I", zlib.crc32(word + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"\0" * 999)) + part(b"IEND", b"")


# ---- images ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", OURS)
def test_of_an_image_only_its_points_stay(people: People, format_: str) -> None:
    source = image(format_) + SCRIPT
    held = store.upload([source[:3], source[3:]], f"photo.{format_.lower()}", actor=people.ben)
    kept = bytes_of(held)
    assert (drawn(kept).format, drawn(kept).size, SCRIPT in kept) == (format_, (40, 20), False)
    assert (held.size, store.media_type_of(held)) == (len(kept), OURS[format_])


def test_what_a_camera_tells_is_left_out_but_which_way_is_up() -> None:
    told = Image.Exif()
    told[0x0112], told[0x010E] = 6, SCRIPT.decode()  # turned by a quarter; a description
    kept = images.redrawn(image("JPEG", exif=told, comment=SCRIPT), content.JPEG)
    assert (drawn(kept).size, dict(drawn(kept).getexif()), SCRIPT in kept) == ((20, 40), {}, False)


@pytest.mark.parametrize("format_", ["GIF", "PNG", "WEBP"])
def test_a_moving_image_still_moves(format_: str) -> None:
    first, *rest = (Image.new("RGB", (40, 20), colour) for colour in ("red", "blue", "green"))
    kept = io.BytesIO()
    first.save(kept, format_, save_all=True, append_images=rest, duration=[100, 200, 300], loop=0)
    found = Image.open(io.BytesIO(images.redrawn(kept.getvalue(), OURS[format_])))
    told = []
    for number in range(3):
        found.seek(number)
        told.append((found.convert("RGB").getpixel((0, 0)), found.info["duration"]))
    assert [duration for _colour, duration in told] == [100, 200, 300]
    assert [max(range(3), key=lambda at: colour[at]) for colour, _duration in told] == [0, 2, 1]  # type: ignore[index]


def test_a_hidden_part_of_an_image_stays_hidden() -> None:
    kept = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(kept, "PNG")
    assert drawn(images.redrawn(kept.getvalue(), content.PNG)).getpixel((0, 0)) == (255, 0, 0, 0)


@pytest.mark.parametrize("side", [8_001, 12_000, 60_000])
def test_a_flood_of_points_is_refused_before_it_is_drawn(side: int) -> None:
    with pytest.raises(ValidationError, match="more than 64 million points"):
        images.redrawn(png_that_says(side, side), content.PNG)


def test_the_frames_of_a_moving_image_count_together() -> None:
    frame = Image.new("P", (4_000, 4_000))
    others = [Image.new("P", (4_000, 4_000), number) for number in range(1, 5)]
    kept = io.BytesIO()
    frame.save(kept, "GIF", save_all=True, append_images=others)
    with pytest.raises(ValidationError, match="more than 64 million points"):
        images.redrawn(kept.getvalue(), content.GIF)


@given(st.sampled_from([*OURS]), st.integers(0, 400), st.binary(min_size=1, max_size=40))
def test_a_damaged_image_is_drawn_or_refused_with_a_sentence(format_: str, place: int, damage: bytes) -> None:
    source = bytearray(image(format_))
    source[12 + place % (len(source) - 12) :] = damage
    with suppress(ValidationError):
        images.redrawn(bytes(source), OURS[format_])


# ---- what a file is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("photo.png", PAGE),
        ("photo.png", SVG),
        ("photo.jpg\u200b.png", SVG),
        ("photo.svg.JPG", SVG),
        ("page.html.gif", PAGE),
        ("offer.pdf", PAGE + b"%PDF-1.7"),
        ("offer.PDF", b""),
        ("photo.webp", b"RIFF____WAVE"),
    ],
)
def test_a_file_that_is_not_what_its_name_ends_in_is_refused(people: People, name: str, source: bytes) -> None:
    with pytest.raises(ValidationError, match="is not what its name ends in"):
        store.upload([source], name, actor=people.ben)
    assert not File.objects.exists()


def gif_and_script() -> bytes:
    """Opens as an image and reads as a script: its width is the beginning of a comment."""
    source = bytearray(image("GIF", size=(0x2A2F, 1)))
    return bytes(source) + b"*/=1;alert(1)//"


def zip_behind_image() -> bytes:
    kept = io.BytesIO(image("JPEG"))
    with ZipFile(kept, "a") as archive:
        archive.writestr("index.html", PAGE)
    return kept.getvalue()


@pytest.mark.parametrize("source", [gif_and_script(), zip_behind_image()])
def test_a_file_that_is_two_things_is_an_image_and_nothing_else(people: People, source: bytes) -> None:
    kept = bytes_of(store.upload([source], "photo", actor=people.ben))
    assert content.media_type(kept) in content.IMAGES
    assert not [part for part in (b"alert(1)", b"PK\x03\x04", b"<script") if part in kept]


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/plan.txt", "plan.txt"),
        (r"C:\plans\..\plan.txt", "plan.txt"),
        ("pl\u200ban.t\u200dxt", "plan.txt"),
        ("invoice\u202etxt.exe", "invoicetxt.exe"),
        (".htaccess", "htaccess"),
        ("plan.txt. . ", "plan.txt"),
        ("a\r\nSet-Cookie: b.txt", "aSet-Cookie: b.txt"),
        ("\u2028\u200b", "file"),
        ("..", "file"),
        ("Ångström 계획.txt", "Ångström 계획.txt"),
        ("x" * 300 + ".txt", "x" * 251 + ".txt"),
    ],
)
def test_a_name_is_a_name_and_can_be_read(people: People, given_name: str, kept: str) -> None:
    assert store.upload([b"plan"], given_name, actor=people.ben).name == kept


@given(st.text(max_size=300))
def test_no_name_leads_anywhere(name: str) -> None:
    plain = content.plain_name(name)
    assert 0 < len(plain) <= 255
    assert plain not in (".", "..")
    assert not {"/", "\\", "\0", "\n", "\u202e", "\u200b"} & {*plain}
    assert content.plain_name(plain) == plain or len(name) > 250


def test_an_image_under_the_name_of_another_one_gets_its_own(people: People) -> None:
    assert store.upload([image("JPEG")], "photo.png", actor=people.ben).name == "photo.jpg"
    assert store.upload([image("PNG")], "photo.v1.PNG", actor=people.ben).name == "photo.v1.PNG"


def test_an_image_that_is_too_large_is_not_read_to_its_end(people: People) -> None:
    def endless() -> Any:
        yield image("PNG")
        while True:
            yield b"\0" * 2**20

    with pytest.raises(ValidationError, match="larger than 40 MB"):
        store.upload(endless(), "photo.png", actor=people.ben)


# ---- how it is handed out --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "source", "media_type"),
    [
        ("page.html", PAGE, content.UNKNOWN),
        ("drawing.svg", SVG, content.UNKNOWN),
        ("script.js", b"alert(1)", content.UNKNOWN),
        ("data.xml", b'<?xml version="1.0"?><x/>', content.UNKNOWN),
        ("page.pdf.html", b"%PDF-1.7 " + PAGE, content.PDF),
        ("photo.png", image("PNG"), content.PNG),
        ("book.xlsx", b"PK\x03\x04...", content.ZIP),
    ],
)
def test_no_browser_opens_it_as_a_page_of_ours(people: People, name: str, source: bytes, media_type: str) -> None:
    held = store.upload([source], name, actor=people.anna)
    visitor = Visitor(people.user(people.anna))
    visitor.get(f"/files/{held.pk}/download/")
    told = visitor.response.headers
    assert (told["Content-Type"], told["Content-Disposition"]) == (media_type, f'attachment; filename="{name}"')
    assert (told["X-Content-Type-Options"], told["Cache-Control"]) == ("nosniff", "no-store")
    assert told["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_name_that_was_changed_later_is_no_header_of_its_own(people: People) -> None:
    held = store.upload([b"plan"], "plan.txt", actor=people.anna)
    name = 'a";\r\nSet-Cookie: x=1\u202e.txt'
    change.save(held, {"name": name}, actor=people.anna, type_=registry.type_of("files.file"))
    visitor = Visitor(people.user(people.anna))
    visitor.get(f"/files/{held.pk}/download/")
    assert visitor.response.headers["Content-Disposition"] == r'attachment; filename="a\";Set-Cookie: x=1.txt"'
    assert "x" not in visitor.client.cookies


def test_a_form_says_what_was_wrong_with_a_file(people: People, tmp_path: Path) -> None:
    field = {"type": "products.product", "name": "Photo", "word": "photo", "kind": "file"}
    change.create(registry.type_of("kernel.field"), field, actor=people.anna)
    visitor = Visitor(people.user(people.anna))
    sent = io.BytesIO(SVG)
    sent.name = "photo.png"
    page = visitor.post("/products/new/", {"name": "Bolt", "photo": sent, "fields": "name photo"})
    assert visitor.status == 422
    assert "“photo.png” is not what its name ends in." in page.text
