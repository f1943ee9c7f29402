"""Everyday tasks, and how many actions each takes: a click, a drag, a key with those held with it, or a text typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Windows
from tests.browser.dragging import drag


class Hands:
    """What somebody does on a page, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions = page, 0

    def click(self, target: Locator) -> None:
        self.actions += 1
        target.click()

    def press(self, keys: str) -> None:
        self.actions += 1
        self.page.keyboard.press(keys)

    def type(self, text: str) -> None:
        self.actions += 1
        self.page.keyboard.type(text)

    def drag(self, target: Locator, to: Locator) -> None:
        self.actions += 1
        drag(target, to)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name)


@dataclass(frozen=True)
class Task:
    """`most` actions from the page `start`; `do` does it and looks whether it is done."""

    title: str
    start: str
    most: int
    do: Callable[[Hands], None]

    def __str__(self) -> str:
        return self.title


TASKS: list[Task] = []


def task(title: str, *, start: str, most: int) -> Callable[[Callable[[Hands], None]], Callable[[Hands], None]]:
    def kept(do: Callable[[Hands], None]) -> Callable[[Hands], None]:
        TASKS.append(Task(title, start, most, do))
        return do

    return kept


@pytest.mark.parametrize("task", TASKS, ids=str)
def test_it_takes_few_actions(task: Task, windows: Windows, record_property: Callable[[str, object], None]) -> None:
    hands = Hands(windows.open(task.start))
    task.do(hands)
    record_property("task", f"{hands.actions} of at most {task.most}: {task.title}")
    assert hands.actions <= task.most


# ---- finding ---------------------------------------------------------------------------------------------------------


@task("find a customer by part of a phone number", start="/", most=2)
def _(hands: Hands) -> None:
    hands.press("Control+k")
    hands.type("5550123")
    expect(hands.page.get_by_role("option", name="Visitor 123")).to_be_visible()


@task("open a customer by part of their name", start="/deals/", most=3)
def _(hands: Hands) -> None:
    hands.press("Control+k")
    hands.type("petersen")
    expect(hands.page.get_by_role("option", name="Mia Petersen")).to_have_attribute("aria-selected", "true")
    hands.press("Enter")
    expect(hands.page.get_by_role("heading", level=1)).to_have_text("Mia Petersen")


@task("ask a list a question", start="/people/", most=3)
def _(hands: Hands) -> None:
    hands.press("/")
    hands.type("organisation:Isdom")
    hands.press("Enter")
    expect(hands.page.locator("tbody tr")).to_have_count(2)


@task("take a part of the question away", start="/people/?q=organisation:Isdom name:Mia", most=1)
def _(hands: Hands) -> None:
    hands.click(hands.link("Leave out").nth(1))
    expect(hands.page.locator("tbody tr")).to_have_count(2)


@task("sort a list", start="/deals/", most=1)
def _(hands: Hands) -> None:
    hands.click(hands.page.locator("thead").get_by_role("link", name="Name"))
    hands.page.wait_for_url("**sort=*")


@task("save and share a view", start="/deals/?q=amount>100", most=3)
def _(hands: Hands) -> None:
    hands.click(hands.link("Save view"))
    hands.page.locator("dialog[open]").get_by_label("Name", exact=False).first.wait_for()
    hands.type("More than a hundred")
    hands.click(hands.button("Save and share"))
    hands.page.wait_for_url("**view=*")
    hands.page.goto("/views/?columns=private")
    row = hands.page.locator("tbody tr", has_text="More than a hundred")
    expect(row).not_to_contain_text("Yes")


# ---- deals -----------------------------------------------------------------------------------------------------------


@task("move a deal to another stage by mouse", start="/deals/board/", most=1)
def _(hands: Hands) -> None:
    with hands.page.expect_response("**/deals/move/**"):
        hands.drag(hands.page.locator('.deal[data-title="Isdom spares"]'), hands.page.locator(".lane").nth(2))
    expect(hands.page.locator(".lane").nth(2).locator('.deal[data-title="Isdom spares"]')).to_be_visible()


# ---- a customer ------------------------------------------------------------------------------------------------------


@task("write a note", start="/people/?q=name:Mia", most=3)
def _(hands: Hands) -> None:
    opened(hands, "Mia Petersen")
    hands.press("c")
    hands.type("Prefers to be called after ten.")
    hands.press("Control+Enter")
    expect(hands.page.locator(".timeline").first).to_contain_text("after ten")


@task("log a call with what follows from it", start="/people/?q=name:Ola", most=4)
def _(hands: Hands) -> None:
    opened(hands, "Ola Haug")
    hands.press("c")
    hands.type("Called about the invoice.")
    hands.page.locator("[name=channel]").select_option("call")
    hands.page.locator("[name=then]").fill("Send the corrected invoice")
    hands.actions += 1
    hands.press("Control+Enter")
    expect(hands.page.locator(".timeline").first).to_contain_text("Called about the invoice.")
    expect(hands.page.locator("main")).to_contain_text("Send the corrected invoice")


@task("log a call in one line while talking", start="/people/?q=name:Jonas", most=3)
def _(hands: Hands) -> None:
    """What the line is taken for is shown before it is kept; a mark that is taken away stays away."""
    opened(hands, "Jonas Weil")
    hands.press("c")
    hands.type("called Mia and Dora 5 min, no answer, wants Friday")
    marks = hands.page.locator(".understood label")
    expect(marks).to_have_text(["From us", "Mia Petersen", "Dora Lind", "5 min", "No answer", re.compile("Follow up")])
    expect(hands.page.locator("[name=channel]")).to_have_value("call")
    marks.nth(4).click()
    hands.type(", agreed")
    expect(marks).to_have_count(6)
    expect(marks.nth(4).locator("input")).not_to_be_checked()
    hands.press("Control+Enter")
    hands.actions -= 1  # for the line it was one
    expect(hands.page.locator(".entry").filter(has_text="by Anna").first).to_contain_text(
        "with Mia Petersen, Dora Lind"
    )
    expect(hands.page.locator("main")).to_contain_text("Follow up: called Mia")


@task("add a customer", start="/people/", most=3)
def _(hands: Hands) -> None:
    hands.press("n")
    hands.page.locator("form.sheet :focus").wait_for()
    hands.type("Nadia Amari")
    hands.press("Enter")
    expect(hands.page.get_by_role("heading", level=1)).to_have_text("Nadia Amari")


@task("delete a customer, and take it back", start="/people/?q=name:Visitor 499", most=3)
def _(hands: Hands) -> None:
    opened(hands, "Visitor 499")
    hands.click(hands.button("More"))
    hands.click(hands.button("Delete"))
    hands.click(hands.page.locator(".toast").get_by_role("button", name="Undo"))
    hands.page.wait_for_load_state()


@task("mend a fact", start="/people/?q=name:Kari", most=3)
def _(hands: Hands) -> None:
    opened(hands, "Kari Berg")
    hands.click(hands.link("Edit Job title"))
    hands.page.locator("input[name=job_title]:focus").wait_for()
    hands.type("Head of purchasing")
    hands.press("Enter")
    expect(hands.page.locator("[data-cell*='/job_title/']")).to_contain_text("Head of purchasing")


@task("take one change of a record back, from its history", start="/people/?q=name:Jonas", most=2)
def _(hands: Hands) -> None:
    opened(hands, "Jonas Weil")
    hands.link("Edit Job title").click()
    hands.page.locator("input[name=job_title]:focus").wait_for()
    hands.page.keyboard.type("Painter")
    hands.page.keyboard.press("Enter")
    expect(hands.page.locator("[data-cell*='/job_title/']")).to_contain_text("Painter")
    hands.page.reload()
    hands.press("2")
    hands.click(hands.page.get_by_role("button", name=re.compile("^Undo")).first)
    expect(hands.page.locator("[data-cell*='/job_title/']")).not_to_contain_text("Painter")


@task("go on to the next customer of a list", start="/people/?q=organisation:Isdom&sort=name", most=1)
def _(hands: Hands) -> None:
    opened(hands, "Jonas Weil")
    hands.press("j")
    expect(hands.page.get_by_role("heading", level=1)).to_have_text("Mia Petersen")


@task("take the list out as a file", start="/people/?q=organisation:Isdom", most=3)
def _(hands: Hands) -> None:
    hands.click(hands.button("More"))
    hands.click(hands.link("Export"))
    with hands.page.expect_download() as download:
        hands.click(hands.button("CSV"))
    assert download.value.suggested_filename == "people.csv"


@task("look at a customer beside the list", start="/people/?q=organisation:Isdom&sort=name", most=2)
def _(hands: Hands) -> None:
    hands.press("j")
    hands.press("Space")
    expect(hands.page.locator("dialog.peek h2").first).to_have_text("Jonas Weil")


@task("hear of what happens to a customer", start="/people/?q=name:Ola", most=1)
def _(hands: Hands) -> None:
    opened(hands, "Ola Haug")
    hands.click(hands.button("Follow"))
    expect(hands.button("Following")).to_be_visible()


@task("ask a colleague to look at something", start="/people/?q=name:Mia", most=5)
def _(hands: Hands) -> None:
    opened(hands, "Mia Petersen")
    hands.press("c")
    hands.type("Have a look @dor")
    hands.page.get_by_role("option", name="Dora Lind").wait_for()
    hands.press("Enter")
    hands.press("Control+Enter")
    expect(hands.page.locator("#past a.mention")).to_have_text("@Dora Lind")


@task("put a file to a customer", start="/people/?q=name:Kari", most=1)
def _(hands: Hands) -> None:
    opened(hands, "Kari Berg")
    hands.actions += 1
    hands.page.evaluate(
        """() => {
          const data = new DataTransfer()
          data.items.add(new File(["Two doors, oak."], "order.txt", { type: "text/plain" }))
          const given = { dataTransfer: data, bubbles: true, cancelable: true }
          for (const type of ["dragenter", "dragover", "drop"])
            document.querySelector("main h1").dispatchEvent(new DragEvent(type, given))
        }"""
    )
    expect(hands.page.locator("main")).to_contain_text("order.txt")


# ---- the day ---------------------------------------------------------------------------------------------------------


@task("put a task on a day", start="/tasks/calendar/?at=2032-05-01", most=3)
def _(hands: Hands) -> None:
    hands.actions += 1
    hands.page.locator('[data-lane="2032-05-12"]').click(position={"x": 60, "y": 90})
    hands.page.locator("dialog[open] :focus").wait_for()
    hands.type("Count the stock")
    hands.press("Enter")
    expect(hands.page.locator('[data-lane="2032-05-12"]')).to_contain_text("Count the stock")


@task("put a task on another day", start="/tasks/new/?due_on=2033-06-09&name=Paint", most=1)
def _(hands: Hands) -> None:
    hands.page.get_by_role("button", name="Add", exact=True).click()
    hands.page.goto("/tasks/calendar/?at=2033-06-01")
    with hands.page.expect_response("**/tasks/reschedule/**"):
        hands.drag(hands.page.locator('.slip[data-title="Paint"]'), hands.page.locator('[data-lane="2033-06-20"]'))
    expect(hands.page.locator('[data-lane="2033-06-20"]')).to_contain_text("Paint")


@task("tick off a task", start="/tasks/new/?name=Sweep the floor", most=1)
def _(hands: Hands) -> None:
    hands.page.get_by_role("button", name="Add", exact=True).click()
    hands.click(hands.page.get_by_role("button", name="Done").first)
    expect(hands.page.locator(".toast")).to_be_visible()


@task("go to any page", start="/people/", most=3)
def _(hands: Hands) -> None:
    hands.press("Control+k")
    hands.type("exchange")
    expect(hands.page.get_by_role("option", name="Exchange rates")).to_have_attribute("aria-selected", "true")
    hands.press("Enter")
    hands.page.wait_for_url("**/rates/**")


@task("work in the dark", start="/people/", most=2)
def _(hands: Hands) -> None:
    hands.click(hands.button("Your menu"))
    hands.click(hands.button("Dark"))
    expect(hands.page.locator("html")).to_have_attribute("data-theme", "dark")


@task("see which keys there are", start="/people/", most=1)
def _(hands: Hands) -> None:
    hands.press("?")
    expect(hands.page.locator("#shortcuts")).to_be_visible()


# ---- many at once ----------------------------------------------------------------------------------------------------


@task("give 500 customers to a colleague", start="/people/?q=name:Visitor", most=5)
def _(hands: Hands) -> None:
    hands.click(hands.page.get_by_label("Select all on this page"))
    hands.click(hands.page.get_by_text(re.compile("^all 500")))
    hands.click(hands.button("Assign"))
    hands.page.locator("[name=owner_text]:focus").wait_for()
    hands.type("Ben Hale")
    hands.click(hands.button("Assign 500 people"))
    expect(hands.page.locator(".toast")).to_contain_text("500 records were changed")
    expect(hands.page.locator("tbody tr").first).to_contain_text("Ben Hale")


@task("write into a cell of a list", start="/people/?q=name:Visitor&columns=job_title&sort=name", most=3)
def _(hands: Hands) -> None:
    hands.click(cell(hands, 0))
    hands.type("Baker")
    hands.press("Enter")
    expect(cell(hands, 0)).to_have_text("Baker")


@task("give ten customers the same value", start="/people/?q=name:Visitor&columns=job_title&sort=name", most=5)
def _(hands: Hands) -> None:
    hands.click(cell(hands, 10))
    hands.type("Joiner")
    hands.press("Enter")
    hands.page.wait_for_timeout(300)
    cell(hands, 10).click()
    hands.actions += 1
    cell(hands, 19).click(modifiers=["Shift"])
    hands.press("Control+d")
    expect(cell(hands, 19)).to_have_text("Joiner")


@task("take back what I did last", start="/people/?q=name:Visitor&columns=job_title&sort=name", most=1)
def _(hands: Hands) -> None:
    cell(hands, 30).click()
    hands.page.keyboard.type("Mason")
    hands.page.keyboard.press("Enter")
    expect(cell(hands, 30)).to_have_text("Mason")
    hands.press("Control+z")
    expect(cell(hands, 30)).not_to_have_text("Mason")


@task("mend a wrong change of many at once", start="/people/?q=name:Visitor 4&columns=job_title", most=1)
def _(hands: Hands) -> None:
    hands.page.get_by_label("Select all on this page").click()
    hands.button("Change").click()
    hands.page.locator("[name=field]").select_option("job_title")
    hands.button("Go on").click()
    hands.page.locator("[name=job_title]").fill("Buyer")
    hands.button("Change 50 people").click()
    expect(hands.page.locator("tbody tr").first).to_contain_text("Buyer")
    hands.click(hands.page.locator(".toast").get_by_role("button", name="Undo"))
    expect(hands.page.locator("tbody")).not_to_contain_text("Buyer")


def cell(hands: Hands, row: int) -> Locator:
    """In the one column beside the names."""
    return hands.page.locator("tbody tr").nth(row).locator("td").last


def opened(hands: Hands, name: str) -> None:
    """The task begins on the page of a record: finding it is a task of its own."""
    hands.page.locator("tbody").get_by_role("link", name=name).click()
    expect(hands.page.get_by_role("heading", level=1)).to_have_text(name)
    hands.page.wait_for_load_state()  # until then nobody hears the keys
