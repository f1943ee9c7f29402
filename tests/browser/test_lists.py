"""A list answers what is typed; anything is found by Ctrl K; what was done can be taken back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Windows


def test_a_question_is_typed_and_answered(windows: Windows) -> None:
    page = windows.open("/people/")
    page.keyboard.press("/")
    page.keyboard.type("organisation:Isdom -name:Mia")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Jonas Weil")
    expect(page.locator(".chip")).to_have_count(2)
    page.get_by_role("link", name="Leave out").first.click()
    expect(page.locator("tbody")).to_contain_text("Ola Haug")
    expect(page.locator("tbody")).not_to_contain_text("Mia Petersen")


def test_a_question_that_makes_no_sense_is_marked_where_it_is_wrong(windows: Windows) -> None:
    page = windows.open("/people/")
    page.get_by_label("Ask a question of this list").fill("organisation:Isdom stge:won")
    page.keyboard.press("Enter")
    expect(page.locator("#question-error mark")).to_have_text("stge")


def test_anything_is_found_by_keys_alone(windows: Windows) -> None:
    page = windows.open("/deals/")
    page.keyboard.press("Control+k")
    page.keyboard.type("petersen")
    expect(page.get_by_role("option", name="Mia Petersen")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mia Petersen")


def test_what_was_deleted_is_taken_back_from_the_message(windows: Windows) -> None:
    page = windows.open("/people/?q=Kari")
    page.locator("tbody").get_by_role("link", name="Kari Berg").click()
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Delete").click()
    toast = page.locator(".toast")
    expect(toast).to_contain_text("in the trash")
    toast.get_by_role("button", name="Undo").click()
    page.wait_for_load_state()
    page.goto("/people/?q=Kari")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_the_theme_is_kept(windows: Windows) -> None:
    page = windows.open("/people/")
    page.get_by_role("button", name="Your menu").click()
    with page.expect_response("**/theme/"):
        page.get_by_role("button", name="Dark").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
