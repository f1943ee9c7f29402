"""A real browser on a real server: one of each for all tests here; whatever the browser complains of fails the test."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bodega.web import supervisor
from tests.proofs.watching import signed_in

ROOT = Path(__file__).resolve().parents[2]
LOGIN, PASSWORD = "anna", "a long walk by the harbour"
WAIT = 10_000
"""Milliseconds that something may take to appear."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many actions each everyday task took."""
    for report in terminalreporter.getreports("passed"):
        for name, told in report.user_properties:
            if name == "task" and report.when == "call":
                terminalreporter.write_line(str(told))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a new installation with a little company in it, served as anybody would."""
    source = os.pathsep.join([str(Path(supervisor.__file__).parents[2]), str(ROOT)])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BODEGA_")}
    around = kept | {
        "BODEGA_DATA_DIR": str(tmp_path_factory.mktemp("browser")), "PYTHONPATH": source, "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    bodega = [sys.executable, "-m", "bodega"]
    made = [*bodega, "init", "--login", LOGIN, "--name", "Anna Snelling", "--password", PASSWORD]
    subprocess.run(made, env=around, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([sys.executable, "-m", "tests.browser.seed"], env=around, check=True, cwd=ROOT)
    with subprocess.Popen([*bodega, "serve", "--port", "0"], env=around, stdout=subprocess.PIPE, text=True) as process:
        yield address_of(process)
        process.terminate()


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"127\.0\.0\.1:\d+", line):
            return f"http://{found[0]}"
    raise RuntimeError("the server ended before it said where it is")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with found_browser() as found:
        yield found


@contextmanager
def found_browser() -> Iterator[Browser]:
    """The chromium of this machine."""
    named = [os.environ.get("BODEGA_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    path = next((found for name in named if name and (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("no chromium: run tools/chromium, which says what to install")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=arguments)
        yield found
        found.close()


@dataclass
class Windows:
    """Browser windows of somebody who has signed in, and what the browser complained of in them."""

    browser: Browser
    server: str
    state: Any
    complaints: list[str] = field(default_factory=list)
    expected: set[str] = field(default_factory=set)
    opened: list[BrowserContext] = field(default_factory=list)

    def open(self, url: str = "/", *, signed_in: bool = True, **more: Any) -> Page:
        """A new window; `more` are the browser's own options (color_scheme, java_script_enabled, …)."""
        given = {"viewport": {"width": 1280, "height": 900}, "base_url": self.server, **more}
        context = self.browser.new_context(storage_state=self.state if signed_in else None, **given)
        context.set_default_timeout(WAIT)
        self.opened.append(context)
        page = context.new_page()
        page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(url)
        return page

    def close(self) -> None:
        for context in self.opened:
            context.close()


@pytest.fixture(scope="session")
def state(browser: Browser, server: str) -> Any:
    return signed_in(browser, server, login=LOGIN, password=PASSWORD)


@pytest.fixture
def windows(browser: Browser, server: str, state: Any) -> Iterator[Windows]:
    """No script fails, nothing breaks the content security policy, nothing is not found."""
    found = Windows(browser, server, state)
    yield found
    found.close()
    assert [text for text in found.complaints if not any(one in text for one in found.expected)] == []
