"""Pictures of every page of the sample company, at three widths and in both themes: `make screenshots`.

All of them go to build/screenshots, to be looked at; the few that README and guide show go to docs/images, small.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ROOT, address_of, found_browser
from tests.browser.places import places
from tests.proofs.watching import signed_in

BUILD, IMAGES = ROOT / "build" / "screenshots", ROOT / "docs" / "images"
LOGIN, PASSWORD = "anna@example.com", "bodega"
WIDTHS = {1440: 900, 1024: 768, 375: 800}
CHOSEN = {
    "list": ("/deals/?q=stage:open", 1440, "light"),
    "board": ("/deals/board/", 1440, "light"),
    "record": ("/organisations/{organisations}/", 1440, "light"),
    "record-dark": ("/organisations/{organisations}/", 1440, "dark"),
    "phone": ("/organisations/{organisations}/", 375, "light"),
    "today": ("/", 1440, "light"),
}
"""What README and guide show."""
COLOURS = 256
"""Of a picture that is kept: enough for pages, and a third of the size."""


@contextmanager
def company() -> Iterator[str]:
    """The address of a sample company of its own, with the day it is loaded as today."""
    with tempfile.TemporaryDirectory() as folder:
        around = {**os.environ, "BODEGA_DATA_DIR": folder, "BODEGA_DEMO": "yes", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        bodega = [sys.executable, "-m", "bodega"]
        subprocess.run([*bodega, "demo"], env=around, check=True, stdout=subprocess.DEVNULL)
        with subprocess.Popen(
            [*bodega, "serve", "--port", "0"], env=around, stdout=subprocess.PIPE, text=True
        ) as process:
            yield address_of(process)
            process.terminate()


def numbers(page: Page) -> dict[str, int]:
    """By type, a record whose pages are looked at: one with a past."""
    asked = {"people": "owner:me", "deals": "stage:open owner:me", "organisations": "count(deals)>3 owner:me"}
    found = {}
    for slug, question in asked.items():
        page.goto(f"/{slug}/?q={question}")
        address = page.locator("tbody th a").first.get_attribute("href") or ""
        found[slug] = int(address.split("?")[0].split("/")[2])
    return found


def take(page: Page, url: str, width: int, theme: str, file: Path) -> None:
    page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.goto(url, wait_until="networkidle")
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)


def shrink(file: Path) -> None:
    """With few colours: those of which most is made stay as they are, the others become the one that is nearest."""
    with Image.open(file) as image:
        plain = image.convert("RGB")
    counted = sorted(plain.getcolors(plain.width * plain.height) or [], reverse=True)
    others = plain.quantize(COLOURS // 2, Image.Quantize.MAXCOVERAGE).convert("RGB").getcolors() or []
    kept = [colour for _count, colour in [*counted[: COLOURS // 2], *others]]
    nearest = {colour: min(range(len(kept)), key=lambda at: math.dist(kept[at], colour)) for _count, colour in counted}
    small = Image.new("P", plain.size)
    small.putpalette([part for colour in kept for part in colour])
    small.putdata([nearest[colour] for colour in plain.getdata()])
    small.save(file, optimize=True)


def main(everything: bool) -> None:
    with company() as server, found_browser() as browser:
        page = opened(browser, server)
        ids = numbers(page)
        for name, (url, width, theme) in CHOSEN.items():
            take(page, url.format(**ids), width, theme, IMAGES / f"{name}.png")
            shrink(IMAGES / f"{name}.png")
            print(f"docs/images/{name}.png: {(IMAGES / f'{name}.png').stat().st_size // 1000} kB")
        for url in places(ids) if everything else ():
            if page.request.get(url).status != 200:
                continue
            for width in WIDTHS:
                for theme in ("light", "dark"):
                    take(
                        page,
                        url,
                        width,
                        theme,
                        BUILD / f"{width}-{theme}" / f"{url.strip('/').replace('/', '-') or 'today'}.png",
                    )
            print(url)


def opened(browser: Browser, server: str) -> Page:
    state = signed_in(browser, server, login=LOGIN, password=PASSWORD)
    return browser.new_context(storage_state=state, base_url=server).new_page()


if __name__ == "__main__":
    main(everything="chosen" not in sys.argv)
