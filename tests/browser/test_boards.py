"""Cards are moved between lanes by mouse, by keys and, without scripts, by a form."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.dragging import drag


def lane_of(page: Page, title: str) -> str:
    card = page.locator(f'.deal[data-title="{title}"]')
    return card.evaluate("card => card.closest('.lane').dataset.label")


def test_a_card_is_moved_by_mouse(windows: Windows) -> None:
    page = windows.open("/deals/board/")
    lane = page.locator(".lane").nth(2)
    with page.expect_response("**/deals/move/**"):
        drag(page.locator('.deal[data-title="Isdom renewal"]'), lane)
    expect(lane.locator('.deal[data-title="Isdom renewal"]')).to_be_visible()
    page.reload()
    assert lane_of(page, "Isdom renewal") == page.locator(".lane").nth(2).get_attribute("data-label")


def test_a_card_is_moved_by_keys(windows: Windows) -> None:
    page = windows.open("/deals/board/")
    page.locator('.deal[data-title="Konex order"] .title').focus()
    with page.expect_response("**/deals/move/**"):
        page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("#said")).to_contain_text("Konex order moved to")
    page.reload()
    assert lane_of(page, "Konex order") == page.locator(".lane").nth(1).get_attribute("data-label")


def test_a_card_is_moved_by_a_form_where_there_are_no_scripts(windows: Windows) -> None:
    page = windows.open("/deals/board/", java_script_enabled=False)
    page.locator('.deal[data-title="Cancity hall"] .pick').click()
    name = page.locator(".lane").nth(1).locator("header h2").inner_text()
    page.locator(".bulk button", has_text=name).click()
    page.wait_for_load_state()
    expect(page.locator(".lane").nth(1)).to_contain_text("Cancity hall")
