"""Texts that try to be run, in every field and file of every type, on every page, in a real browser: none of them runs.

python -m tests.proofs.scripts [--made-up]

A new installation is filled by `planting` and looked at twice: once with the content security policy switched off, so
that escaping alone must hold, and once as it is, when the browser must have nothing to complain of. Before that the
oracle shows the same texts in pages that escape nothing: what is not noticed there would prove nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from playwright.sync_api import Browser, sync_playwright

from bodega.surfaces import inventory
from tests.proofs import payloads
from tests.proofs.installation import ROOT, Installation
from tests.proofs.watching import Oracle, Seen, Window, oracle, signed_in

COMPANY = "<b onmouseover=alert(1)>Isdom</b>"
PARAMETERS = "q sort next tab type set before after prefix field columns name to path act".split()
"""What an address may be asked with."""
OF_RECORD = {"<slug:slug>/<int:pk>/": 12, "<slug:slug>/<int:pk>/edit/": 4, "<slug:slug>/cell/<int:pk>/<slug:name>/": 1}
"""How many records of a type are opened; of the other pages of records, so many."""
FEW = 2
API = "api/v1/"
"""Its answers are no pages: one of each sort is enough."""
FORMATS = ("csv", "jsonl")
LEFT_OUT = ("signout/", "look/stop/", "live/")
"""Behind them somebody else is signed in, or nobody; or an answer that never ends, which is no page."""
FORMS = ("import/", "users/invite/", "roles/new/", "fields/new/", "types/new/", "options/new/?set=parties.source",
         "me/", "me/password/", "me/tokens/new/", "nothing/")  # fmt: skip


@dataclass
class Company:
    """A running installation full of payloads; `told` is what `planting` printed."""

    server: str
    texts: Sequence[str]
    told: Mapping[str, Any]

    @property
    def slugs(self) -> list[str]:
        return [name for name, one in self.told.items() if isinstance(one, dict)]

    def groups(self) -> list[str]:
        """The texts in as few addresses as they fit into."""
        return payloads.packed(self.texts, 1_500)

    # ---- addresses -------------------------------------------------------------------------------------------------

    def addresses(self) -> Iterator[str]:
        """Every address of the inventory, for each type, with numbers and names that there are."""
        for route in inventory.PAGES:
            if route not in LEFT_OUT:
                yield from self.of_route(route)

    def of_route(self, route: str) -> Iterator[str]:
        return chain.from_iterable(self.of_type(route, slug) for slug in self.slugs_for(route))

    def slugs_for(self, route: str) -> Sequence[str]:
        return self.slugs if "<slug:slug>" in route else [""]

    def of_type(self, route: str, slug: str) -> Iterator[str]:
        whose = route.partition("/")[0]
        most = 1 if route.startswith(API) else OF_RECORD.get(route, FEW)
        holder = whose if whose in self.told and isinstance(self.told[whose], dict) else slug
        held = self.told.get(holder, {})
        for number in spread(self.numbers(route, held), most):
            filled = route.replace("<slug:slug>", slug).replace("<int:pk>", str(number))
            yield from ("/" + one for one in self.named(filled, held))

    def numbers(self, route: str, held: Mapping[str, Any]) -> Sequence[int]:
        if "<int:pk>" not in route:
            return [0]
        return self.told["downloads"] if route.startswith("files/") else [1, 2] if not held else held["ids"]

    def named(self, filled: str, held: Mapping[str, Any]) -> Iterator[str]:
        """The address with each of the names that its marks stand for."""
        marks: Mapping[str, Sequence[Any]] = {
            "<slug:name>": held.get("actions", []) if "/do/" in filled else held.get("fields", []),
            "<slug:format>": FORMATS, "<int:run_id>": self.told["runs"], "<int:token_id>": self.told["tokens"][:2],
            "<int:job_id>": self.told["jobs"][:2], "<int:parked_id>": self.told["parked"][:2], "<int:user_id>": [1],
            "<str:token>": ["x"], "<str:what>": ["retry"], "<str:name>": ["all"], "<slug:field>": ["external_id"],
            "<path:value>": [quote(self.texts[3], safe="")],
        }  # fmt: skip
        found = [filled]
        for mark, names in marks.items():
            found = [one.replace(mark, str(name)) for one in found for name in (names if mark in one else [""])]
        yield from found

    def asked(self) -> Iterator[str]:
        """Every address once more with payloads for all that it may be asked; and all payloads for what echoes most."""
        turn = cycle(self.groups())
        for route in inventory.PAGES:
            if route not in LEFT_OUT and "export." not in route:
                slugs = self.slugs_for(route)
                for slug in slugs[:1] if route.startswith(API) else slugs:
                    url = next(self.of_type(route, slug), "/")
                    yield f"{url}?{urlencode(dict.fromkeys(PARAMETERS, next(turn)[:600]))}"
        for text in self.groups():
            for url in ("/find/", "/people/", "/deals/board/", "/signin/", "/any/options/", "/api/v1/people/"):
                yield f"{url}?{urlencode({'q': text, 'next': text})}"
            yield f"/{quote(text, safe='')}/"
            yield f"/people/?{urlencode({'q': f'name:{text} stage:{text}', 'sort': text})}"

    def parts(self) -> Iterator[str]:
        """What the scripts of a page put into it."""
        turn = cycle(self.groups())
        yield from (f"/find/?{urlencode({'q': next(turn)[:90]})}" for _number in range(3))
        yield "/find/?q=alert"
        for slug in self.slugs:
            held = self.told[slug]
            for number in held["ids"][:1]:
                yield from (f"/{slug}/cell/{number}/{name}/" for name in held["fields"])
            yield from (f"/{slug}/options/?{urlencode({'q': text})}" for text in ("", "<", "alert"))

    def forms(self) -> Iterator[str]:
        """Pages with a form that is sent with payloads in all its fields."""
        yield from (f"/{url}" for url in FORMS)
        for slug in self.slugs:
            yield f"/{slug}/new/"
            yield from (f"/{slug}/{number}/edit/" for number in self.told[slug]["ids"][:1])


def spread(some: Sequence[Any], most: int) -> Sequence[Any]:
    """As many of them, from the first to the last."""
    step = max(1, -(-len(some) // most))
    return some[::step]


# ---- the installation ------------------------------------------------------------------------------------------------


def planted(installation: Installation, texts: Sequence[str], most: int) -> Mapping[str, Any]:
    """What there is in the installation, after every text has been put everywhere."""
    installation.make()
    held = installation.folder / "texts.json"
    held.write_text(json.dumps(texts), "utf-8")
    command = [sys.executable, "-m", "tests.proofs.planting", str(held), str(most)]
    around = installation.surroundings
    around["PYTHONPATH"] = os.pathsep.join([around["PYTHONPATH"], str(ROOT)])
    with installation.log.open("a") as log:
        made = subprocess.run(command, env=around, check=True, cwd=ROOT, stdout=subprocess.PIPE, stderr=log)
    found: Mapping[str, Any] = json.loads(made.stdout)
    return found


# ---- looking ---------------------------------------------------------------------------------------------------------


def look(browser: Browser, company: Company, state: Any, *, bypass: bool) -> Seen:
    """Every page as it stands and with its forms filled in; without the policy also asked with payloads, and its parts.

    What is answered does not depend on the policy: with it, it is enough to see that the browser stops nothing of ours.
    """
    window = Window(browser, company.server, state, bypass=bypass)
    for url in chain(company.addresses(), company.asked() if bypass else ()):
        window.open(url)
    for slug in company.slugs:
        turn_pages(window, f"/{slug}/?sort=id")
    window.open("/people/")
    for url in company.parts() if bypass else ():
        window.swap(url)
    for url, text in zip(company.forms(), cycle(company.groups()), strict=False):
        fill_in(window, url, text)
    return window.close()


def turn_pages(window: Window, url: str) -> None:
    """A list to its last page."""
    while url:
        window.open(url)
        further = window.page.query_selector("a[href*='after=']")
        url = (further.get_attribute("href") or "") if further else ""


def fill_in(window: Window, url: str, text: str) -> None:
    window.open(url)
    if window.page.query_selector("main form[method=post]"):
        window.send(text)


@contextmanager
def running(browser: Browser, folder: Path, texts: Sequence[str], *, most: int) -> Iterator[tuple[Company, Any]]:
    """An installation full of these texts, and what a browser keeps of having signed in there."""
    installation = Installation(folder, f"sqlite:///{folder / 'bodega.sqlite3'}", settings={"company": COMPANY})
    try:
        told = planted(installation, texts, most)
        server = f"http://127.0.0.1:{installation.serve('web').port}"
        yield Company(server, texts, told), signed_in(browser, server, login="admin", password=installation.password)
    finally:
        installation.end()


def prove(browser: Browser, folder: Path, texts: Sequence[str], *, most: int) -> tuple[Oracle, list[Seen]]:
    """The oracle, and what was seen without the policy and with it; says so as it goes."""
    with running(browser, folder, texts, most=most) as (company, state):
        for what in company.told["without"]:
            print(what)
        raw = oracle(browser, company.server, texts)
        print(f"oracle: of {raw.texts} texts in a page as they are {raw.ran} ran, {raw.seen} were seen to stand there")
        return raw, [told(browser, company, state, bypass=bypass) for bypass in (True, False)]


def told(browser: Browser, company: Company, state: Any, *, bypass: bool) -> Seen:
    started, seen = time.monotonic(), look(browser, company, state, bypass=bypass)
    print(
        f"{'without' if bypass else 'with'} the policy: {seen.pages:,} pages ({seen.shown:,} with payloads to read) and"
        f" {seen.kept:,} files, {len(seen.wrong)} things wrong, {time.monotonic() - started:.0f} s"
    )
    for what in seen.wrong[:40]:
        print(f"  {what}")
    return seen


def chromium(playwright: Any) -> Browser:
    path = subprocess.run([ROOT / "tools" / "chromium"], check=True, capture_output=True, text=True).stdout.strip()
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    found: Browser = playwright.chromium.launch(executable_path=path, args=["--disable-gpu", *root])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--made-up", action="store_true", help="only the texts of our own")
    is_short = parser.parse_args().made_up
    try:
        texts = [*payloads.OWN] if is_short else payloads.every()
    except FileNotFoundError as missing:
        print(f"skipped: no collections of payloads ({missing.filename}); set BODEGA_SHARED, or take --made-up")
        return 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        raw, seen = prove(chromium(playwright), Path(folder), texts, most=30 if is_short else 120)
    pages, wrong = sum(one.pages for one in seen), sum(len(one.wrong) for one in seen)
    print(f"texts {len(texts)}, pages {pages}, scripts run {wrong}; oracle {raw.ran} ran, {raw.seen} seen")
    return 1 if wrong or raw.ran * 5 < raw.texts or raw.seen * 2 < raw.texts else 0


if __name__ == "__main__":
    sys.exit(main())
