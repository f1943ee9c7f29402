"""Texts that try to be run, where people see them: a few minutes of `make prove-scripts` in a few seconds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from bodega.surfaces import inventory
from tests.proofs.payloads import OWN
from tests.proofs.scripts import LEFT_OUT, Company, fill_in, running
from tests.proofs.watching import Window, oracle

MOST = 6
"""Records of a type; each has several texts in each field."""
SURE = OWN[:12]
"""Texts that run in any browser as soon as they stand in a page."""


@pytest.fixture(scope="module")
def company(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Company, Any]]:
    with running(browser, tmp_path_factory.mktemp("scripts"), OWN, most=MOST) as found:
        yield found


def test_what_would_run_is_noticed(browser: Browser) -> None:
    """The oracle: without it, a window that notices nothing would prove anything."""
    found = oracle(browser, "http://127.0.0.1:9", SURE)
    assert found.seen == found.texts
    assert found.ran >= 8


def test_no_text_runs_on_any_page_when_only_escaping_keeps_it(browser: Browser, company: tuple[Company, Any]) -> None:
    known, state = company
    assert known.told["without"] == []
    window = Window(browser, known.server, state, bypass=True)
    for route in inventory.PAGES:
        if route not in LEFT_OUT and (url := next(known.of_route(route), "")):
            window.open(url)
    for slug in known.slugs:
        window.open(f"/{slug}/?sort=id")
        window.open(f"/{slug}/{known.told[slug]['ids'][-1]}/?tab=history")
    for url in ("/find/?q=alert", "/people/options/?q=<", "/people/cell/1/name/"):
        window.open("/people/")
        window.swap(url)
    for url in ("/fields/new/", "/deals/new/", "/import/"):
        fill_in(window, url, known.groups()[0])
    seen = window.close()
    assert seen.wrong == []
    assert seen.shown > 40


def test_the_policy_stops_nothing_of_ours(browser: Browser, company: tuple[Company, Any]) -> None:
    known, state = company
    window = Window(browser, known.server, state, bypass=False)
    for url in ("/", "/me/", "/people/", "/deals/board/", "/boats/", "/options/", "/jobs/", "/find/?q=<script>"):
        window.open(url)
    assert window.close().wrong == []
