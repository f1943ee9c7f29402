"""What a spreadsheet would run is carried so that it is not run, and comes back to the letter."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.lib.formulas import disarm, disarm_all, rearm

WILD = st.text(alphabet="'=+-@;\t\r\n,1a ＝", max_size=12) | st.text(max_size=20)


@pytest.mark.parametrize(
    ("text", "disarmed"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(1+9)*cmd|' /C calc'!A0", "'@SUM(1+9)*cmd|' /C calc'!A0"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("＝1+1", "'＝1+1"),
        ("'=1", "''=1"),
        ("a;=1", "a;'=1"),
        ("a\n=1", "a\n'=1"),
        ("-5", "-5"),
        ("+4930123456", "+4930123456"),
        ("+49 30 123456", "'+49 30 123456"),
        ("O'Brien", "O'Brien"),
        ("'quoted'", "'quoted'"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_an_apostrophe_stands_where_something_would_be_run(text: str, disarmed: str) -> None:
    assert (disarm(text), rearm(disarmed)) == (disarmed, text)


@given(WILD)
def test_every_text_comes_back_to_the_letter(text: str) -> None:
    assert rearm(disarm(text)) == text


@given(st.lists(WILD))
def test_a_column_is_disarmed_like_its_texts(texts: list[str]) -> None:
    assert [*disarm_all(texts)] == [disarm(text) for text in texts]


@given(WILD)
def test_nothing_that_is_disarmed_begins_with_a_sign(text: str) -> None:
    cell = disarm(text)
    assert not cell.startswith(("=", "@", "\t", "\r", "\n", "＝")) or cell == ""
    assert not any(f"{mark}=" in cell for mark in ";\t\r\n")


def test_no_payload_of_the_corpus_is_run(shared: Path) -> None:
    payloads = (shared / "corpora" / "csv-injection" / "Intruder_csv-payload.txt").read_text().splitlines()
    assert {disarm(text)[0] for text in payloads} == {"D", "'"}
    assert [rearm(disarm(text)) for text in payloads] == payloads
