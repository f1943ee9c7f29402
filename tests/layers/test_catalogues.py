"""All that people read stands in the catalogues, and every catalogue is whole."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import Catalog, Message

from tools import messages

SOURCE = messages.SOURCE
SHOWN = {"placeholder", "aria-label", "title", "alt", "data-label"}
"""Attributes that people read or hear."""
SAID = {
    "label",
    "plural",
    "title",
    "text",
    "help",
    "told",
    "intro",
    "save_label",
    "verbose_name",
    "verbose_name_plural",
}
"""Arguments by which Python gives people something to read."""
NAMES = {"Bodega", "HTML", "CSV", "Ctrl", "Alt", "Enter", "Space", "Esc", "ids", "API", "JSON"}
"""What is called so in every language."""
UNREAD = {"tests", "migrations", "sample", "specimens.py", "commands", "cli.py", "config.py"}
"""What is not part of a page: the terminal speaks English."""
HOLES = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+>")
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
TRANSLATED = re.compile(r"\{% (blocktranslate|blocktrans|comment)\b.*?\{% end\1 %\}", re.DOTALL)


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_text_has_been_translated(language: str) -> None:
    kept = messages.read(language)
    today = messages.brought_up(kept)
    assert messages.missing(today) == [], "translate them in the .po, then: make messages"
    assert asked_by(kept) == asked_by(today), "run: make messages"


def asked_by(catalogue: Catalog) -> set[tuple[str, object]]:
    return {(message.context or "", message.id) for message in catalogue if message.id}


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    path = messages.path_of(language).with_suffix(".mo")
    assert said_by(path.read_bytes()) == said_by(messages.compiled(messages.read(language))), "run: make messages"


def said_by(compiled: bytes) -> dict[object, str]:
    """All that a compiled catalogue says, but for its head, which tells when and by what it was made."""
    return {asked: said for asked, said in GNUTranslations(BytesIO(compiled))._catalog.items() if asked}


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_translation_has_the_same_holes_to_fill(language: str) -> None:
    assert [bad for message in messages.read(language) if message.id for bad in unlike(message)] == []


def unlike(message: Message) -> Iterator[str]:
    asked = message.id if isinstance(message.id, tuple) else (message.id,)
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    holes = {hole for one in asked for hole in HOLES.findall(one)}
    for one in said:
        if not set(HOLES.findall(one)) <= holes or (one is said[-1] and set(HOLES.findall(one)) != holes):
            yield f"{asked[0]!r} has {sorted(holes)}, not so {one!r}"


class Read(HTMLParser):
    """What a template says outside of any tag of Django's."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.key = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.key = tag == "kbd"
        self.said += [text for name, text in attrs if name in SHOWN and text]

    def handle_data(self, data: str) -> None:
        if not self.key:
            self.said.append(data)
        self.key = False


def outside(template: str) -> list[str]:
    """The words of a template that no translator would be shown."""
    read = Read()
    read.feed(TAGS.sub(" ", TRANSLATED.sub(" ", template)))
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;", " ", " ".join(read.said)))
    return [word for word in words if word not in NAMES]


def test_no_template_says_anything_by_itself() -> None:
    files = {path.relative_to(SOURCE).as_posix(): path for path in sorted(SOURCE.rglob("*.html"))}
    assert {name: found for name, path in files.items() if (found := outside(path.read_text("utf-8")))} == {}


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (
            '<p title="{% translate "Name" %}">{{ page.title }}</p>{% blocktranslate %}Good day{% endblocktranslate %}',
            [],
        ),
        ('<p title="Name">{% if x %}Good day{% endif %}</p>', ["Name", "Good", "day"]),
        ("<kbd>Escape</kbd> &rarr; <b>{{ x }} px</b>", ["px"]),
    ],
)
def test_what_a_template_says_by_itself_is_found(template: str, words: list[str]) -> None:
    assert outside(template) == words


def plain_words(path: Path) -> Iterator[str]:
    """Texts that a module gives people to read without having them translated."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            for given in node.keywords:
                if given.arg in SAID and is_words(given.value):
                    yield f"{path.relative_to(SOURCE)}:{given.value.lineno}: {ast.unparse(given.value)}"


def is_words(node: ast.expr) -> bool:
    """Whether it is a text as people read it: a capital or a blank in it, not the name of a field or an icon."""
    if isinstance(node, ast.JoinedStr):
        texts = [one.value for one in node.values if isinstance(one, ast.Constant)]
    else:
        texts = [node.value] if isinstance(node, ast.Constant) else []
    said = " ".join(str(text) for text in texts)
    return bool(re.search(r"[^\W\d_]{3,}", said) and (re.search(r"[A-Z]", said) or " " in said.strip()))


def test_no_module_says_anything_by_itself() -> None:
    modules = (path for path in sorted(SOURCE.rglob("*.py")) if not UNREAD & {*path.parts})
    assert [line for path in modules for line in plain_words(path)] == []


def test_no_script_says_anything_by_itself() -> None:
    """Scripts take their words from the page: from data attributes, templates and labels."""
    said = re.compile(
        r"(?:textContent|ariaLabel|placeholder|title|text)\s*[:=]\s*([\"'`])(?=[^\"'`]*[A-Za-z]{3})(?!\$\{)(.*?)\1"
    )
    found = {
        path.name: [hit[2] for hit in said.finditer(path.read_text("utf-8")) if hit[2] not in NAMES]
        for path in sorted((SOURCE / "web/static").rglob("*.js"))
    }
    assert {name: texts for name, texts in found.items() if texts} == {}
