"""Our own escaping gives what Django's gives, whatever is in the texts."""

from __future__ import annotations

from django.utils import html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from bodega.lib import markup

texts = st.text() | st.text().map(SafeString) | st.integers() | st.text(min_size=1).map(gettext_lazy)


@given(texts)
def test_a_text_is_escaped_unless_it_is_html_already(text: object) -> None:
    found = markup.conditional_escape(text)
    assert found == html.conditional_escape(text)
    assert isinstance(found, SafeString)


@given(texts, texts)
def test_constant_markup_is_filled_with_escaped_texts(one: object, other: object) -> None:
    assert markup.format_html("<a {}>{}</a>", one, other) == html.format_html("<a {}>{}</a>", one, other)


@given(st.lists(st.tuples(texts)), texts)
def test_lines_are_joined(lines: list[tuple[object]], between: object) -> None:
    assert markup.format_html_join(between, "<li>{}", lines) == html.format_html_join(between, "<li>{}", lines)
