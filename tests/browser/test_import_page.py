"""A file comes in by the page, what does not fit is mended, and all of it is taken back."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Windows

FILE = "account,sector,employees\nHottechi,technolgy,495\nCodehow,retail,12\n"


def test_a_file_comes_in_and_goes_out_again(windows: Windows, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text(FILE)
    page = windows.open("/import/")
    page.get_by_label("What is in it").select_option(label="Organisations")
    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("button", name="Try it without writing").click()
    expect(page.locator(".figures")).to_contain_text("Would be added")
    expect(page.get_by_text("did you mean “Technology”?")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Mend and read these lines again").click()
    page.get_by_role("button", name="Import 2 lines").click(timeout=20_000)
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="See the organisations").click()
    expect(page.locator("tbody")).to_contain_text("Hottechi")
    page.go_back()
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("This import was taken back.")).to_be_visible(timeout=20_000)
    page.goto("/organisations/?q=Hottechi")
    expect(page.get_by_text("Hottechi", exact=True)).to_have_count(0)
