"""The lines that copies are made of are those that PostgreSQL itself reads and writes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from bodega.lib.copy_text import Cell, float_text, normal_json, pack
from tests.lib.test_copy_text import CELLS, WORDS

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("postgres")]
NUMBERS = st.from_regex(r"\A-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?\Z")
FLOATS = st.floats(-9e14, 9e14)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(WORDS),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(WORDS), inner),
    max_leaves=20,
)


def answer(question: str, *given: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question, given)
        return cursor.fetchone()[0]


@pytest.fixture
def postgres(transactional_db: None) -> None:
    """A connection to ask; the tests below write nothing."""


@given(NUMBERS)
@example("0e5")
@example("-0.00e3")
def test_numbers_in_json_are_as_jsonb_writes_them(number: str) -> None:
    assert normal_json(number) == answer("SELECT (%s::text)::jsonb::text", number)


@given(DATA, st.booleans())
def test_json_is_as_jsonb_writes_it(data: Any, is_ascii: bool) -> None:
    text = json.dumps(data, ensure_ascii=is_ascii)
    assert normal_json(text) == answer("SELECT (%s::text)::jsonb::text", text)


@given(FLOATS)
@example(-0.0)
@example(1e-5)
def test_floats_are_as_postgresql_writes_them(value: float) -> None:
    assert float_text(value) == answer("SELECT (%s::text)::float8::text", repr(value))


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
def test_postgresql_reads_and_writes_the_same_lines(rows: list[tuple[Cell, Cell]]) -> None:
    lines = pack(rows)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE IF NOT EXISTS copied (at serial, one text, two text)")
        cursor.execute("TRUNCATE copied")
        with cursor.copy("COPY copied (one, two) FROM STDIN") as copy:
            copy.write(lines)
        cursor.execute("SELECT one, two FROM copied ORDER BY at")
        assert cursor.fetchall() == rows
        with cursor.copy("COPY (SELECT one, two FROM copied ORDER BY at) TO STDOUT") as copy:
            assert b"".join(bytes(line) for line in copy) == lines
