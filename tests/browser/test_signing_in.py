"""Signing in as a person does."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import LOGIN, PASSWORD, Windows


def test_a_wrong_password_is_told_and_the_right_one_leads_on(windows: Windows) -> None:
    windows.expected.add("422")
    page = windows.open("/deals/?q=isdom", signed_in=False)
    expect(page.get_by_label("Name or e-mail")).to_be_focused()
    page.keyboard.type(LOGIN)
    page.keyboard.press("Tab")
    page.keyboard.type("a guess")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/deals/?q=isdom")
    expect(page.get_by_role("heading", level=1)).to_have_text("Deals")


def test_signing_out_from_the_menu(windows: Windows) -> None:
    page = windows.open("/signin/", signed_in=False)
    page.get_by_label("Name or e-mail").fill(LOGIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signin/")
