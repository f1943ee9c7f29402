"""Tasks are put on days, and moved from one to another by mouse and by keys."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Windows
from tests.browser.dragging import drag


def day(page: Page, number: int) -> Locator:
    return page.locator(f'[data-lane="2031-03-{number:02}"]')


def test_a_task_is_made_on_a_day_and_moved_in_one_action(windows: Windows) -> None:
    page = windows.open("/tasks/calendar/?at=2031-03-01")
    day(page, 12).click(position={"x": 60, "y": 90})
    page.locator("dialog[open]").get_by_label("What", exact=False).first.fill("Count the stock")
    page.keyboard.press("Enter")
    slip = page.locator('.slip[data-title="Count the stock"]')
    expect(day(page, 12)).to_contain_text("Count the stock")
    with page.expect_response("**/tasks/reschedule/**"):
        drag(slip, day(page, 20))
    expect(day(page, 20)).to_contain_text("Count the stock")
    slip.locator(".title").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    with page.expect_response("**/tasks/reschedule/**"):
        page.keyboard.press("Space")
    expect(day(page, 14)).to_contain_text("Count the stock")
    expect(page.locator("#said")).to_contain_text("Count the stock moved to Fri 14 Mar")
    page.locator(".toast").get_by_role("button", name="Undo").last.click()
    expect(day(page, 20)).to_contain_text("Count the stock")


def test_a_phone_lists_the_days_that_have_something(windows: Windows) -> None:
    windows.open("/tasks/new/?due_on=2031-04-09&name=Paint").get_by_role("button", name="Add", exact=True).click()
    page = windows.open("/tasks/calendar/?at=2031-04-01", viewport={"width": 375, "height": 800}, has_touch=True)
    expect(page.locator(".days > li:visible")).to_have_count(1)
    page.locator(".slip .title").focus()
    with page.expect_response("**/tasks/reschedule/**"):
        page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".days > li:visible .long")).to_have_text("Thu 10 Apr")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
