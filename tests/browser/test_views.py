"""A view is saved and shared where one stands, and opened again."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Windows


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
