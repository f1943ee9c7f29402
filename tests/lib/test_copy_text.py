"""Rows as lines of text: whatever a cell holds comes back, and what is the same has the same bytes."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from bodega.lib.copy_text import Cell, normal_json, pack, unpack

WORDS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
AWKWARD = st.sampled_from("aN.\\\t\n\r\b\f\v\x1c\x1d\x1e\x1fü")
CELLS = st.none() | st.text(AWKWARD | WORDS, max_size=8)


def tables(cells: st.SearchStrategy[Cell]) -> st.SearchStrategy[list[list[Cell]]]:
    row = st.integers(1, 4)
    return row.flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=4))


@given(tables(CELLS | st.just("\0")))
@example([["\\N", None], ["", "\\"]])
@example([["\\\\N\\n", "\x1d\\"]])
@example([[None]])
def test_rows_come_back(rows: list[list[Cell]]) -> None:
    assert unpack(pack(rows)) == rows


@given(tables(CELLS))
def test_a_row_has_the_same_line_whatever_stands_beside_it(rows: list[list[Cell]]) -> None:
    assert pack(rows) == b"".join(pack([row]) for row in rows)


def test_what_a_line_looks_like() -> None:
    assert pack([["1", None, "a\tb\\\nc", ""], ["2", "\\N", "é", "\r"]]) == (
        b"1\t\\N\ta\\tb\\\\\\nc\t\n2\t\\\\N\t\xc3\xa9\t\\r\n"
    )


def test_json_is_in_one_form() -> None:
    assert normal_json('{"bb":1.50,"a":[true,null,-0],"c":1e3,"é":"\\u00e9\\n"}') == (
        '{"a": [true, null, 0], "c": 1000, "bb": 1.50, "é": "é\\n"}'
    )
