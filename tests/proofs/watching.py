"""A browser that notices what runs: scripts, requests to elsewhere, and elements or attributes that are not ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page, Route

WAIT = 20_000
"""Milliseconds that a page may take."""
NO_PAGE = ("Download is starting", "ERR_ABORTED", "ERR_HTTP_RESPONSE_CODE_FAILURE")
"""How the browser says that it was given a file, or nothing."""
# Runs before anything else, in every frame.
NOTICE = """
for (const name of ["alert", "confirm", "prompt", "print"])
  window[name] = () => { try { top.ran(name) } catch { window.ran(name) } }
"""
# All elements, those in templates too. What the policy would stop is looked for by name, for it may be switched off.
LOOK = """
() => {
  const tags = new Set(`a abbr article aside b blockquote body br button caption code col colgroup dd del details dialog
    div dl dt em fieldset footer form g h1 h2 h3 h4 h5 h6 head header hr html i input ins kbd label legend li link main
    mark meta nav ol optgroup option output p path pre progress s script section select small span strong sub summary
    sup svg table tbody td template textarea tfoot th thead time title tr u ul circle line polyline rect ellipse
    polygon`.split(/\\s+/))
  const found = [], own = (address) => new URL(address, location.origin).origin === location.origin
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      const tag = one.localName, say = (what) => found.push(`${what} in <${tag}>`)
      if (!tags.has(tag) && !tag.startsWith("b-")) say("a stranger")
      for (const { name, value } of one.attributes) {
        if (/^on|^(data-)?hx-on|^srcdoc$/i.test(name)) say(name)
        if (name === "style" && !one.matches("b-select *, table.grid")) say(name)
        if (/^(href|src|action|formaction|xlink:href|data|poster|background)$/i.test(name)) {
          const protocol = new URL(value, location.href).protocol
          if (!/^(https?|mailto|tel):$/.test(protocol)) say(`${name}=${protocol}`)
        }
        if (/^(action|formaction|src|(data-)?hx-(get|post|put|patch|delete))$/i.test(name) && !own(value))
          say(`${name} elsewhere`)
      }
      if (tag === "script" && !new URL(one.src || "x:").pathname.startsWith("/static/")) say("a script")
      if (tag === "link" && !new URL(one.href || "x:").pathname.startsWith("/static/")) say("a link")
      if (tag === "meta" && one.httpEquiv) say(one.httpEquiv)
      if (tag === "svg" && !one.classList.contains("i")) say("a drawing")
      if (tag === "template") look(one.content)
    }
  }
  look(document)
  return [found, document.documentElement.innerText.includes("alert(")]
}
"""


@dataclass
class Seen:
    """What a window was shown: pages, those on which a payload could be read, and what should not have been."""

    pages: int = 0
    shown: int = 0
    kept: int = 0
    """Answers that were handed out as files, or are empty."""
    wrong: list[str] = field(default_factory=list)


class Window:
    """A window of somebody who has signed in. With `bypass` the content security policy does not help."""

    def __init__(self, browser: Browser, server: str, state: Any = None, *, bypass: bool) -> None:
        self.server, self.seen, self.at = server, Seen(), ""
        self.context: BrowserContext = browser.new_context(base_url=server, storage_state=state, bypass_csp=bypass)
        self.context.set_default_timeout(WAIT)
        self.context.add_init_script(NOTICE)
        self.context.expose_binding("ran", lambda _source, how: self.wrong(f"{how} ran"))
        self.context.route(lambda url: not url.startswith(f"{server}/"), self.elsewhere)
        self.page = self.new_page()

    def new_page(self) -> Page:
        found = self.context.new_page()
        found.on("console", lambda said: self.said(said.text))
        found.on("dialog", lambda dialog: dialog.dismiss())
        return found

    def wrong(self, what: str) -> None:
        self.seen.wrong.append(f"{self.at}: {what}")

    def elsewhere(self, route: Route) -> None:
        if urlsplit(route.request.url).scheme in ("http", "https"):
            self.wrong(f"asked {route.request.url[:60]}")
        route.abort()

    def said(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.wrong(text[:200])

    def open(self, url: str) -> None:
        """Go there and look. What is handed out as a file is no page; what else is none must not be taken for one."""
        self.at = url
        try:
            answer = self.page.goto(url)
        except Error as kept:
            if not any(sign in kept.message for sign in NO_PAGE):
                raise
            self.seen.kept += 1
            self.page.close()  # the browser is on its way to a page of its own that says so
            self.page = self.new_page()
            return
        if answer is not None and answer.headers.get("content-type", "").startswith("text/html"):
            self.look()
        elif answer is not None and answer.headers.get("x-content-type-options") != "nosniff":
            self.wrong("may be taken for a page")
        if answer is not None and answer.status >= 500:
            self.wrong(f"the answer is {answer.status}")

    def look(self) -> None:
        found, shows = self.page.evaluate(LOOK)
        self.seen.pages += 1
        self.seen.shown += bool(shows)
        for what in dict.fromkeys(found):
            self.wrong(what)

    def send(self, text: str) -> None:
        """Fill every field of the longest form of the page with the text, and send it."""
        with self.page.expect_navigation():
            self.page.evaluate(FILL, text)
        self.look()

    def swap(self, url: str) -> None:
        """Put a part of a page in its place, as the scripts of the page do."""
        self.at = f"{url} (a part)"
        self.page.evaluate("url => htmx.ajax('GET', url, {target: '#main', swap: 'innerHTML', push: 'false'})", url)
        self.look()

    def close(self) -> Seen:
        self.page.wait_for_timeout(100)
        self.context.close()
        return self.seen


FILL = """
(text) => {
  const forms = [...document.querySelectorAll("main form, form")].filter((form) => form.method === "post")
  const form = forms.sort((one, other) => other.elements.length - one.elements.length)[0]
  for (const one of form.elements) {
    if (!one.name || one.type === "hidden" || one.type === "file" || one.type === "submit") continue
    if (one.localName === "select") one.append(new Option(text, text, true, true))
    else if (one.type === "checkbox" || one.type === "radio") continue
    else { if (one.localName === "input") one.type = "text"; one.removeAttribute("maxlength"); one.value = text }
  }
  HTMLFormElement.prototype.submit.call(form)
}
"""


@dataclass
class Oracle:
    """How many of so many texts ran when they stood in a page as they are, and how many were seen to stand there."""

    texts: int = 0
    ran: int = 0
    seen: int = 0


# As text, and in the places that a text may break out of or be an address in.
RAW = (
    "<p>{}</p>",
    """<input value="{}"><input value='{}'><a href="{}" autofocus onfocus="this.click()">x</a>
       <textarea>{}</textarea><script>x = '{}'</script>""",
)


def oracle(browser: Browser, server: str, texts: Sequence[str]) -> Oracle:
    """The same windows, shown pages that escape nothing: what they don't notice there proves nothing elsewhere."""
    window, found = Window(browser, server, bypass=True), Oracle(len(texts))
    page = ""

    def answer(route: Route) -> None:
        route.fulfill(body=page, content_type="text/html; charset=utf-8")

    window.context.route(f"{server}/raw/**", answer)
    for text in texts:
        window.seen.wrong.clear()
        ran = False
        for place in RAW:
            page = f"<!doctype html><body>{place.replace('{}', text)}"
            with noticed():
                window.open("/raw/")
            window.page.wait_for_timeout(20)
            ran = any(what.endswith(" ran") or ": asked " in what for what in window.seen.wrong)
            if ran:
                break
        found.ran += ran
        found.seen += bool(window.seen.wrong)
    window.close()
    return found


@contextmanager
def noticed() -> Iterator[None]:
    """A page that leaves itself at once cannot be looked at any more."""
    try:
        yield
    except Error:
        pass


def signed_in(browser: Browser, server: str, *, login: str, password: str) -> Any:
    """What a browser keeps of having signed in."""
    context = browser.new_context(base_url=server)
    page: Page = context.new_page()
    page.goto("/signin/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("button")
    page.wait_for_url("**/")
    state = context.storage_state()
    context.close()
    return state
