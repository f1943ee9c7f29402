"""Two people change the same record; a field of one's own is made and used; nothing works by scripts alone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Windows


def test_what_two_windows_changed_is_shown_side_by_side(windows: Windows) -> None:
    windows.expected |= {"409", "422"}
    mine = windows.open("/people/?q=Ola")
    mine.locator("tbody").get_by_role("link", name="Ola Haug").click()
    mine.wait_for_url("**/people/*/*")
    home = mine.url.split("?")[0]
    mine.goto(f"{home}edit/")
    theirs = windows.open(f"{home}edit/")
    theirs.get_by_label("Job title").fill("Head of purchasing")
    theirs.get_by_role("button", name="Save", exact=True).click()
    theirs.wait_for_url(f"{home}**")
    mine.get_by_label("Job title").fill("Buyer")
    mine.get_by_role("button", name="Save", exact=True).click()
    clash = mine.locator(".clash")
    expect(clash).to_contain_text("Head of purchasing")
    expect(clash).to_contain_text("Buyer")
    clash.locator("label", has_text="Buyer").click()
    mine.locator(".sheet-foot .btn").first.click()
    mine.wait_for_url(f"{home}**")
    expect(mine.locator(".facts").first).to_contain_text("Buyer")


def test_enter_saves_a_form_that_has_lines_to_add(windows: Windows) -> None:
    page = windows.open("/people/new/")
    page.get_by_label("Name", exact=False).first.fill("Wanda Wieland")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wanda Wieland")


def test_a_field_of_ones_own_is_made_and_used(windows: Windows) -> None:
    page = windows.open("/fields/?type=parties.organisation")
    page.get_by_role("link", name="New field").click()
    page.get_by_label("Label").fill("Delivery gate")
    expect(page.get_by_label("Options")).to_be_hidden()
    page.get_by_label("Choice One of a few that you name", exact=False).first.check()
    page.get_by_label("Options").fill("North\nSouth")
    page.get_by_role("button", name="Add the field").click()
    expect(page.locator(".toast")).to_contain_text("The field “Delivery gate” is there.")
    page.goto("/organisations/new/")
    page.get_by_label("Name", exact=False).first.fill("Ron-tech")
    page.get_by_label("Delivery gate").select_option("South")
    page.locator(".sheet-foot .btn.primary").click()
    page.wait_for_url("**/organisations/*/")
    page.goto("/organisations/?q=delivery_gate:South")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_list_and_a_form_work_without_scripts(windows: Windows) -> None:
    page = windows.open("/people/", java_script_enabled=False)
    page.get_by_label("Ask a question of this list").fill("Mia")
    page.get_by_label("Ask a question of this list").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="New person").click()
    page.get_by_label("Name", exact=False).first.fill("Ravi Nair")
    page.locator("[name=organisation_text]").fill("Konex")
    page.locator(".sheet-foot .btn.primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ravi Nair")
    expect(page.locator(".facts").first).to_contain_text("Konex")
