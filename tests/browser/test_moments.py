"""The five moments in which a company's memory counts, and how many actions each takes: before a call, during it, after
it, when a colleague takes over, and when the customer asks what we know."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Windows
from tests.browser.seed import COLLEAGUE, COLLEAGUES_PASSWORD
from tests.browser.test_tasks import Hands
from tests.proofs.watching import signed_in

Tell = Callable[[str, Hands, int], None]


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Says how many actions a moment took, and fails where these were more than it may take."""

    def told(title: str, hands: Hands, most: int) -> None:
        record_property("task", f"{hands.actions} of at most {most}: {title}")
        assert hands.actions <= most

    return told


@pytest.fixture
def colleagues(browser: Browser, server: str) -> Iterator[Windows]:
    state = signed_in(browser, server, login=COLLEAGUE, password=COLLEAGUES_PASSWORD)
    found = Windows(browser, server, state)
    yield found
    found.close()
    assert found.complaints == []


def customer(windows: Windows, name: str, owner: str = "") -> Page:
    """The page of a customer who is new."""
    page = windows.open("/people/new/")
    page.locator("[name=name]").fill(name)
    if owner:
        page.locator("[name=owner_text]").fill(owner)
        page.get_by_role("option", name=owner).click()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page


def logged(page: Page, text: str, channel: str = "call") -> None:
    page.locator("#write").fill(text)
    page.locator("form.compose [name=channel]").select_option(channel)
    page.keyboard.press("Control+Enter")
    if channel != "promise":
        expect(page.locator("#past")).to_contain_text(text)


def card(page: Page, title: str) -> Locator:
    return page.locator(".card", has=page.get_by_role("heading", name=title, exact=True))


def test_before_a_call(windows: Windows, tell: Tell) -> None:
    made = customer(windows, "Una Prior")
    logged(made, "She likes sailing. Wants two samples.")
    made.locator("#write").fill("Two samples of the hinge")
    made.locator("form.compose [name=channel]").select_option("promise")
    made.locator("form.compose button.btn").last.click()
    expect(card(made, "Before you call")).to_contain_text("Two samples of the hinge")
    page = windows.open("/people/?q=name:Una")
    hands = Hands(page)
    page.locator("tbody tr", has_text="Una Prior").hover()
    hands.click(page.get_by_role("button", name="Quick view").first)
    peek = page.locator("dialog.peek")
    expect(peek).to_contain_text("Before you call")
    expect(peek).to_contain_text("Two samples of the hinge")
    tell("before a call: what to know, without leaving the list", hands, 1)
    page.goto(made.url.split("?")[0] + "brief/")
    expect(page.locator("main")).to_contain_text("Two samples of the hinge")


def test_during_a_call(windows: Windows, tell: Tell) -> None:
    page = customer(windows, "Una During")
    hands = Hands(page)
    hands.click(page.get_by_label("What did they say?"))
    hands.type("contract with Acme ends 3/2027")
    hands.press("Enter")
    expect(page.locator("dialog[open] [name=text]")).to_have_value("2027-03-31")
    hands.press("Enter")
    expect(card(page, "What we know")).to_contain_text("31 Mar 2027")
    tell("during a call: what they say is kept, and seen before", hands, 4)


def test_after_a_call(windows: Windows, tell: Tell) -> None:
    """The line makes interaction and follow-up; what it tells is decided by one key each, and taken back."""
    page = customer(windows, "Una After")
    hands = Hands(page)
    hands.press("c")
    hands.type("called Una 5 min, she likes sailing. Her budget is 20k. Mobile +49 30 12345678. Friday")
    expect(page.locator(".understood input[name=follow]")).to_be_checked()
    hands.press("Control+Enter")
    known, suggested = card(page, "What we know"), page.locator("#suggested li")
    expect(suggested).to_have_count(3)
    expect(card(page, "To do")).to_contain_text("Follow up")
    hands.press("y")
    expect(suggested).to_have_count(2)
    expect(suggested.first.get_by_role("button").first).to_be_focused()
    hands.press("Enter")
    expect(suggested).to_have_count(1)
    expect(suggested.first.get_by_role("button").first).to_be_focused()
    hands.press("Backspace")
    expect(suggested).to_have_count(0)
    expect(known).to_contain_text("20,000 €")
    tell("after a call: logged, followed up, and two facts of three kept", hands, 6)
    page.get_by_role("button", name="Undo").last.click()
    expect(suggested).to_have_count(1)
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts dl")).to_contain_text("Keep what is suggested, leave it out")


def test_a_colleague_takes_over(windows: Windows, colleagues: Windows, tell: Tell) -> None:
    made = customer(windows, "Una Handed", "Ben Hale")
    logged(made, "She wants the drawings by spring")
    made.get_by_label("What did they say?").fill("decides alone")
    made.keyboard.press("Enter")
    made.locator("dialog[open] [name=text]").wait_for()
    made.keyboard.press("Enter")
    expect(card(made, "What we know")).to_contain_text("alone")
    made.goto("/users/")
    made.get_by_role("link", name="Ben Hale").first.click()
    made.goto(made.url.split("?")[0].rstrip("/") + "/handover/")
    hands = Hands(made)
    hands.click(made.locator("[name=parties_person_text]"))
    hands.type("Dora")
    hands.click(made.get_by_role("option", name="Dora Lind"))
    hands.click(made.get_by_role("button", name="Hand over"))
    dora = colleagues.open("/notifications/")
    handed = dora.get_by_role("link", name="what Ben Hale handed over")
    for _look in range(20):
        if handed.count():
            break
        dora.wait_for_timeout(500)
        dora.reload()
    theirs = Hands(dora)
    theirs.click(handed.first)
    theirs.click(dora.get_by_role("link", name="Una Handed"))
    expect(card(dora, "Before you call")).to_contain_text("Anna Snelling")
    expect(card(dora, "What we know")).to_contain_text("alone")
    hands.actions += theirs.actions
    tell("a colleague takes over: handed over, and the successor knows", hands, 6)


def test_the_customer_asks_what_we_know(windows: Windows, tell: Tell) -> None:
    page = customer(windows, "Una Asks")
    logged(page, "She likes sailing.")
    page.keyboard.press("y")
    expect(card(page, "What we know")).to_contain_text("sailing")
    hands = Hands(page)
    hands.click(page.get_by_role("link", name="Everything, to print"))
    row = page.locator("tbody tr", has_text="sailing")
    expect(row).to_contain_text("Anna Snelling")
    expect(row).to_contain_text("She likes sailing.")
    with page.expect_download() as file:
        hands.click(page.get_by_role("link", name="As a file"))
    told = json.loads(Path(file.value.path()).read_text("utf-8"))
    assert [(one["value"], one["heard_by"], one["words"]) for one in told["facts"]] == [
        ("sailing", "Anna Snelling", "She likes sailing.")
    ]
    tell("the customer asks what we know: printed, and as a file", hands, 2)
