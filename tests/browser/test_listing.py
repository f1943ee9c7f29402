"""A list is arranged by hand and by keys: columns, questions, groups; and one comes back to where one was."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.dragging import drag, drag_by_finger


def heads(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('.grid th[data-name]')].map((th) => th.dataset.name)"
    )
    return found


def put_back(page: Page) -> None:
    page.get_by_role("button", name="Columns").click()
    with page.expect_navigation():
        page.get_by_role("button", name="As it was").click()


def test_columns_are_moved_and_widened_by_hand_and_by_keys(windows: Windows) -> None:
    page = windows.open("/deals/")
    before = heads(page)
    drag(page.locator("th[data-name=amount]"), page.locator("th[data-name=account]"))
    expect(page.locator("th[data-name]").nth(1)).to_have_attribute("data-name", "amount")
    head = page.locator("th[data-name=amount]")
    head.locator("a").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("th[data-name]").nth(2)).to_have_attribute("data-name", "amount")
    expect(head.locator("a")).to_be_focused()
    narrow = head.bounding_box() or {}
    page.keyboard.press("Alt+Shift+ArrowRight")
    expect(head.locator(".wide")).to_have_count(1)
    assert (head.bounding_box() or {})["width"] > narrow["width"] + 10
    page.reload()
    assert heads(page)[:3] == ["name", "account", "amount"]
    put_back(page)
    assert heads(page) == before


def test_a_question_is_completed_and_its_chips_are_changed(windows: Windows) -> None:
    page = windows.open("/people/")
    box = page.get_by_label("Ask a question of this list")
    box.click()
    page.keyboard.type("orga")
    expect(page.get_by_role("option").first).to_contain_text("Organisation")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("organisation:")
    page.keyboard.type("Isd")
    expect(page.get_by_role("option").first).to_contain_text("Isdom")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(box).to_have_value("organisation:Isdom ")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_role("link", name="Save view")).to_be_visible()
    page.locator(".chip .said").click()
    page.locator("dialog[open]").get_by_label("How").select_option(label="is not")
    page.locator("dialog[open]").get_by_role("button", name="Ask").click()
    expect(box).to_have_value('-organisation:"Isdom"')
    expect(page.locator("tbody")).not_to_contain_text("Mia Petersen")


def test_one_scrolls_on_and_comes_back_to_the_same_place(windows: Windows) -> None:
    page = windows.open("/products/")
    rows = page.locator(".grid tbody tr")
    expect(rows).to_have_count(50)
    page.locator(".listing .scroll").evaluate("(it) => { it.scrollTop = it.scrollHeight }")
    expect(rows).to_have_count(100)
    page.locator(".listing .scroll").evaluate("(it) => { it.scrollTop = 2200 }")
    page.wait_for_url("**after=**")
    link = page.get_by_role("link", name="Bolt 067")
    at = link.bounding_box() or {}
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bolt 067")
    page.go_back()
    expect(link).to_be_in_viewport()
    assert abs((link.bounding_box() or {})["y"] - at["y"]) < 3
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bolt 067")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bolt 068")
    page.locator(".crumbs").get_by_role("link", name="Products").click()
    expect(page.get_by_role("link", name="Bolt 068")).to_be_focused()
    page.goto("/products/groups/?by=owner")
    expect(rows).to_have_count(52)
    page.locator("a[data-group]").first.focus()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)


def test_columns_and_the_page_of_a_record_are_arranged_by_touch(windows: Windows) -> None:
    page = windows.open("/deals/", viewport={"width": 375, "height": 800}, has_touch=True)
    page.get_by_role("button", name="Columns").click()
    items = page.locator(".arranging .item")
    first = items.first.inner_text()
    drag_by_finger(items.first, items.nth(2), down=0.7)
    expect(items.nth(2)).to_have_text(first)
    page.goto("/arrange/organisations/")
    pieces = page.locator("[data-area=g0] .piece > span")
    first = pieces.first.inner_text()
    drag_by_finger(page.locator("[data-area=g0] .piece").first, page.locator("[data-area=g0] .piece").nth(2), down=0.8)
    expect(pieces.nth(2)).to_have_text(first)
