"""Every page in a language that nobody speaks, written from the right: what stays English is in no catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog
from django.db import connection
from django.utils.translation import trans_real
from pytest_django import Settings

from bodega.kernel.actors import User
from tests.personas import People
from tests.surfaces.html.visitor import Page, Visitor
from tests.surfaces.test_access import Planted, addresses, planted
from tools import messages

pytestmark = pytest.mark.slow
LANGUAGE = "he"
WORD = re.compile(r"[A-Za-z]{3,}")
NAMES = {*"Bodega Ctrl Alt Tab Del Enter Esc Shift CSV JSON Lines Excel example https custom".split()}
"""What is called so in every language."""
QUESTIONS = "<slug:slug>/complete/"
"""Answers with words of questions, which are the same in every language."""
TECHNICAL = ("api/", "metrics", "health", "files/", "me/", "audit/", "jobs/", "parked/", "types/")
"""Where names of the program's parts, of time zones and of icons stand, or no page is."""
__all__ = ["planted"]


@pytest.fixture
def marked(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue in which each text stands between brackets: ⟦Save⟧."""
    home = tmp_path / LANGUAGE / "LC_MESSAGES"
    home.mkdir(parents=True)
    catalogue = Catalog(locale=LANGUAGE)
    for context, one, several in messages.found_texts():
        asked: str | tuple[str, str] = (one, several) if several else one
        said = tuple([f"⟦{several}⟧"] * catalogue.num_plurals) if several else f"⟦{one}⟧"
        catalogue.add(asked, said, context=context or None)
    (home / "django.mo").write_bytes(messages.compiled(catalogue))
    settings.LOCALE_PATHS, settings.LANGUAGES = [tmp_path], [("en", "English"), (LANGUAGE, "Marked")]
    monkeypatch.setattr(trans_real, "_translations", {})
    monkeypatch.setattr(trans_real, "_default", None)
    trans_real.get_languages.cache_clear()
    yield
    trans_real.get_languages.cache_clear()


def unmarked(page: Page) -> str:
    text = page.text
    while (inner := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = inner
    return text


def held() -> set[str]:
    """Every word that stands in the database: what people have entered is never translated."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found.update(word for row in cursor.fetchall() for word in WORD.findall(str(row)))
    return found


def test_no_page_says_anything_by_itself(marked: None, people: People, planted: Planted) -> None:
    user = people.user(people.anna)
    User.objects.filter(pk=user.pk).update(language=LANGUAGE)
    visitor, known = Visitor(User.objects.get(pk=user.pk)), held() | NAMES
    found: dict[str, set[str]] = {}
    for route, url in addresses(planted):
        if route.startswith((*TECHNICAL, QUESTIONS)) or "export." in route:
            continue
        page = visitor.get(url)
        if "text/html" not in visitor.response.headers.get("Content-Type", ""):
            continue
        assert visitor.status != 200 or not page.html.startswith("<!doctype") or 'dir="rtl"' in page.html
        if visitor.status == 200 and (words := {*WORD.findall(unmarked(page))} - known):
            found[route] = found.get(route, set()) | words
    assert found == {}
