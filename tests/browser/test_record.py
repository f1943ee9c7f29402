"""The page of a record: what one does there all day, each with its number of actions."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows


def opened(windows: Windows, name: str, **more: object) -> Page:
    page = windows.open("/people/", **more)
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url("**/people/*/*")
    return page


def test_a_call_is_logged_with_a_follow_up_in_four_actions(windows: Windows) -> None:
    page = opened(windows, "Ola Haug")
    page.locator("#write").fill("Wants the drawings")
    page.locator("[name=channel]").select_option("call")
    page.locator("[name=then]").fill("Send the drawings")
    page.keyboard.press("Enter")
    expect(page.locator("#past")).to_contain_text("Wants the drawings")
    expect(page.locator(".card", has_text="To do")).to_contain_text("Send the drawings")


def test_facts_are_edited_one_after_the_other_without_a_mouse(windows: Windows) -> None:
    page = opened(windows, "Ola Haug")
    job = page.locator("[data-cell*='/job_title/']")
    page.keyboard.press("e")
    expect(page.locator("input[name=organisation_text]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(job.locator("input[name=job_title]")).to_be_focused()
    page.keyboard.type("Head of works")
    page.keyboard.press("Tab")
    expect(page.locator("input[name=email]")).to_be_focused()
    page.keyboard.type("nowhere")
    page.keyboard.press("Tab")
    expect(page.locator("input[name=email]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Edit E-mail")).to_be_focused()
    page.keyboard.press("Shift+E")
    page.wait_for_url("**/edit/")
    expect(page.locator("[name=job_title]")).to_have_value("Head of works")


def test_the_arrows_walk_through_a_list_in_quick_view(windows: Windows) -> None:
    page = windows.open("/people/?sort=name")
    with page.expect_request_finished(lambda request: request.url.endswith("/peek.js")) as looked:
        page.keyboard.press("j")
    page.evaluate("(url) => import(url).then(() => null)", looked.value.url)
    page.keyboard.press("Space")
    peek = page.locator("dialog.peek")
    expect(peek.locator("h2").first).to_be_focused()
    names = page.locator("tbody th a")
    for number in (1, 2):
        page.keyboard.press("ArrowDown")
        expect(peek.locator("h2").first).to_have_text(names.nth(number).inner_text())
    page.keyboard.press("Escape")
    expect(names.nth(2)).to_be_focused()
    page.goto("/deals/board/")
    page.locator(".deal .title", has_text="Isdom renewal").hover()
    page.get_by_role("button", name="Quick view").click()
    expect(peek.locator("h2").first).to_have_text("Isdom renewal")
    peek.get_by_role("link", name="Open", exact=True).click()
    page.wait_for_url("**/deals/1/**")
