"""axe finds nothing to mend on any page, light or dark, wide or narrow."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Windows

PAGES = (
    "/ /me/ /me/password/ /users/ /users/1/ /users/1/access/ /users/invite/ /roles/ /roles/ready/ /roles/1/edit/ "
    "/fields/ /fields/new/ /types/new/ /options/ /options/new/?set=parties.source /options/1/retire/ /pipelines/ "
    "/stages/1/edit/ /jobs/ /parked/ /find/?q=isd /find/?q=zzzz /import/ /people/ /people/?q=zzzz /people/?q=stge:x "
    "/people/4/ /people/4/edit/ /people/4/access/ /people/trash/ /organisations/1/ /deals/ /deals/board/ /deals/1/ "
    "/deals/calendar/ /tasks/calendar/?show=agenda /people/gallery/ /deals/1/edit/ /deals/1/do/lose/ /nothing/"
).split()


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_shuts_anybody_out(windows: Windows, theme: str) -> None:
    windows.expected |= {"404", "422", "409"}
    page = windows.open("/", color_scheme=theme)
    found = {}
    for url in PAGES:
        page.goto(url)
        if broken := violations(page):
            found[url] = broken
    entrance = windows.open("/signin/", signed_in=False, color_scheme=theme)
    assert (found, violations(entrance)) == ({}, [])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nor_does_a_narrow_one(windows: Windows, theme: str) -> None:
    page = windows.open("/", color_scheme=theme, viewport={"width": 375, "height": 800})
    found = {}
    pages = "/ /people/ /people/4/ /deals/board/ /deals/calendar/ /people/gallery/ /fields/new/ /options/ /import/"
    for url in pages.split():
        page.goto(url)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0 or (broken := violations(page)):
            found[url] = f"{wide} px too wide" if wide > 0 else broken
    assert found == {}
