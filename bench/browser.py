"""What a browser loads, and how soon it shows what one does in the large company. Without Chromium, no figures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from statistics import quantiles
from typing import Any

from bench.whole import Figure
from tests.browser.dragging import drag
from tests.proofs.installation import Person, Server

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PAGES = {
    "the list": "/people/",
    "the board": "/deals/board/",
    "the day": "/",
    "a form": "/people/new/",
    "the calendar": "/tasks/calendar/",
    "the import": "/import/",
    "the map": "/organisations/map/",
}
"""Those whose first load is measured, and the page of a customer."""
KEYS, DRAGS = 60, 12
PAINTED = """
() => {
  window.painted = []
  addEventListener("keydown", (event) => requestAnimationFrame(() => {
    const after = new MessageChannel()
    after.port1.onmessage = () => window.painted.push(performance.now() - event.timeStamp)
    after.port2.postMessage(0)
  }), { capture: true })
}
"""
"""From the stroke of a key to what is painted after it, in milliseconds."""
SETTLED = """
() => {
  window.moved = { put: 0, last: 0 }
  addEventListener("pointerup", (event) => { window.moved.put = event.timeStamp }, { capture: true })
  new MutationObserver(() => { window.moved.last = performance.now() }).observe(
    document.querySelector("b-board"), { subtree: true, childList: true, attributes: true, characterData: true })
}
"""
"""From where a card is let go to the last change on the board."""


def figures(web: Server) -> list[Figure]:
    with visitor(web) as (browser, home, cookies):
        if browser is None:
            print("in a browser: not measured, there is no Chromium or no Playwright")
            return []
        return [*loads(browser, home, cookies), *speeds(browser, home, cookies)]


@contextmanager
def visitor(web: Server) -> Iterator[tuple[Any, str, list[dict[str, str]]]]:
    """A browser, the address of the program, and the cookies of somebody who has signed in."""
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    try:
        from playwright.sync_api import sync_playwright  # late: it comes with the tools of developers
    except ImportError:
        path = None
    if path is None:
        yield None, "", []
        return
    home = f"http://127.0.0.1:{web.port}"
    with closing(Person(web.port, "admin")) as person, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser, home, [{"name": name, "value": value, "url": home} for name, value in person.cookies.items()]
        browser.close()


def opened(browser: Any, cookies: list[dict[str, str]]) -> Any:
    """A window of a browser that has nothing yet."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies(cookies)
    return context.new_page()


# ---- what is loaded --------------------------------------------------------------------------------------------------


def loads(browser: Any, home: str, cookies: list[dict[str, str]]) -> Iterator[Figure]:
    """The first load of each page, then what it takes to go on from one to the next; scripts once, each of them."""
    page = opened(browser, cookies)
    page.goto(f"{home}/people/")
    pages = PAGES | {"a customer": page.locator("tbody th a").first.get_attribute("href")}
    page.context.close()
    scripts: dict[str, int] = {}
    for name, address in pages.items():
        page = opened(browser, cookies)
        log = Log(page)
        page.goto(home + address, wait_until="networkidle")
        sizes = log.taken()
        scripts |= log.scripts
        yield Figure(f"first load of {name}", len(sizes), "requests", 12)
        yield Figure(f"first load of {name}", sum(sizes) / 1_000, "kB, fonts included", 400 if "map" in name else 150)
        page.context.close()
    yield Figure("all scripts", sum(scripts.values()) / 1_000, "kB compressed", 100)
    yield Figure("going on to another page", max(going_on(browser, home, cookies, pages)), "kB", 30)


def going_on(browser: Any, home: str, cookies: list[dict[str, str]], pages: Mapping[str, str]) -> Iterator[float]:
    """What each page takes of somebody who has seen all of them before."""
    page = opened(browser, cookies)
    for address in pages.values():
        page.goto(home + address, wait_until="networkidle")
    for address in pages.values():
        log = Log(page)
        page.goto(home + address, wait_until="networkidle")
        yield sum(log.taken()) / 1_000
    page.context.close()


class Log:
    """The browser's own log of the network: bytes over the wire, by request."""

    def __init__(self, page: Any) -> None:
        self.page, self.sizes, self.scripts, self.named = page, {}, {}, {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self.named_by)
        session.on("Network.loadingFinished", self.finished)

    def named_by(self, told: Mapping[str, Any]) -> None:
        if told["type"] == "Script":
            self.named[told["requestId"]] = told["response"]["url"]

    def finished(self, told: Mapping[str, Any]) -> None:
        number, size = told["requestId"], int(told["encodedDataLength"])
        self.sizes[number] = size
        if number in self.named:
            self.scripts[self.named[number]] = size

    def taken(self) -> list[int]:
        """What came over the wire; what the browser had kept did not."""
        self.page.wait_for_timeout(500)
        return [size for size in self.sizes.values() if size]


# ---- how soon it is seen ---------------------------------------------------------------------------------------------


def speeds(browser: Any, home: str, cookies: list[dict[str, str]]) -> Iterator[Figure]:
    """The time of the clock, for the slowest of twenty."""
    page = opened(browser, cookies)
    page.goto(f"{home}/people/", wait_until="networkidle")
    page.evaluate(PAINTED)
    for key in ("j", "ArrowDown", "ArrowRight", "k"):
        for _time in range(KEYS // 4):
            page.keyboard.press(key)
    page.keyboard.press("/")
    page.keyboard.type("country:DE name:an", delay=20)
    page.wait_for_timeout(300)
    yield Figure("keystroke to paint in a list, p95", slow(page.evaluate("window.painted")), "ms", 100)
    page.goto(f"{home}/deals/board/", wait_until="networkidle")
    page.get_by_role("navigation", name="Boards").get_by_role("link").last.click()
    page.wait_for_load_state("networkidle")
    page.evaluate(SETTLED)
    yield Figure("drag to settled on a board, p95", slow([dragged(page, at) for at in range(DRAGS)]), "ms", 100)
    page.context.close()


def slow(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def dragged(page: Any, at: int) -> float:
    """The first card of a lane goes to the next one, and by the following drag back."""
    lanes = page.locator("[data-lane]")
    start, end = lanes.nth(at % 2), lanes.nth(1 - at % 2)
    with page.expect_response("**/move/**"):
        drag(start.locator("[data-id]").first, end)
    page.wait_for_timeout(400)
    return float(page.evaluate("window.moved.last - window.moved.put"))
