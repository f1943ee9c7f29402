"""axe finds nothing to mend on any page, light or dark, wide or narrow, and nothing is lost at twice the size."""

from __future__ import annotations

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Windows
from tests.browser.places import places

ALL = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
"""What a theme may change."""
WIDE, TWICE, PHONE = (1440, 900), (720, 450), (375, 800)
"""The second is the first at a zoom of 200 %."""


def violations(page: Page, rules: dict[str, object]) -> Iterator[str]:
    for one in Axe().run(page, options=rules).response["violations"]:
        yield f"{one['id']}: {one['nodes'][0]['html'][:160]}"


def problems(page: Page) -> Iterator[str]:
    """All themes and sizes of the page that is open."""
    for (width, height), rules in ((WIDE, ALL), (TWICE, None), (PHONE, ALL)):
        page.set_viewport_size({"width": width, "height": height})
        if (wide := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            yield f"{wide} px too wide at {width}"
        if rules:
            yield from (f"at {width}: {one}" for one in violations(page, rules))
    page.emulate_media(color_scheme="dark")
    yield from (f"dark: {one}" for one in violations(page, COLOURS))
    page.emulate_media(color_scheme="light")


def test_no_page_shuts_anybody_out(windows: Windows) -> None:
    windows.expected |= {"404", "405", "403", "422", "409", "400"}
    page = windows.open("/", color_scheme="light", reduced_motion="reduce")
    found: dict[str, list[str]] = {}
    refused = {405}  # is for scripts and forms; the others are looked at once each
    for url in places():
        status = page.request.get(url, max_redirects=0).status
        if status in refused or 300 <= status < 400:
            continue
        page.goto(url)
        if page.locator("main").count():
            found[url] = [*problems(page)]
        refused |= {status} if status >= 400 else set()
    entrance = windows.open("/signin/", signed_in=False, reduced_motion="reduce")
    found["/signin/"] = [*problems(entrance)]
    assert {url: told for url, told in found.items() if told} == {}
    assert len(found) > 50
