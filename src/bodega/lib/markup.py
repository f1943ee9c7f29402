"""HTML made of texts, each escaped unless it is HTML already: what Django has under the same names, for crowded pages.

Django's own asks every text whether it still waits to be translated, which takes three times as long as escaping it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from django.utils.safestring import SafeString

has_special = re.compile("[&<>\"']").search


def conditional_escape(text: object) -> SafeString:
    """The text as HTML; what is HTML already is left as it is."""
    if isinstance(text, SafeString):
        return text
    plain = str(text)
    return SafeString(escape(plain) if has_special(plain) else plain)


def format_html(markup: str, *texts: object, **named: object) -> SafeString:
    """`format_html("<b>{}</b>", name)`: constant mark-up with texts in its places."""
    words = {name: conditional_escape(text) for name, text in named.items()} if named else {}
    return SafeString(markup.format(*map(conditional_escape, texts), **words))


def format_html_join(between: str, markup: str, lines: Iterable[Sequence[object]]) -> SafeString:
    """The mark-up filled once for each line, with `between` between them."""
    filled = (markup.format(*map(conditional_escape, texts)) for texts in lines)
    return SafeString(conditional_escape(between).join(filled))
