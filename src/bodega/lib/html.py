"""Text with mark-up from outside: made safe to show, made plain, or made from plain text."""

from __future__ import annotations

import html
import re
from collections import Counter
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

_TAGS = set(
    "a b blockquote br code del div em h1 h2 h3 h4 h5 h6 hr i ins li ol p pre s span strong sub sup "
    "table tbody td th thead tr u ul".split()
)
_ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_BLOCKS = set("address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr ul".split())
_CELLS = {"td", "th"}
_UNSEEN = {"script", "style", "template", "title"}
_DEEPEST = 500
_PASSES = 5
_TAG_NAME = re.compile(r"<(/?)([a-z][a-z0-9-]*)")
# Tags that are never closed, or are closed by the next one of their sort.
_FLAT = set("br hr img input meta link wbr p li dt dd td th tr option".split())
# A word that could be an address is looked at once: only from its start, and without giving letters back.
_LINK = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?')\]])"
    r"|(?<![\w.+-])(?P<mail>[\w.+-]{1,64}+@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
)


def clean(source: str) -> str:
    """HTML with only harmless tags, attributes and link targets left; safe to show as it is.

    What a browser would read otherwise than it is written (a link in a table in a link) is cleaned as it would be read,
    until it is read as it stands. What never is, is shown as its words.
    """
    found = _cleaned(_shallow(source))
    for _pass in range(_PASSES):
        again = _cleaned(found)
        if again == found:
            return found
        found = again
    return html.escape(text_of(source))


def _cleaned(source: str) -> str:
    return nh3.clean(
        source,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def text_of(source: str) -> str:
    """The words of an HTML text, one line per block; for search, previews and plain mail."""
    bare = nh3.clean(_shallow(source), tags=_BLOCKS | _CELLS, attributes={}, clean_content_tags=_UNSEEN, link_rel=None)
    spaced = re.sub("</?t[dh]>", " ", re.sub(r"\s+", " ", bare))
    lines = html.unescape(re.sub("<[^>]*>", "\n", spaced)).split("\n")
    return "\n".join(words for line in lines if (words := " ".join(line.split())))


def from_markdown(text: str) -> str:
    """Safe HTML of a text in Markdown (CommonMark with tables and strike-through; HTML in it is shown as text)."""
    return clean(_markdown().render(text))


def linkify_plain(text: str) -> str:
    """Safe HTML of a plain text: paragraphs and line breaks kept, web and mail addresses as links."""
    paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n").strip())
    return "".join(f"<p>{_linked(part).replace(chr(10), '<br>')}</p>" for part in paragraphs if part)


def _shallow(source: str) -> str:
    """The source, without any of its tags where they are nested deeper than an author would.

    The parser looks through all open tags for each new one: 1 MB of them would take it two minutes.
    """
    depth, still_open = 0, Counter[str]()
    for closing, name in _TAG_NAME.findall(source.lower()):
        if name not in _FLAT and (not closing or still_open[name]):
            step = -1 if closing else 1
            depth, still_open[name] = depth + step, still_open[name] + step
            if depth > _DEEPEST:
                return re.sub("<[^<>]*>", " ", source)
    return source


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def _linked(text: str) -> str:
    parts, at = [], 0
    for found in _LINK.finditer(text):
        target = found["url"] or f"mailto:{found['mail']}"
        parts.append(html.escape(text[at : found.start()]))
        parts.append(f'<a href="{html.escape(target)}" rel="noopener noreferrer nofollow">{html.escape(found[0])}</a>')
        at = found.end()
    return "".join(parts) + html.escape(text[at:])
