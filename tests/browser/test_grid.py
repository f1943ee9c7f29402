"""A list is worked in as a spreadsheet: by keys alone, with what is copied from and to one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Windows
from tests.browser.test_accessible import ALL, violations

HEADS = {"name": 1, "stage": 4, "amount": 5, "next_step": 6, "expected_on": 7}


@pytest.fixture
def page(windows: Windows) -> Page:
    """The deals by name: Cancity hall, Isdom renewal, Isdom spares, Konex order."""
    windows.expected |= {"422"}
    return windows.open("/deals/?columns=account+contact+stage+amount+next_step+expected_on")


def cell(page: Page, row: int, name: str) -> Locator:
    return page.locator("tbody tr").nth(row).locator(":scope > *").nth(HEADS[name])


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def texts(page: Page, name: str) -> list[str]:
    return [cell(page, row, name).inner_text().strip() for row in range(4)]


def paste(page: Page, text: str) -> None:
    """What another program has put into the clipboard."""
    page.evaluate(
        """text => {
          const data = new DataTransfer()
          data.setData("text/plain", text)
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }))
        }""",
        text,
    )


def test_cells_are_written_as_fast_as_one_types_and_taken_back(page: Page) -> None:
    page.locator("tbody tr").first.get_by_role("link", name="Cancity hall").focus()
    press(page, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight")
    expect(cell(page, 0, "next_step")).to_be_focused()
    page.keyboard.type("Call")
    press(page, "Enter")
    page.keyboard.type("Write")
    press(page, "Tab")
    expect(cell(page, 1, "expected_on")).to_be_focused()
    expect(cell(page, 0, "next_step")).to_have_text("Call")
    expect(cell(page, 1, "next_step")).to_have_text("Write")
    press(page, "ArrowLeft", "ArrowLeft")
    page.keyboard.type("much")
    press(page, "Enter")
    expect(cell(page, 1, "amount").locator(".wrong")).to_contain_text("is not an amount")
    expect(cell(page, 1, "amount").get_by_role("textbox").first).to_have_value("much")
    press(page, "Control+a")
    page.keyboard.type("1.234,50")
    press(page, "Enter")
    expect(cell(page, 1, "amount")).to_contain_text("1,234.50")
    press(page, "Control+z")
    expect(cell(page, 1, "amount")).to_contain_text("1,000")
    expect(page.locator(".toast")).to_contain_text("1 record is as it was.")
    press(page, "Control+z")
    expect(page.locator(".toast").last).to_contain_text("Your last change: deal")
    press(page, "Control+z")
    expect(cell(page, 1, "next_step")).to_have_text("")
    press(page, "Control+y")
    expect(cell(page, 1, "next_step")).to_have_text("Write")


def test_blocks_go_from_and_to_a_spreadsheet(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell(page, 0, "amount").click()
    paste(page, 'much\t"Call\n""Ola"""\t2026-05-01\r\n700\t=1+1\tsome day\r\n')
    expect(page.locator(".toast").last).to_contain_text("2 records were changed. 2 cells were not taken")
    expect(page.locator(".refused")).to_have_count(2)
    assert [*violations(page, ALL)] == []
    expect(cell(page, 0, "amount")).to_contain_text("much")
    expect(cell(page, 1, "amount")).to_contain_text("700")
    expect(cell(page, 1, "next_step")).to_have_text("=1+1")
    cell(page, 0, "amount").click()
    press(page, "F2", "Control+a")
    page.keyboard.type("900")
    expect(page.locator("form.cell-edit")).to_have_count(1)
    assert [*violations(page, ALL)] == []
    press(page, "Enter")
    expect(cell(page, 0, "amount")).to_contain_text("900")
    cell(page, 1, "expected_on").click()
    press(page, "Escape")
    expect(page.locator(".refused")).to_have_count(0)
    cell(page, 0, "amount").click()
    press(page, "Shift+ArrowDown", "Shift+ArrowRight", "Control+c")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.replace("\r", "") == '900.00\t"Call\n""Ola"""\n700.00\t\'=1+1'
    press(page, "Escape", "ArrowDown", "ArrowLeft", "Control+v")
    expect(cell(page, 2, "amount")).to_contain_text("900")
    expect(cell(page, 3, "next_step")).to_have_text("=1+1")
    press(page, "Delete")
    expect(cell(page, 3, "next_step")).to_have_text("")
    press(page, "Control+z")
    expect(cell(page, 3, "next_step")).to_have_text("=1+1")
    press(page, "Escape", "Control+Home", "ArrowRight")


def test_yes_and_no_take_one_key_and_what_cannot_be_changed_says_why(windows: Windows) -> None:
    page = windows.open("/deals/?columns=private+created_at")
    private = page.locator("tbody tr").first.locator("td").nth(1)
    private.click()
    for key, said in ((" ", "Yes"), (" ", "No"), ("y", "Yes"), ("n", "No")):
        press(page, key)
        expect(private).to_have_text(said)
    press(page, "ArrowRight", "Enter")
    expect(page.locator(".toast").last).to_have_text("The program keeps this; nobody enters it.")
    expect(page.get_by_role("grid")).to_have_attribute("aria-multiselectable", "true")
    assert page.locator("tbody [tabindex='0']").count() == 1
