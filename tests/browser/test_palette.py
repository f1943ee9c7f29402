"""Ctrl K does what the page can do, and goes where one was; `?` names the keys of the page one is on."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Windows


def test_everything_by_the_palette_and_the_keyboard_alone(windows: Windows) -> None:
    page = windows.open("/people/4/")
    name = page.get_by_role("heading", level=1).inner_text()
    page.keyboard.press("Control+k")
    here = page.get_by_role("group", name="On this page")
    expect(here.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.type("who can")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/4/access/")
    page.goto("/people/4/")
    page.keyboard.press("Control+k")
    page.keyboard.type("tokens")
    expect(page.get_by_role("option", name="Tokens for programs")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/tokens/")
    page.goto(f"/people/?q={name}")
    page.get_by_role("checkbox", name=f"Select {name}").check()
    page.keyboard.press("Control+k")
    page.keyboard.type("delete")
    expect(here.get_by_role("option", name="Delete")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.goto("/people/4/")
    page.locator("body").press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Ctrl K")
