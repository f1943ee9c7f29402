"""Injection: every parameter of every address, filled with what does not belong there.

Nothing of it may stand in the text of a statement, no statement may have a shape or a word that harmless input does not
give it, and no answer is a fault of ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from django.urls import resolve

from bodega import surfaces
from bodega.kernel import registry
from bodega.kernel.query.page import Order
from bodega.kernel.scope import PROCESS
from bodega.surfaces import inventory
from bodega.surfaces.html import choosing
from tests.proofs import denied
from tests.proofs.faults import Fault
from tests.proofs.ground import Attempt, Ground, Sender, taken_back
from tests.proofs.hostile import MARK
from tests.proofs.statements import heard, shape, tokens

READ = re.compile(r'GET(?:\.get\(|\.getlist\(|\[)"([\w.]+)"|"([\w.]+)" in (?:self\.)?request\.GET|asked\w*\("([\w.]+)"')
COMPOSED = frozenset({"q", "where", "by", "sum", "average", "fields", "columns", "sort", "text"})
"""Parameters that say what is asked: their statements have many shapes, but of the words that are known."""
HARMLESS = ("", "Zebra", "two words", "12", "12.5", "2026-01-01", "yes", "name", "-id", "owner", "#1", "a@b.example")
HARMLESS_JSON = ("", "Zebra", 12, 12.5, True, None, [], {}, "12", "2026-01-01", ["a"], {"a": "b"})
HEADERS = (
    "Authorization", "If-Match", "If-None-Match", "If-Modified-Since", "Idempotency-Key", "Accept", "Accept-Language",
    "Referer", "Origin", "Host", "Range", "X-Request-Id", "X-Forwarded-For", "X-Forwarded-Host", "X-CSRFToken",
    "HX-Request", "HX-Target", "HX-Current-URL", "HX-Boosted", "X-Dialog", "User-Agent",
)  # fmt: skip
COOKIES = ("bodega", "csrftoken", "theme", "messages", "django_language", "unknown")
TYPES = ("parties.person", "sales.deal", "custom.boats")
"""With a column of every kind, a board, actions, lines and an administrator's own fields of every kind."""


class Target(NamedTuple):
    """One parameter; `fill` makes the request in which it has a value."""

    route: str
    place: str
    name: str
    fill: Callable[[Any], tuple[Attempt, Mapping[str, str]]]

    def __str__(self) -> str:
        return f"{self.route} {self.place} {self.name}"


# ---- the parameters --------------------------------------------------------------------------------------------------


def targets(at: Ground) -> Iterator[Target]:
    yield from asked(at)
    yield from paths(at)
    yield from entered(at)
    yield from carried(at)


def names_read() -> list[str]:
    """The names that the pages look for in an address, read off their source."""
    folder = Path(str(surfaces.__file__)).parent
    found = {name for path in folder.rglob("*.py") for groups in READ.findall(path.read_text()) for name in groups}
    return sorted(found - {""} | {"after", "before", "page", "unknown"})


def asked(at: Ground) -> Iterator[Target]:
    """What stands behind the question mark: each name that is read anywhere, at each address that is."""
    everywhere = names_read()
    for route, url in reading(at):
        view = getattr(resolve(url).func, "view_class", None)
        names = [*getattr(view, "takes", ()), "unknown"] if url.startswith("/api/v1/") else everywhere
        if url.endswith("/new/"):
            slug = url.split("/")[1]
            names += [name for one in at.types if one.slug == slug for name in one.fields()]
        yield from (Target(route, "query", name, in_query(route, url, name)) for name in dict.fromkeys(names))


def reading(at: Ground) -> Iterator[tuple[str, str]]:
    """The addresses that can be read."""
    for route in inventory.PAGES:
        for key in TYPES if "<slug:slug>" in route else ("",):
            url = address(route, key, at)
            if url is not None:
                yield route, url


def address(route: str, key: str, at: Ground) -> str | None:
    """An address of the route that is there."""
    slug = registry.type_of(key).slug if key else ""
    title = registry.type_of(key).title if key else ""
    filled = route.replace("<slug:slug>", slug).replace("<slug:format>", "csv").replace("<slug:name>", title)
    filled = filled.replace("<slug:field>", "external_id").replace("<path:value>", "X7")
    pk = at.ids[slug] if slug else at.ids.get(route.split("/", maxsplit=1)[0], at.ids["files"])
    filled = filled.replace("<int:pk>", str(pk)).replace("<int:run_id>", str(at.numbers["run"]))
    if "/do/" in filled:
        action = next(
            (one for one in registry.type_of(key).actions if (one.target == "one") == ("<int" in route)), None
        )
        filled = filled.replace(f"/do/{title}/", f"/do/{action.name}/") if action else ""
    return "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<(?!int)\w+:\w+>", "x", filled)) if filled or not route else None


def in_query(route: str, url: str, name: str) -> Callable[[Any], tuple[Attempt, Mapping[str, str]]]:
    mark = "&" if "?" in url else "?"
    return lambda value: (Attempt(route, "GET", f"{url}{mark}{urlencode({name: value}, errors='surrogatepass')}"), {})


def paths(at: Ground) -> Iterator[Target]:
    """Each part of each address."""
    for route, url in reading(at):
        parts, held = route.split("/"), url.strip("/").split("/")
        for place, part in enumerate(parts):
            if "<" in part:
                yield Target(route, "path", part, in_path(route, held, place))


def in_path(route: str, parts: Sequence[str], place: int) -> Callable[[Any], tuple[Attempt, Mapping[str, str]]]:
    def fill(value: Any) -> tuple[Attempt, Mapping[str, str]]:
        filled = [*parts[:place], quote(str(value).encode("utf-8", "surrogatepass"), safe=""), *parts[place + 1 :]]
        return Attempt(route, "GET", "/" + "/".join(filled) + ("/" if route.endswith("/") else "")), {}

    return fill


def entered(at: Ground) -> Iterator[Target]:
    """Each field of each form, each name and each value of each body; and the names themselves."""
    seen: set[tuple[str, str, str]] = set()
    for one in tried(at):
        held = dict(one.form or {}) if one.json is None else one.json
        place = "form" if one.json is None else "json"
        for name in [*held, "another"] if isinstance(held, dict) else ():
            key = (one.route + ("" if "<slug" not in one.route else one.url.split("/")[-3]), place, name)
            if key not in seen:
                seen.add(key)
                yield Target(one.route, place, name, in_body(one, held, name))
        yield Target(one.route, f"{place} name", "", as_name(one, held))
        if one.json is not None:
            yield Target(one.route, "body", "", as_body(one))


def tried(at: Ground) -> Iterator[Attempt]:
    for key in TYPES:
        type_ = registry.type_of(key)
        yield from denied.on_type(type_, at)
        yield from denied.on_record(type_, at.ids[type_.slug], at)
        values = denied.new_values(type_, at)
        yield Attempt(f"api/v1/<slug:slug>/ {key}", "POST", f"/api/v1/{type_.slug}/", json=values)
        edit = at.form(f"/{type_.slug}/{at.ids[type_.slug]}/edit/")
        yield Attempt(f"<slug:slug>/<int:pk>/edit/ {key}", "POST", f"/{type_.slug}/{at.ids[type_.slug]}/edit/", edit)
    yield from denied.others(at)
    yield from denied.office(at)
    yield Attempt("signin/", "POST", "/signin/", {"login": "a", "password": "b", "next": "/"})
    yield Attempt("theme/", "POST", "/theme/", {"theme": "dark", "next": "/"})
    yield Attempt("me/", "POST", "/me/", {"language": "en", "time_zone": "Europe/Oslo", "theme": ""})
    yield Attempt("me/password/", "POST", "/me/password/", {"old": "x", "password": "y"})
    yield Attempt("me/tokens/new/", "POST", "/me/tokens/new/", {"name": "x", "may": "read", "days": "30", "types": ""})


def in_body(one: Attempt, held: Mapping[str, Any], name: str) -> Callable[[Any], tuple[Attempt, Mapping[str, str]]]:
    def fill(value: Any) -> tuple[Attempt, Mapping[str, str]]:
        filled = {**held, name: value}
        return one._replace(**{"form" if one.json is None else "json": filled}), {}

    return fill


def as_name(one: Attempt, held: Any) -> Callable[[Any], tuple[Attempt, Mapping[str, str]]]:
    def fill(value: Any) -> tuple[Attempt, Mapping[str, str]]:
        more = {"fields": str(value)} if one.json is None else {}
        return one._replace(**{"form" if one.json is None else "json": {**held, **more, str(value): "Zebra"}}), {}

    return fill


def as_body(one: Attempt) -> Callable[[Any], tuple[Attempt, Mapping[str, str]]]:
    return lambda value: (one._replace(json=value if isinstance(value, str) else json.dumps(value)), {})


def carried(at: Ground) -> Iterator[Target]:
    """Headers and cookies, of a page, a file, a call that reads and one that writes."""
    deal, route = at.ids["deals"], "<slug:slug>/<int:pk>/"
    for one in (
        Attempt("<slug:slug>/", "GET", "/deals/"),
        Attempt(route, "GET", f"/deals/{deal}/"),
        Attempt("api/v1/" + route, "GET", f"/api/v1/deals/{deal}/"),
        Attempt("api/v1/" + route, "PATCH", f"/api/v1/deals/{deal}/", json={"name": "Zebra"}),
        Attempt("<slug:slug>/export.<slug:format>", "GET", "/deals/export.csv"),
        Attempt("<slug:slug>/<int:pk>/delete/", "POST", f"/deals/{deal}/delete/"),
    ):
        yield from (Target(one.route, "header", name, in_header(one, name)) for name in HEADERS)
        yield from (Target(one.route, "cookie", name, in_header(one, "Cookie", f"{name}=")) for name in COOKIES)


def in_header(one: Attempt, name: str, before: str = "") -> Callable[[Any], tuple[Attempt, Mapping[str, str]]]:
    """As a server hands it on: one line of Latin letters."""

    def fill(value: Any) -> tuple[Attempt, Mapping[str, str]]:
        text = str(value).encode("utf-8", "replace").decode("latin-1")
        return one, {name: before + "".join(letter for letter in text if letter >= " ")[:8_000]}

    return fill


# ---- what becomes of it ----------------------------------------------------------------------------------------------


@dataclass
class Found:
    """What was noticed: faults of ours, what stands in statements, shapes and words that nothing harmless has."""

    asked: int = 0
    broken: list[str] = field(default_factory=list)
    within: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        return [*self.broken, *self.within, *self.shapes, *self.words]


class Proof:
    """Asks what does not belong there. What harmless input does at the same place is learned once it is needed."""

    def __init__(self, at: Ground) -> None:
        self.at, self.found = at, Found()
        self.known: dict[str, set[str]] = {}
        self.words: set[str] = set()
        self.learned: set[Target] = set()

    def ask(self, target: Target, value: Any) -> Sequence[str]:
        """The statements of one request, which is taken back."""
        one, headers = target.fill(value)
        sender = self.at.anna if target.place != "cookie" else Sender(self.at.users["anna"])
        with heard() as ear, taken_back():
            answer = sender.send(one, **headers)
        self.found.asked += 1
        if answer.status_code >= 500 or b"Traceback (most recent call last)" in answer.body:
            self.found.broken.append(f"{answer.status_code} {target} {value!r}"[:400])
        return ear.statements

    def learn(self, target: Target) -> None:
        """From a process that knows nothing yet, which asks for more."""
        self.learned.add(target)
        for value in HARMLESS_JSON if target.place in ("json", "body") else HARMLESS:
            PROCESS.clear()
            for sql in self.ask(target, value):
                self.known.setdefault(target.route, set()).add(shape(sql))
                self.words |= {*tokens(sql)}

    def attack(self, target: Target, payloads: Iterable[str]) -> None:
        for payload in payloads:
            statements = self.ask(target, payload)
            if target not in self.learned and any(self.strange(target, sql) for sql in statements):
                self.learn(target)
            for sql in statements:
                self.look(target, payload, sql)

    def strange(self, target: Target, sql: str) -> bool:
        is_known = target.name in COMPOSED or shape(sql) in self.known.get(target.route, ())
        return not is_known or not self.words.issuperset(tokens(sql))

    def look(self, target: Target, payload: str, sql: str) -> None:
        told = f"{target} {payload!r}"[:300]
        if MARK in sql.lower():
            self.found.within.append(f"{told}: {sql}")
        elif new := {*tokens(sql)} - self.words:
            self.found.words.append(f"{told}: {new}: {sql}"[:900])
        elif self.strange(target, sql):
            self.found.shapes.append(f"{told}: {sql}"[:900])


FAULTS = [
    Fault(
        Order.__init__,
        "kind = fields(type_).get(name) if able else None",
        """kind = fields(type_).get(name) if able else None
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT COUNT(*) AS "{name}" FROM kernel_arrangement')""",
    ),
    Fault(
        choosing.links_of,
        'rows = type_.rows(page.actor).order_by(*ordered, "pk")',
        """rows = type_.rows(page.actor).order_by(*ordered, "pk")
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 WHERE 'a' = '{}'".format(text.replace("'", "''")))""",
    ),
]
"""A name put into a statement; a value put in by its letters, however well it is quoted."""
