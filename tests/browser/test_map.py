"""A map is brought nearer by mouse and keys, tells what is there, and is where it was after one comes back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Windows

PLACES = {"Kiel dock": "54.32, 10.13", "Kiel sails": "54.33, 10.15", "Lisbon ropes": "38.72, -9.14"}


def test_a_map_is_gone_into_by_mouse_and_keys(windows: Windows) -> None:
    page = windows.open("/organisations/")
    for name, position in PLACES.items():
        page.goto("/organisations/new/")
        page.get_by_label("Name", exact=False).first.fill(name)
        page.locator("[name=address_lat]").fill(position)
        page.get_by_role("button", name="Add", exact=True).click()
        page.wait_for_url("**/organisations/*/")
    page.goto("/organisations/")
    page.get_by_role("link", name="Map", exact=True).click()
    expect(page.locator(".land")).to_have_count(1)
    expect(page.locator(".spots .rows > li")).to_have_count(3)
    kiel = page.get_by_role("button", name="2 near each other")
    with page.expect_response("**part=spots**"):
        kiel.focus()
        page.keyboard.press("Enter")
    expect(page.locator(".spots .rows > li")).to_have_count(2)
    expect(page.locator(".mark.one")).to_have_count(2)
    page.locator(".spots .rows a", has_text="Kiel sails").hover()
    expect(page.locator(".mark.at")).to_have_count(1)
    page.locator(".mark.at").click()
    expect(page.get_by_role("heading", name="Kiel sails").first).to_be_visible()
    page.go_back()
    expect(page.locator(".mark.one")).to_have_count(2)
    page.get_by_role("link", name="Map", exact=True).click()
    expect(page.locator(".spots .rows > li")).to_have_count(3)
