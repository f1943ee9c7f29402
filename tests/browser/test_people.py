"""Two people at one record: one sees the other come, mention them and change something, without anything moving."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Windows
from tests.browser.seed import COLLEAGUE, COLLEAGUES_PASSWORD
from tests.proofs.watching import signed_in


@pytest.fixture
def colleagues(browser: Browser, server: str) -> Iterator[Windows]:
    state: Any = signed_in(browser, server, login=COLLEAGUE, password=COLLEAGUES_PASSWORD)
    found = Windows(browser, server, state)
    yield found
    found.close()
    assert found.complaints == []


def test_what_a_colleague_does_appears_and_moves_nothing(windows: Windows, colleagues: Windows) -> None:
    anna = windows.open("/notifications/")
    if (all_read := anna.get_by_role("button", name="Mark all as read")).count():
        all_read.click()
    anna.goto("/deals/")
    anna.locator("tbody th a", has_text="Konex order").click()
    anna.get_by_role("button", name="Follow").click()
    anna.get_by_role("button", name="Following").wait_for()
    anna.locator("#write").fill("Half a sentence")
    address = anna.url
    dora = colleagues.open(address)
    expect(anna.locator(".faces.here")).to_have_attribute("aria-label", "Dora Lind is looking at this")
    dora.locator("#write").press_sequentially("Have a look @ann")
    dora.get_by_role("option", name="Anna Snelling").wait_for()
    dora.keyboard.press("Enter")
    expect(dora.locator("#write")).to_have_value("Have a look @Anna Snelling ")
    dora.keyboard.press("Control+Enter")
    expect(dora.locator("#past a.mention")).to_have_text("@Anna Snelling")
    expect(anna.locator("b-live")).to_contain_text("This has changed")
    expect(anna.locator('.nav a[href="/notifications/"] .n')).to_have_text("1")
    expect(anna.locator("#past a.mention")).to_have_count(0)
    anna.locator("b-live button").click()
    expect(anna.locator("#past a.mention")).to_have_count(1)
    expect(anna.locator("#write")).to_have_value("Half a sentence")
    expect(anna.locator("b-live")).to_be_hidden()
    listed = windows.open("/deals/")
    listed.wait_for_timeout(2500)
    dora.goto(address)
    dora.get_by_role("button", name="Follow").click()
    expect(listed.locator("b-live")).to_be_hidden()
    phone = windows.open("/notifications/", viewport={"width": 375, "height": 800})
    expect(phone.locator("table.told tr.unread")).to_have_count(1)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 375
    phone.locator("table.told tr.unread th a").click()
    phone.wait_for_url("**/deals/**")
    expect(phone.get_by_role("heading", name="Konex order").first).to_be_visible()
