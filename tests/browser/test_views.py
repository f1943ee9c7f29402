"""A view is saved and shared where one stands, and opened again."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Windows
from tests.browser.dragging import drag


def test_a_view_is_saved_and_shared_in_three_actions(windows: Windows) -> None:
    page = windows.open("/people/?q=name:a&sort=-name")
    page.get_by_role("link", name="Save view").click()
    page.locator("dialog[open]").get_by_label("Name", exact=False).first.fill("With an A")
    page.locator("dialog[open]").get_by_label("Private").uncheck()
    page.keyboard.press("Enter")
    page.wait_for_url("**view=*")
    tab = page.locator(".tabs").get_by_role("link", name="With an A")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("link", name="Save view")).to_have_count(0)
    page.goto("/people/")
    page.locator(".tabs").get_by_role("link", name="With an A").click()
    page.wait_for_url("**view=*")
    expect(page.get_by_label("Ask a question of this list")).to_have_value("name:a")


def test_views_fit_on_a_phone(windows: Windows) -> None:
    page = windows.open("/deals/?q=amount>10", viewport={"width": 375, "height": 800})
    page.get_by_role("link", name="Save view").click()
    page.locator("dialog[open]").get_by_label("Name", exact=False).first.fill(
        "Those of more than ten, and of nothing else"
    )
    page.keyboard.press("Enter")
    page.wait_for_url("**view=*")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_pinned_views_are_counted_and_moved_by_mouse_and_by_keys(windows: Windows) -> None:
    page = windows.open("/people/?q=name:a")
    for name, asked in (("A", "name:a"), ("Weil", "name:weil")):
        page.goto(f"/views/new/?type=parties.person&question={asked}")
        page.get_by_label("Name", exact=False).first.fill(name)
        page.keyboard.press("Enter")
        page.wait_for_url("**view=*")
        page.get_by_role("button", name="More").click()
        page.get_by_role("button", name="Pin to the side bar").click()
    pins = page.locator("b-pins li")
    expect(pins.last.locator(".n")).to_have_text("1")
    with page.expect_response("**/views/pins/"):
        pins.last.locator("a").focus()
        page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#said")).to_have_text("Weil is at place 1 of 2.")
    page.reload()
    expect(pins.first).to_contain_text("Weil")
    with page.expect_response("**/views/pins/"):
        drag(pins.first, pins.last, down=1)
    page.reload()
    expect(pins.last).to_contain_text("Weil")


def test_the_open_tab_is_in_sight_on_a_phone(windows: Windows) -> None:
    page = windows.open("/deals/", viewport={"width": 375, "height": 800})
    for number in range(3):
        page.goto(f"/views/new/?type=sales.deal&question=amount>{number}")
        page.get_by_label("Name", exact=False).first.fill(f"Deals of more than {number} in all")
        page.keyboard.press("Enter")
        page.wait_for_url("**view=*")
    place = page.locator(".top .tabs [aria-current]").bounding_box()
    assert place
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 375
