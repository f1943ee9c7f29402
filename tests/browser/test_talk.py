"""Colleagues talk beside the page of a record, by the keyboard; a customer is mentioned; a note is for some teams."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Windows
from tests.browser.test_accessible import ALL, violations


def test_a_thread_from_the_first_word_to_being_resolved(windows: Windows) -> None:
    page = windows.open("/deals/1/", color_scheme="light", reduced_motion="reduce")
    card = page.locator(".card", has=page.get_by_role("heading", name="Comments"))
    page.keyboard.press("m")
    expect(card.get_by_label("Write a comment")).to_be_focused()
    page.keyboard.type("As agreed with @Kari Ber")
    expect(page.locator("#mentions [role=option]").first).to_contain_text("Kari Berg")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(card).to_contain_text("1 open")
    expect(card.locator("a.mention", has_text="@Kari Berg")).to_have_attribute("href", re.compile("^/people/"))
    card.get_by_label("Answer").fill("By when?")
    page.keyboard.press("Control+Enter")
    expect(card.locator(".said")).to_have_count(2)
    assert [*violations(page, ALL)] == []
    card.locator(".said").first.hover()
    card.get_by_role("button", name="Resolve").click()
    expect(card.get_by_text("1 resolved")).to_be_visible()
    expect(card.locator(".said")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_contain_text("Write a comment")


def test_who_sees_a_note_is_ticked(windows: Windows) -> None:
    page = windows.open("/deals/1/", color_scheme="light", reduced_motion="reduce")
    page.locator("#write").fill("For my eyes only")
    page.get_by_text("Who sees it").click()
    page.get_by_label("Only me").check()
    assert [*violations(page, ALL)] == []
    page.get_by_role("button", name="Log").click()
    expect(page.locator(".entry", has_text="For my eyes only").get_by_label("Private")).to_be_visible()


def test_the_page_of_a_team_begins_at_its_top(windows: Windows) -> None:
    page = windows.open("/teams/new/", color_scheme="light", reduced_motion="reduce")
    page.locator("[name=name]").fill("Quayside")
    page.get_by_role("button", name="Add", exact=True).click()
    box = page.get_by_label("Write to the team")
    box.fill("Stand-up moves to 9:15")
    box.press("Control+Enter")
    expect(page.locator(".stream .said")).to_contain_text("Stand-up moves to 9:15")
    expect(page.get_by_role("heading", name="Stream")).to_be_in_viewport()
    assert [*violations(page, ALL)] == []
