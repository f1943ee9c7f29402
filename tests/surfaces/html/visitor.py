"""A person at a browser without scripts: follows links, fills in forms as they were drawn, and sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.db import connection, reset_queries
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bodega.kernel.actors import User

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
Pairs = list[tuple[str, str]]


@dataclass
class FormFound:
    """A form as a browser would send it: its fields in order, and its buttons."""

    action: str
    method: str
    fields: Pairs = field(default_factory=list)
    buttons: Pairs = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def filled(self, **values: Any) -> Pairs:
        """The fields with other values; a list ticks several boxes, None leaves one out. `__` in a name is a dash."""
        given = {name.replace("__", "-"): value for name, value in values.items()}
        kept = [(name, value) for name, value in self.fields if name not in given]
        for name, value in given.items():
            several = value if isinstance(value, list) else [] if value is None else [value]
            kept += [(name, str(one)) for one in several]
        return kept


class Page(HTMLParser):
    """What is on a page: its text as read, its forms, its links."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.forms: list[FormFound] = []
        self.links: list[str] = []
        self.pieces: list[str] = []
        self.open: list[str] = []
        self.form: FormFound | None = None
        self.area: tuple[str, list[str]] | None = None
        self.select: dict[str, Any] | None = None
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.pieces).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.open.append(tag)
        if "template" in self.open:
            return
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self.form = FormFound(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.form)
        elif self.form and tag in ("input", "button", "textarea", "select"):
            self.control(tag, given)
        elif tag == "option" and self.select is not None:
            self.select["options"].append((given.get("value", ""), "selected" in given))

    def control(self, tag: str, given: dict[str, str]) -> None:
        assert self.form is not None
        name = given.get("name", "")
        self.form.names.add(name)
        if tag == "textarea":
            self.area = (name, [])
        elif tag == "select":
            self.select = {"name": name, "options": []}
        elif tag == "button":
            self.form.buttons.append((name, given.get("value", "")))
        elif given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self.form.fields.append((name, given.get("value", "on")))
        elif name and given.get("type") != "file":
            value = given.get("value", "")
            # Browsers drop line breaks from one-line fields, and write them as CRLF elsewhere.
            kept = (
                value.replace("\n", "\r\n")
                if given.get("type") == "hidden"
                else value.replace("\n", "").replace("\r", "")
            )
            self.form.fields.append((name, kept))

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area[1].append(data)
        elif "template" not in self.open and not {"script", "style"} & {*self.open[-1:]}:
            self.pieces.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area and self.form:
            value = "".join(self.area[1]).removeprefix("\n").replace("\r\n", "\n").replace("\r", "\n")
            self.form.fields.append((self.area[0], value.replace("\n", "\r\n")))
            self.area = None
        if tag == "select" and self.select and self.form:
            options = self.select["options"]
            chosen = [value for value, selected in options if selected] or [value for value, _ in options[:1]]
            self.form.fields += [(self.select["name"], value) for value in chosen[:1]]
            self.select = None
        if tag == "form":
            self.form = None
        while tag in self.open and self.open:
            if self.open.pop() == tag:
                break

    def form_to(self, action: str) -> FormFound:
        """The form that is sent to this address, whatever its query."""
        return next(form for form in self.forms if form.action.partition("?")[0] == action)


class Visitor:
    """Somebody signed in. Each request is a unit of work of its own, as it is in a server."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.response: Any = None
        self.queries: list[str] = []

    def ask(self, send: Callable[[], Any]) -> Page:
        reset_queries()
        with CaptureQueriesContext(connection) as captured:
            self.response = Context().run(send)
        self.queries = [query["sql"] for query in captured.captured_queries]
        body = b"".join(self.response) if self.response.streaming else self.response.content
        return Page(body.decode("utf-8", "replace"))

    @property
    def status(self) -> int:
        found: HttpResponse = self.response
        return found.status_code

    def get(self, url: str, **headers: str) -> Page:
        return self.ask(lambda: self.client.get(url, headers=headers))

    def post(self, url: str, data: Pairs | dict[str, Any], *, follow: bool = True, **headers: str) -> Page:
        held: dict[str, list[Any]] = {}
        for name, value in data.items() if isinstance(data, dict) else data:
            held.setdefault(name, []).extend(value if isinstance(value, list) else [value])
        return self.ask(lambda: self.client.post(url, held, follow=follow, headers=headers))

    def send(self, form: FormFound, *, button: tuple[str, str] | None = None, **values: Any) -> Page:
        """Send a form of the page one is on, by one of its buttons."""
        fields = form.filled(**values) + ([button] if button else [])
        if form.method == "get":
            return self.get(f"{form.action}?{'&'.join(f'{n}={v}' for n, v in fields)}")
        return self.post(form.action, fields)

    @property
    def url(self) -> str:
        """Where one is after having been sent on."""
        chain: list[tuple[str, int]] = getattr(self.response, "redirect_chain", [])
        return chain[-1][0] if chain else str(self.response.headers.get("Location", ""))


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def titles(page: Page) -> Iterator[str]:
    """The names in a list, in its order."""
    html = page.html
    at = 0
    while (at := html.find('<th scope="row"', at)) >= 0:
        yield Page(html[at : html.index("</th>", at)]).text
        at += 1
