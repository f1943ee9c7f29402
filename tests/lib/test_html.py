"""Mark-up from outside is made harmless, made plain, or made from plain text; nothing in it runs."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.lib.html import clean, from_markdown, linkify_plain, text_of

REL = 'rel="noopener noreferrer nofollow"'
HARMLESS = set(
    "a b blockquote br code del div em h1 h2 h3 h4 h5 h6 hr i ins li ol p pre s span strong sub sup "
    "table tbody td th thead tr u ul".split()
)
PIECES = (
    "<script> </script> <a_href= javascript:alert(1) \" ' > < <img_src=x_onerror= &lt; <svg><style> <math><mtext> "
    "</p> <p> <td> <!-- --> <table> x \0 <b_style= ]]>"
)
pieces = st.sampled_from([piece.replace("_", " ") for piece in PIECES.split(" ")])
markup = st.text() | st.lists(pieces).map("".join)


class Found(HTMLParser):
    """What a browser would find in the mark-up: the tags, their attributes, the text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.text += "\n" if tag in ("br", "p") else ""
        self.attributes.update((name, value or "") for name, value in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(source: str) -> None:
    found = Found(source)
    assert found.tags <= HARMLESS
    assert {name for name, _value in found.attributes} <= {"href", "title", "rel", "colspan", "rowspan", "start"}
    targets = [value for name, value in found.attributes if name == "href"]
    assert {urlsplit(target).scheme for target in targets} <= {"", "http", "https", "mailto", "tel"}


@pytest.mark.parametrize(
    ("source", "cleaned"),
    [
        ("<p>Hello <b>Mia</b></p>", "<p>Hello <b>Mia</b></p>"),
        ("a & b < c", "a &amp; b &lt; c"),
        ("<script>alert(1)</script>x", "x"),
        ("<img src=x onerror=alert(1)>x", "x"),
        ('<p onclick="x()" style="color:red" class="y">x</p>', "<p>x</p>"),
        ('<a href="https://x.example/?a=1&b=2">x</a>', f'<a href="https://x.example/?a=1&amp;b=2" {REL}>x</a>'),
        ('<a href="javascript:alert(1)">x</a>', f"<a {REL}>x</a>"),
        ("<form><input name=password></form>", ""),
        ("<unknown>x</unknown>", "x"),
        ("<p>open", "<p>open</p>"),
        ("<a><table><a>", f"<a {REL}></a><a {REL}></a><table></table>"),
    ],
)
def test_only_harmless_markup_is_left(source: str, cleaned: str) -> None:
    assert clean(source) == cleaned


@given(markup)
def test_whatever_is_cleaned_is_harmless_and_stays_as_it_is(source: str) -> None:
    cleaned = clean(source)
    assert_harmless(cleaned)
    assert clean(cleaned) == cleaned


@given(markup)
def test_whatever_is_made_into_html_is_harmless(source: str) -> None:
    assert_harmless(from_markdown(source))
    assert_harmless(linkify_plain(source))


def test_known_attacks_are_harmless(shared: Path) -> None:
    attacks = [item["payload"] for item in json.loads((shared / "corpora/dompurify/expect.json").read_text())]
    attacks += [str(item["data"]) for item in json.loads((shared / "corpora/h5sc/items.json").read_text())]
    attacks.append((shared / "corpora/h5sc/vectors.txt").read_text(errors="replace"))
    for attack in attacks:
        assert_harmless(clean(attack))
        assert_harmless(from_markdown(attack))
        assert_harmless(linkify_plain(attack))


def test_tags_nested_beyond_sense_are_dropped() -> None:
    assert clean("<div>" * 200_000 + "x").split() == ["x"]
    assert clean("<div></span>" * 1_000 + "x").split() == ["x"]
    assert clean("<div>x</div>" * 1_000) == "<div>x</div>" * 1_000
    assert clean("<p>x" * 1_000) == "<p>x</p>" * 1_000


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<h1>Offer</h1><p>two\n  lines<br>three &amp; four</p>", "Offer\ntwo lines\nthree & four"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<style>p{}</style><title>t</title><script>x</script>seen", "seen"),
        ("in<b>ter</b>rupted", "interrupted"),
        ("a &lt;b&gt; c", "a <b> c"),
        ("&nbsp;", ""),
        ("", ""),
    ],
)
def test_the_words_of_a_text(source: str, words: str) -> None:
    assert text_of(source) == words


@given(markup)
def test_the_words_are_on_lines_without_blanks(source: str) -> None:
    words = text_of(source)
    assert words == "\n".join(" ".join(line.split()) for line in words.split("\n") if line.strip())


def test_markdown() -> None:
    assert from_markdown("**Late** again") == "<p><strong>Late</strong> again</p>\n"
    assert from_markdown("one\ntwo") == "<p>one<br>\ntwo</p>\n"
    assert from_markdown("- ~~old~~") == "<ul>\n<li><s>old</s></li>\n</ul>\n"
    assert from_markdown("<b>not html</b>") == "<p>&lt;b&gt;not html&lt;/b&gt;</p>\n"
    assert from_markdown("[x](javascript:alert)") == "<p>[x](javascript:alert)</p>\n"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("<b> & co", "<p>&lt;b&gt; &amp; co</p>"),
        ("see http://x.example/a?b.", f'<p>see <a href="http://x.example/a?b" {REL}>http://x.example/a?b</a>.</p>'),
        ("http://x?b=1&c=2", f'<p><a href="http://x?b=1&amp;c=2" {REL}>http://x?b=1&amp;c=2</a></p>'),
        ("(https://x.example)", f'<p>(<a href="https://x.example" {REL}>https://x.example</a>)</p>'),
        ("write mia@x.example, please", f'<p>write <a href="mailto:mia@x.example" {REL}>mia@x.example</a>, please</p>'),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ("  \r\n ", ""),
    ],
)
def test_plain_text_keeps_its_lines_and_gets_links(text: str, made: str) -> None:
    assert linkify_plain(text) == made


@given(st.text())
def test_plain_text_keeps_every_word(text: str) -> None:
    assert Found(linkify_plain(text)).text.split() == text.split()
