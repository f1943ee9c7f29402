"""During a call: what somebody says is written in one line, seen before it is kept, and asked for in a list."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Windows


def test_what_they_say_is_kept_in_one_line_and_found(windows: Windows) -> None:
    page = windows.open("/people/?q=name:Kari")
    page.locator("tbody th a", has_text="Kari Berg").click()
    line = page.get_by_label("What did they say?")
    line.fill("contract with Acme ends 3/2027")
    line.press("Enter")
    expect(page.locator("dialog[open] [name=text]")).to_have_value("2027-03-31")
    page.keyboard.press("Enter")
    known = page.locator(".card", has=page.get_by_role("heading", name="What we know"))
    expect(known).to_contain_text("Contract with a competitor ends")
    expect(known).to_contain_text("31 Mar 2027")
    known.get_by_role("button", name="They had told us before").click()
    expect(page.get_by_text("The repeated question was added.")).to_be_visible()
    page.goto("/people/?q=fact.contract_end:2027-03-31")
    expect(page.locator("tbody th a")).to_have_text(["Kari Berg"])
    phone = windows.open("/asked-again/report/", viewport={"width": 375, "height": 800})
    expect(phone.get_by_role("table")).to_contain_text("Contract with a competitor ends")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 375
