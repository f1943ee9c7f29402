"""How a mouse takes something elsewhere, for tests and for the bench."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the bench does without a browser where there is none
    from playwright.sync_api import Locator

GRIP = (20, 8)
"""Where a thing is taken: beside its corner, where nothing else is to be pressed."""


def drag_by_finger(thing: Locator, to: Locator, *, down: float = 0.5) -> None:
    """A finger rests on the thing until it is lifted, then takes it over `to`."""
    start, end, page = thing.bounding_box(), to.bounding_box(), thing.page
    assert start
    assert end
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (start["x"] + GRIP[0], start["y"] + GRIP[1]))
    page.wait_for_timeout(400)
    touch("touchMove", (end["x"] + GRIP[0], end["y"] + end["height"] * down))
    touch("touchEnd")


def drag(thing: Locator, to: Locator, *, down: float = 0.5) -> None:
    """The thing is let go over `to`, so far down of it."""
    thing.scroll_into_view_if_needed()
    start, end, mouse = thing.bounding_box(), to.bounding_box(), thing.page.mouse
    assert start
    assert end
    x, y = start["x"] + GRIP[0], start["y"] + GRIP[1]
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 20, y + 10, steps=3)
    mouse.move(end["x"] + min(40, end["width"] / 2), end["y"] + end["height"] * down, steps=6)
    mouse.up()
