"""The database folds text as Python does, byte for byte: a key written by one is found by the other."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bodega.lib.text import fold

# What every version of Unicode in use knows: Python, PostgreSQL and ICU each have their own.
KNOWN = [
    letter
    for letter in map(chr, range(1, 0x110000))
    if unicodedata.ucd_3_2_0.category(letter) not in ("Cn", "Co", "Cs")
]
CHUNK = 1_000


def folded_by_database(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT bodega_fold(%s)", [text])
        (answer,) = cursor.fetchone()
    assert isinstance(answer, str)
    return answer


@pytest.mark.django_db
@pytest.mark.parametrize("around", ["{}", "a{}", "Σ{} ", "{}Σ", "A{}b"])
def test_every_character_folds_alike(around: str) -> None:
    for start in range(0, len(KNOWN), CHUNK):
        text = "|".join(around.format(letter) for letter in KNOWN[start : start + CHUNK])
        assert folded_by_database(text) == fold(text)


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from(KNOWN)) | st.text(st.characters(max_codepoint=0x24F, exclude_characters="\0")))
def test_any_text_folds_alike(text: str) -> None:
    assert folded_by_database(text) == fold(text)


@pytest.mark.django_db
def test_no_text_stays_no_text() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT bodega_fold(NULL)")
        assert cursor.fetchone() == (None,)


@pytest.mark.django_db
def test_naughty_strings_fold_alike(shared: Path) -> None:
    for text in json.loads((shared / "corpora/naughty-strings/blns.json").read_text("utf-8")):
        assert folded_by_database(text) == fold(text)
